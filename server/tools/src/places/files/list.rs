//! What lies in a place. Feishu gives folders newest edits first, and wikis in their own order.

use feishu::api::{drive, files, wiki};
use model::Locale;
use serde_json::json;

use crate::{
    ToolCx, ToolError, ToolOutput,
    args::{kind::Kind, people},
    fence,
    find::search::bad_cursor,
    places::place::{At, Place},
    render::{Listing, clean_line, from_seconds},
};

/// Entries of the root on one page: Feishu gives the root whole.
const ROOT_PAGE: usize = 50;

pub(super) async fn list(
    cx: &ToolCx,
    place: Option<&str>,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let cursor = cursor.map(str::trim).filter(|cursor| !cursor.is_empty());
    if matches!(place.map(str::trim), Some("wiki" | "知识库")) {
        return spaces(cx, cursor).await;
    }
    let place = Place::find(cx, place).await?;
    match (&place.at, place.in_wiki()) {
        (_, Some(at)) => pages(cx, &place, at, cursor).await,
        (At::Folder(folder), None) => {
            let page = files::list(&cx.feishu, folder, cursor).await;
            let page = page.map_err(|fault| cx.fault(fault))?;
            let next =
                (page.has_more && !page.next_page_token.is_empty()).then_some(page.next_page_token);
            entries(cx, &place, page.files, next).await
        }
        (_, None) => root(cx, &place, cursor).await,
    }
}

async fn root(cx: &ToolCx, place: &Place, cursor: Option<&str>) -> Result<ToolOutput, ToolError> {
    let from = match cursor {
        None => 0,
        Some(text) => text
            .strip_prefix('n')
            .and_then(|number| number.parse::<usize>().ok())
            .ok_or_else(|| bad_cursor(cx))?,
    };
    let page = files::list(&cx.feishu, "", None).await;
    let all = page.map_err(|fault| cx.fault(fault))?.files;
    let next = (all.len() > from + ROOT_PAGE).then(|| format!("n{}", from + ROOT_PAGE));
    let shown = all.into_iter().skip(from).take(ROOT_PAGE).collect();
    entries(cx, place, shown, next).await
}

/// What an entry is for rules about places: a shortcut, what it leads to.
fn meant(file: &drive::File) -> (Option<Kind>, &str) {
    if file.kind == "shortcut" {
        let to = &file.shortcut_info;
        (Kind::from_word(&to.target_type), &to.target_token)
    } else {
        (Kind::from_word(&file.kind), &file.token)
    }
}

async fn entries(
    cx: &ToolCx,
    place: &Place,
    files: Vec<drive::File>,
    next: Option<String>,
) -> Result<ToolOutput, ToolError> {
    let files = fence::kept(cx, files, meant).await;
    let owners = people::names(cx, files.iter().map(|file| file.owner_id.as_str())).await;
    let mut listing = Listing::new(heading(
        cx,
        place,
        files.len(),
        cx.say("newest edits first", "最近编辑的在前"),
    ));
    for file in &files {
        let name = clean_line(&file.name, 150);
        let kind = Kind::from_word(&file.kind).map_or("shortcut", Kind::word);
        let own = format!("{kind}:{}", file.token);
        let leads = (file.kind == "shortcut").then(|| {
            let to = &file.shortcut_info;
            let word = Kind::from_word(&to.target_type).map_or("file", Kind::word);
            format!("{word}:{}", to.target_token)
        });
        let owner = owners
            .get(&file.owner_id)
            .map_or_else(|| file.owner_id.clone(), Clone::clone);
        let changed = from_seconds(file.modified_time, &cx.facts.time_zone);
        let title = Kind::from_word(&file.kind).map_or(cx.say("shortcut", "快捷方式"), |kind| {
            kind.title(cx.locale)
        });
        let arrow = leads
            .as_ref()
            .map_or_else(String::new, |to| format!(" → {to}"));
        listing.push(
            format!("- {name} · {title} · {own}{arrow} · {owner} · {changed}"),
            json!({
                "title": name, "kind": kind, "ref": own, "target": leads,
                "owner": owner, "owner_id": file.owner_id, "modified": changed,
            }),
        );
    }
    listing.next(next);
    Ok(finish(cx, place, listing))
}

async fn pages(
    cx: &ToolCx,
    place: &Place,
    at: wiki::Placed<'_>,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let parent = at.parent.unwrap_or_default();
    let page = wiki::pages(&cx.feishu, at.space_id, parent, cursor).await;
    let page = page.map_err(|fault| cx.fault(fault))?;
    let next = (page.has_more && !page.page_token.is_empty()).then_some(page.page_token);
    let nodes = fence::kept(cx, page.items, |node| (Some(Kind::Wiki), &node.node_token)).await;
    let owners = people::names(cx, nodes.iter().map(|node| node.owner.as_str())).await;
    let mut listing = Listing::new(heading(
        cx,
        place,
        nodes.len(),
        cx.say("in the order of the wiki", "按知识库顺序"),
    ));
    for node in &nodes {
        let name = clean_line(&node.title, 150);
        let kind = Kind::from_word(&node.obj_type);
        let title = kind.map_or(cx.say("page", "页面"), |kind| kind.title(cx.locale));
        let owner = owners
            .get(&node.owner)
            .map_or_else(|| node.owner.clone(), Clone::clone);
        let changed = from_seconds(node.obj_edit_time, &cx.facts.time_zone);
        let mut line = format!(
            "- {name} · {title} · wiki:{} · {owner} · {changed}",
            node.node_token
        );
        if node.has_child {
            line.push_str(cx.say(" · has pages below", " · 有子页面"));
        }
        if node.is_shortcut() {
            line.push_str(cx.say(" · shortcut", " · 快捷方式"));
        }
        listing.push(
            line,
            json!({
                "title": name, "kind": kind.map(Kind::word), "ref": format!("wiki:{}", node.node_token),
                "object": kind.map(|kind| format!("{}:{}", kind.word(), node.obj_token)),
                "owner": owner, "owner_id": node.owner, "modified": changed,
                "has_children": node.has_child, "shortcut": node.is_shortcut(),
            }),
        );
    }
    listing.next(next);
    Ok(finish(cx, place, listing))
}

async fn spaces(cx: &ToolCx, cursor: Option<&str>) -> Result<ToolOutput, ToolError> {
    let page = wiki::spaces(&cx.feishu, cursor).await;
    let page = page.map_err(|fault| cx.fault(fault))?;
    let mut listing = Listing::new(cx.say("wiki spaces", "知识库"));
    for space in &page.items {
        if fence::admit_into_wiki(cx, &space.space_id, None)
            .await
            .is_err()
        {
            continue;
        }
        let name = clean_line(&space.name, 150);
        let own = format!("wiki_space:{}", space.space_id);
        listing.push(
            format!("- {name} · {own}"),
            json!({"title": name, "kind": "wiki_space", "ref": own}),
        );
    }
    listing.next((page.has_more && !page.page_token.is_empty()).then_some(page.page_token));
    Ok(listing.finish(cx.locale))
}

fn heading(cx: &ToolCx, place: &Place, count: usize, order: &str) -> String {
    let place = place.describe(cx);
    match cx.locale {
        Locale::En => format!("{count} entries in {place}, {order}"),
        Locale::Zh => format!("{place} 中的 {count} 个条目（{order}）"),
    }
}

fn finish(cx: &ToolCx, place: &Place, listing: Listing) -> ToolOutput {
    let output = listing.finish(cx.locale);
    match &place.at {
        At::Root => output,
        At::Folder(token) => output.with_target(Kind::Folder.word(), token),
        At::Space(id) => output.with_target("wiki_space", id),
        At::Page(node) => output.with_target(Kind::Wiki.word(), &node.node_token),
    }
}
