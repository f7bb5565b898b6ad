//! Moving: within the drive, within wikis, and between the two.

use feishu::{
    FeishuError,
    api::{files, wiki},
};
use model::Locale;

use super::{Input, made::Made, preview, thing, ticket::Ticket};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    fence,
    places::{
        place::{At, Place},
        refusal::explain,
        source::Source,
    },
};

pub(super) async fn relocate(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let source = Source::find(cx, thing(cx, input)?).await?;
    let place = Place::find(cx, input.to.as_deref()).await?;
    check(cx, &source, &place)?;
    // What lies below goes along.
    if source.target.kind == Kind::Folder {
        fence::admit_below_folder(cx, &source.target.token).await?;
    } else if let Some(page) = &source.page {
        fence::admit_below_page(cx, &page.node_token).await?;
    }
    let card = source.card(cx).await?;
    let named = card.describe(cx, source.target.kind);
    let place_name = place.describe(cx);
    if input.only_tells() {
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would move {named} to {place_name}"),
                Locale::Zh => format!("将把{named}移动到 {place_name}"),
            },
        ));
    }
    let folder = place.folder(cx).await?;
    cx.check()?;
    let (object, kind) = source.object();
    cx.refs.forget(object);
    let mut made = Made {
        kind: Some(source.target.kind),
        token: object.to_owned(),
        node: None,
        title: card.title.clone(),
        url: String::new(),
    };
    let done = match cx.locale {
        Locale::En => format!("moved {named} to {place_name}"),
        Locale::Zh => format!("已将{named}移动到 {place_name}"),
    };
    let ticket = match (&source.page, place.in_wiki()) {
        (Some(page), Some(at)) => {
            cx.refs.forget(&page.node_token);
            let node = wiki::move_page(&cx.feishu, page, at).await;
            // Moving a page to where it is already is harmless, but Feishu may say otherwise.
            let node = node.map_err(|fault| unclear(cx, fault))?;
            made.node = Some(node.node_token);
            None
        }
        (None, None) => {
            let task = files::relocate(&cx.feishu, (object, kind), &folder).await;
            let task = task.map_err(|fault| refused(cx, &source, fault))?;
            place.took(cx, object);
            task.map(|task| Ticket::Folder {
                task,
                folder: object.to_owned(),
            })
        }
        (None, Some(at)) => {
            let entered = wiki::move_in(&cx.feishu, (object, kind), at).await;
            let entered = entered.map_err(|fault| unclear(cx, fault))?;
            if entered.wiki_token.is_empty() {
                Some(Ticket::IntoWiki {
                    task: entered.task_id,
                })
            } else {
                made.node = Some(entered.wiki_token);
                None
            }
        }
        (Some(page), None) => {
            cx.refs.forget(&page.node_token);
            let task = wiki::move_out(&cx.feishu, &page.node_token, &folder).await;
            let task = task.map_err(|fault| unclear(cx, fault))?;
            Some(Ticket::OutOfWiki {
                task,
                kind: source.target.kind,
            })
        }
    };
    match ticket {
        None => Ok(made.output(cx, &done)),
        Some(ticket) => ticket.follow(cx, &done).await,
    }
}

fn check(cx: &ToolCx, source: &Source, place: &Place) -> Result<(), ToolError> {
    let itself = match &place.at {
        At::Folder(folder) => *folder == source.target.token,
        At::Page(node) => source
            .page
            .as_ref()
            .is_some_and(|page| page.node_token == node.node_token),
        At::Root | At::Space(_) => false,
    };
    if itself {
        return Err(into_itself(cx));
    }
    if source.target.kind == Kind::Folder && place.in_wiki().is_some() {
        return Err(ToolError::invalid(cx.say(
            "a folder cannot become part of a wiki",
            "文件夹不能移入知识库",
        ))
        .with_hint(cx.say("Move what is in it, one by one.", "请逐个移动其中的内容。")));
    }
    if source.page.as_ref().is_some_and(wiki::Node::is_shortcut) && place.in_wiki().is_none() {
        return Err(ToolError::invalid(cx.say(
            "a shortcut in a wiki stays in wikis",
            "知识库中的快捷方式不能移出知识库",
        ))
        .with_hint(cx.say(
            "Move the page that it leads to, or make a shortcut in the folder.",
            "请移动它指向的页面，或在文件夹中创建快捷方式。",
        )));
    }
    Ok(())
}

fn into_itself(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say(
        "a thing cannot be moved into itself or below itself",
        "不能移动到其自身或其下级",
    ))
    .with_hint(cx.say("Choose another place.", "请另选位置。"))
}

fn refused(cx: &ToolCx, source: &Source, fault: FeishuError) -> ToolError {
    let own_child = source.target.kind == Kind::Folder
        && matches!(
            &fault,
            FeishuError::Api {
                code: 1_061_002,
                ..
            }
        );
    if own_child {
        return into_itself(cx);
    }
    unclear(cx, fault)
}

/// After a lost answer the thing may be in either place.
fn unclear(cx: &ToolCx, fault: FeishuError) -> ToolError {
    let lost = super::made::is_unclear(&fault);
    let error = explain(cx, fault);
    if !lost {
        return error;
    }
    error.with_hint(cx.say(
        "The move may have happened: list the place before you repeat it.",
        "移动可能已生效：重试前请先列出目标位置。",
    ))
}
