//! A shortcut: in the drive to a thing, in a wiki to a page.

use feishu::api::{files, wiki};
use model::Locale;

use super::{
    Input,
    made::{Made, certain, lost},
    preview, thing,
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::kind::Kind,
    places::{place::Place, source::Source},
};

pub(super) async fn shortcut(cx: &ToolCx, input: &Input) -> Result<ToolOutput, ToolError> {
    let source = Source::find(cx, thing(cx, input)?).await?;
    let place = Place::find(cx, input.to.as_deref()).await?;
    if source.target.kind == Kind::Folder {
        return Err(ToolError::invalid(cx.say(
            "Feishu makes no shortcuts to folders",
            "飞书不支持文件夹的快捷方式",
        )));
    }
    if place.in_wiki().is_some() && source.page.is_none() {
        return Err(ToolError::invalid(cx.say(
            "a shortcut in a wiki leads to a page of a wiki, and this is none",
            "知识库中的快捷方式只能指向知识库页面",
        ))
        .with_hint(cx.say(
            "Move it into a wiki, or put the shortcut into a folder.",
            "请先将其移入知识库，或把快捷方式放入文件夹。",
        )));
    }
    let key = input.idempotency_key.as_deref();
    if let Some(made) = Made::before(cx, "shortcut", key) {
        return Ok(made.again(cx));
    }
    let card = source.card(cx).await?;
    let named = card.describe(cx, source.target.kind);
    let place_name = place.describe(cx);
    if input.only_tells() {
        return Ok(preview(
            cx,
            &match cx.locale {
                Locale::En => format!("would make a shortcut to {named} in {place_name}"),
                Locale::Zh => format!("将在 {place_name} 创建指向{named}的快捷方式"),
            },
        ));
    }
    let (object, kind) = source.object();
    let folder = place.folder(cx).await?;
    cx.check()?;
    let (answer, left_as) = if let (Some(at), Some(page)) = (place.in_wiki(), &source.page) {
        let new = wiki::NewPage {
            obj_type: &page.obj_type,
            origin: Some(&page.node_token),
            title: &page.title,
        };
        let made = wiki::create_page(&cx.feishu, at, new).await;
        (made.map(|node| Made::of_node(&node)), kind)
    } else {
        let made = files::create_shortcut(&cx.feishu, (object, kind), &folder).await;
        (made.map(|file| Made::of_file(&file)), "shortcut")
    };
    let (made, was_lost) = certain(cx, answer, &place, &card.title, left_as).await?;
    if made.node.is_none() {
        place.took(cx, &made.token);
    }
    made.remember(cx, "shortcut", key);
    let done = match cx.locale {
        Locale::En => format!("made a shortcut to {named} in {place_name}"),
        Locale::Zh => format!("已在 {place_name} 创建指向{named}的快捷方式"),
    };
    Ok(made.output(cx, &format!("{done}{}", lost(cx, was_lost))))
}
