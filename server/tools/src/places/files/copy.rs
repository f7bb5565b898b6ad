//! Copying. Feishu copies the newest state without comments, never folders, and of a wiki the
//! page alone.

use feishu::api::{files, wiki};
use model::Locale;

use super::{
    Input,
    made::{Made, certain, lost},
    name, preview, thing,
    ticket::Ticket,
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{place::Place, refusal::explain, source::Source},
};

pub(super) async fn copy(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let source = Source::find(cx, thing(cx, input)?).await?;
    let place = Place::find(cx, input.to.as_deref()).await?;
    if source.target.kind == Kind::Folder {
        return Err(
            ToolError::invalid(cx.say("Feishu copies no folders", "飞书不支持复制文件夹"))
                .with_hint(cx.say(
                    "Create a folder and copy what is in it, one by one.",
                    "请新建文件夹，再逐个复制其中的内容。",
                )),
        );
    }
    let key = input.idempotency_key.as_deref();
    if let Some(made) = Made::before(cx, "copy", key) {
        return Ok(made.again(cx));
    }
    let card = source.card(cx).await?;
    let title = match name(cx, input)? {
        Some(name) => name,
        None => match cx.locale {
            Locale::En => format!("{} - copy", card.title),
            Locale::Zh => format!("{} 副本", card.title),
        },
    };
    let named = card.describe(cx, source.target.kind);
    let place_name = place.describe(cx);
    if input.only_tells() {
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would copy {named} as \"{title}\" to {place_name}"),
                Locale::Zh => format!("将把{named}复制为《{title}》，位于 {place_name}"),
            },
        ));
    }
    let done = match cx.locale {
        Locale::En => format!("copied {named} as \"{title}\" to {place_name}, without comments"),
        Locale::Zh => format!("已将{named}复制为《{title}》，位于 {place_name}（不含评论）"),
    };
    let (made, was_lost) = match (&source.page, place.in_wiki()) {
        (Some(page), Some(at)) => {
            cx.check()?;
            let answer = wiki::copy_page(&cx.feishu, page, at, &title).await;
            let answer = answer.map(|node| Made::of_node(&node));
            certain(cx, answer, &place, &title, source.target.kind.feishu()).await?
        }
        (_, None) => in_drive(cx, &source, &place, &title).await?,
        (None, Some(at)) => {
            // Through the root: Feishu copies into a wiki only from a wiki.
            let root = Place::root(cx).await?;
            let (copied, was_lost) = in_drive(cx, &source, &root, &title).await?;
            copied.remember(cx, "copy", key);
            let object = (copied.token.as_str(), source.target.kind.feishu());
            let entered = match wiki::move_in(&cx.feishu, object, at).await {
                Ok(entered) => entered,
                Err(fault) => return Ok(half_way(cx, &copied, &place, &explain(cx, fault))),
            };
            if entered.wiki_token.is_empty() {
                let ticket = Ticket::IntoWiki {
                    task: entered.task_id,
                };
                return ticket.follow(cx, &done).await;
            }
            let node = Some(entered.wiki_token);
            (Made { node, ..copied }, was_lost)
        }
    };
    made.remember(cx, "copy", key);
    Ok(made.output(cx, &format!("{done}{}", lost(cx, was_lost))))
}

async fn in_drive(
    cx: &ToolCx,
    source: &Source,
    place: &Place,
    title: &str,
) -> Result<(Made, bool), ToolError> {
    let folder = place.folder(cx).await?;
    let (token, kind) = source.object();
    cx.check()?;
    let answer = files::copy(&cx.feishu, (token, kind), title, &folder).await;
    let answer = answer.map(|file| Made::of_file(&file));
    let (made, was_lost) = certain(cx, answer, place, title, kind).await?;
    place.took(cx, &made.token);
    Ok((made, was_lost))
}

/// The copy exists, but not where it should be.
pub(super) fn half_way(cx: &ToolCx, made: &Made, place: &Place, stopped: &ToolError) -> ToolOutput {
    let reference = made.reference();
    let place = place.reference();
    let head = match cx.locale {
        Locale::En => format!(
            "[partial] \"{}\" exists in the user's root folder, but could not be moved to {place}: {}\n→ Do not make it again: call files op=move ref={reference} to={place}, or delete it.",
            made.title, stopped.message
        ),
        Locale::Zh => format!(
            "[partial] 《{}》已存在于用户根目录，但未能移动到 {place}：{}\n→ 请勿重复创建：调用 files op=move ref={reference} to={place}，或将其删除。",
            made.title, stopped.message
        ),
    };
    let head = match &stopped.hint {
        Some(hint) => format!("{head}\n→ {hint}"),
        None => head,
    };
    made.output(cx, &head).partial(true)
}
