//! A new name. Each kind has its own call for it; folders and files have none.

use feishu::api::{files, wiki};
use model::Locale;

use super::{Input, made::Made, needed_name, preview, thing};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{refusal::explain, source::Source},
};

pub(super) async fn rename(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let name = needed_name(cx, input)?;
    let source = Source::find(cx, thing(cx, input)?).await?;
    let kind = source.target.kind;
    let shortcut = source.page.as_ref().filter(|page| page.is_shortcut());
    let by_page = matches!(kind, Kind::Docx | Kind::Doc);
    let possible = match kind {
        Kind::Docx => true,
        Kind::Sheet => granted(
            cx,
            &["sheets:spreadsheet.meta:write_only", "sheets:spreadsheet"],
        ),
        Kind::Base => granted(cx, &["base:app:update", "bitable:app"]),
        _ => shortcut.is_some() || (by_page && source.page.is_some()),
    };
    if !possible {
        return Err(cannot(cx, kind));
    }
    let card = source.card(cx).await?;
    let named = card.describe(cx, kind);
    if input.only_tells() {
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would rename {named} to \"{name}\""),
                Locale::Zh => format!("将把{named}重命名为《{name}》"),
            },
        ));
    }
    cx.check()?;
    let token = &source.target.token;
    let answer = match (&source.page, kind) {
        (Some(page), _) if by_page || shortcut.is_some() => {
            wiki::rename_page(&cx.feishu, page, &name).await
        }
        (_, Kind::Sheet) => files::rename_sheet(&cx.feishu, token, &name).await,
        (_, Kind::Base) => files::rename_base(&cx.feishu, token, &name).await,
        _ => files::rename_document(&cx.feishu, token, &name).await,
    };
    answer.map_err(|fault| explain(cx, fault))?;
    cx.refs.forget(token);
    if let Some(page) = &source.page {
        cx.refs.forget(&page.node_token);
    }
    let made = Made {
        kind: Some(kind),
        token: token.clone(),
        node: source.page.as_ref().map(|page| page.node_token.clone()),
        title: name.clone(),
        url: String::new(),
    };
    Ok(made.output(
        cx,
        &match cx.locale {
            Locale::En => format!("renamed {named} to \"{name}\""),
            Locale::Zh => format!("已将{named}重命名为《{name}》"),
        },
    ))
}

/// Whether the user granted one of these; sign-in asks for none of them by itself.
fn granted(cx: &ToolCx, scopes: &[&str]) -> bool {
    scopes.iter().any(|scope| cx.facts.has_scope(scope))
}

fn cannot(cx: &ToolCx, kind: Kind) -> ToolError {
    let kind = kind.title(cx.locale);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("a {kind} cannot be renamed here"),
        Locale::Zh => format!("此处无法重命名{kind}"),
    })
    .with_hint(cx.say(
        "Ask the user to rename it in Feishu. Documents can be renamed here.",
        "请用户在飞书中重命名。文档可在此重命名。",
    ))
}
