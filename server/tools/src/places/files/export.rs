//! A file out of a document. Markdown is made here; everything else is a job of Feishu. Text is
//! shown, and other files are saved in the drive: Feishu gives no link to the result of an export
//! that would open without the user's token.

mod format;
mod result;

use feishu::api::files;
use model::Locale;

pub(super) use self::result::{Order, follow};
use self::{
    format::{extension, sub_id},
    result::{save, with_extension},
};
use super::{Form, Input, made::Made, name, preview, thing, ticket::Ticket};
use crate::{
    ToolCx, ToolError, ToolOutput,
    find::search::bad_cursor,
    places::{place::Place, refusal::explain, source::Source},
};

/// Whether an export is shown and saved nowhere.
pub(super) fn is_shown(input: &Input) -> bool {
    let text = matches!(input.form, Some(Form::Md | Form::Csv) | None);
    text && input.to.as_deref().is_none_or(|to| to.trim().is_empty())
}

pub(super) async fn export(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let text = thing(cx, input)?;
    let source = Source::find(cx, text).await?;
    let extension = extension(cx, &source, input.form)?;
    let place = destination(cx, input).await?;
    if input.only_tells() {
        let card = source.card(cx).await?;
        let named = card.describe(cx, source.target.kind);
        let to = place.as_ref().map_or_else(
            || cx.say("the answer", "返回结果").to_owned(),
            |place| place.describe(cx),
        );
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would export {named} as {extension} into {to}"),
                Locale::Zh => format!("将把{named}导出为 {extension}，放入{to}"),
            },
        ));
    }
    let key = input.idempotency_key.as_deref();
    if let (Some(_), Some(made)) = (&place, Made::before(cx, "export", key)) {
        return Ok(made.again(cx));
    }
    let output = run(cx, input, &source, (text, extension), place.as_ref()).await?;
    if place.is_some()
        && !output.partial
        && let Some(made) = Made::of_output(&output)
    {
        made.remember(cx, "export", key);
    }
    Ok(output)
}

/// Where the file goes; `None` is the answer itself.
async fn destination(cx: &ToolCx, input: &Input) -> Result<Option<Place>, ToolError> {
    if is_shown(input) {
        return Ok(None);
    }
    let place = Place::find(cx, input.to.as_deref()).await?;
    if place.in_wiki().is_some() {
        return Err(ToolError::invalid(cx.say(
            "files are saved in folders, not in a wiki",
            "导出的文件只能保存到文件夹",
        ))
        .with_hint(cx.say("Pass a folder in `to`.", "请在 `to` 中传入文件夹。")));
    }
    Ok(Some(place))
}

async fn run(
    cx: &ToolCx,
    input: &Input,
    source: &Source,
    (text, extension): (&str, &str),
    place: Option<&Place>,
) -> Result<ToolOutput, ToolError> {
    match (extension, place) {
        ("md", None) => markdown(cx, source, input.cursor.as_deref()).await,
        ("md", Some(place)) => {
            let card = source.card(cx).await?;
            let body = whole_markdown(cx, source).await?;
            let name = name(cx, input)?.unwrap_or(card.title);
            save(cx, place, &with_extension(&name, "md"), body.into()).await
        }
        ("csv", None) if input.cursor.as_deref().is_some_and(|c| !c.is_empty()) => {
            Err(bad_cursor(cx))
        }
        _ => {
            let sub_id = sub_id(cx, source, text, extension).await?;
            let (token, kind) = source.object();
            let order = files::NewExport {
                file_extension: extension,
                token,
                kind,
                sub_id: sub_id.as_deref(),
            };
            cx.check()?;
            let ticket = files::export(&cx.feishu, &order).await;
            let order = Order {
                ticket: ticket.map_err(|fault| explain(cx, fault))?,
                kind: source.target.kind,
                token: token.to_owned(),
                extension: extension.to_owned(),
                to: place.map(Place::reference),
            };
            Ticket::Export(order).follow(cx, "").await
        }
    }
}

/// One page of a document as Markdown: what `doc_read` shows.
async fn markdown(
    cx: &ToolCx,
    source: &Source,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let mut arguments = serde_json::json!({ "ref": source.target.reference(), "view": "full" });
    if let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) {
        arguments["cursor"] = cursor.into();
    }
    let Some(reader) = crate::find("doc_read") else {
        return Err(ToolError::internal(cx.locale));
    };
    reader.run(cx, arguments).await
}

/// The whole document as Markdown.
async fn whole_markdown(cx: &ToolCx, source: &Source) -> Result<String, ToolError> {
    let style = crate::docs::markdown::render::Style { ids: false };
    let blocks = feishu::api::docx::blocks(&cx.feishu, &source.target.token, -1).await;
    let blocks = blocks.map_err(|fault| cx.fault(fault))?;
    if blocks.truncated {
        return Err(ToolError::invalid(cx.say(
            "the document has more than 20,000 blocks",
            "文档超过 20,000 个块",
        ))
        .with_hint(cx.say("Export it as docx.", "请导出为 docx。")));
    }
    let names = crate::args::people::names(cx, Vec::<String>::new()).await;
    let pieces = crate::docs::markdown::render::render(&blocks.items, &names, style);
    let mut body = String::new();
    for piece in &pieces {
        if !body.is_empty() {
            body.push_str(&piece.gap);
        }
        body.push_str(&piece.text);
    }
    body.push('\n');
    Ok(body)
}
