//! Nodes: reading, making, copying, moving, naming, searching.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{
    body_or_empty, body_text, fault, optional, page_size, paged, path, wanted,
};
use super::super::docx::tree::Document;
use super::super::drive::{Entry, files::duplicate};
use super::super::people::People;
use super::{Node, node, print, space};
use crate::State;
use crate::events::ChangeKind;
use crate::gateway::{ApiError, Call, Page, Reply};

/// Most nodes of a page.
const PAGE_MAX: usize = 50;
/// Most nodes under one node.
const SIBLINGS_MAX: usize = 2_000;
/// Deepest node.
const DEPTH_MAX: usize = 50;

/// `GET wiki/v2/spaces/get_node`: by node token, or by object token with the object's type.
pub(crate) fn get_node(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = wanted(call, "token")?;
    let found = match optional(call, "obj_type").unwrap_or("wiki") {
        "wiki" => token,
        kind => {
            let node = state
                .wiki
                .node_of(token)
                .filter(|node| node.obj_type == kind);
            node.map(|node| node.token.as_str())
                .ok_or_else(|| fault(131_005))?
        }
    };
    let node = node(state, &viewer, found, Level::View)?;
    Ok(Reply::Data(
        json!({ "node": print(state, &People::of(state, call), node) }),
    ))
}

/// `GET wiki/v2/spaces/:space_id/nodes`.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let space = space(state, &viewer, path(call, "space_id"), Level::View)?;
    let parent = optional(call, "parent_node_token").unwrap_or_default();
    if !parent.is_empty() && node(state, &viewer, parent, Level::View)?.space_id != space.id {
        return Err(fault(131_005));
    }
    let under = if parent.is_empty() {
        space.id.as_str()
    } else {
        parent
    };
    let children: Vec<&Node> = state
        .wiki
        .children
        .get(under)
        .into_iter()
        .flatten()
        .filter_map(|token| state.wiki.nodes.get(token))
        .filter(|node| state.level(&node.obj_token, &viewer) > Level::None)
        .collect();
    let size = page_size(call, PAGE_MAX, PAGE_MAX, 131_002)?;
    let page = Page::of(
        children.len(),
        size,
        optional(call, "page_token"),
        &format!("nodes/{under}"),
        131_002,
    )?;
    let people = People::of(state, call);
    let window = children.get(page.start..page.end).unwrap_or_default();
    let items: Vec<Value> = window
        .iter()
        .map(|node| print(state, &people, node))
        .collect();
    Ok(paged(&items, &page))
}

/// Checks that the viewer may put something under `parent` (empty: the top) of a space. Gives the space id.
pub(crate) fn place(
    state: &State,
    viewer: &Viewer,
    space_id: &str,
    parent: &str,
) -> Result<String, ApiError> {
    let found = space(state, viewer, space_id, Level::View)?.id.clone();
    if parent.is_empty() {
        space(state, viewer, space_id, Level::Edit)?;
    } else if node(state, viewer, parent, Level::Edit)?.space_id != found {
        return Err(fault(131_005));
    }
    let under = if parent.is_empty() { &found } else { parent };
    let mut depth = 0;
    let mut at = parent;
    while let Some(node) = state.wiki.nodes.get(at) {
        depth += 1;
        at = &node.parent;
    }
    if depth >= DEPTH_MAX
        || state
            .wiki
            .children
            .get(under)
            .is_some_and(|list| list.len() >= SIBLINGS_MAX)
    {
        return Err(fault(131_003));
    }
    Ok(found)
}

/// `POST wiki/v2/spaces/:space_id/nodes`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let parent = body_or_empty(call, "parent_node_token");
    let space_id = place(state, &viewer, path(call, "space_id"), parent)?;
    let kind = body_text(call, "obj_type")?;
    let title = body_or_empty(call, "title");
    let (obj_token, origin) = match body_text(call, "node_type")? {
        "origin" => (make_object(state, call, &viewer, kind, title)?, None),
        "shortcut" => {
            let origin = node(
                state,
                &viewer,
                body_or_empty(call, "origin_node_token"),
                Level::View,
            )?;
            if origin.obj_type != kind {
                return Err(fault(131_002));
            }
            (
                origin.obj_token.clone(),
                Some((origin.token.clone(), origin.space_id.clone())),
            )
        }
        _ => return Err(fault(131_002)),
    };
    let made = Node {
        token: call.ids.token27(),
        space_id,
        parent: parent.to_owned(),
        obj_token,
        obj_type: kind.to_owned(),
        origin,
        creator: viewer.actor.clone(),
        created_ms: call.now_ms,
    };
    Ok(added(state, call, made))
}

fn added(state: &mut State, call: &Call<'_>, node: Node) -> Reply {
    let token = node.token.clone();
    state.wiki.add(node);
    let people = People::of(state, call);
    let printed = state
        .wiki
        .nodes
        .get(&token)
        .map(|node| print(state, &people, node));
    Reply::Data(json!({ "node": printed }))
}

fn make_object(
    state: &mut State,
    call: &mut Call<'_>,
    viewer: &Viewer,
    kind: &str,
    title: &str,
) -> Result<String, ApiError> {
    let token = call.ids.token27();
    match kind {
        "docx" => {
            state
                .docx
                .documents
                .insert(token.clone(), Document::new(&token, title));
        }
        "sheet" => {
            let tab = call.ids.hex(6);
            state
                .sheets
                .spreadsheets
                .insert(token.clone(), vec![super::super::sheets::Tab::empty(&tab)]);
        }
        "bitable" | "mindnote" | "slides" => {}
        "doc" => return Err(fault(131_010)),
        _ => return Err(fault(131_002)),
    }
    state
        .drive
        .add(Entry::new(&token, kind, title, viewer, None, call.now_ms));
    Ok(token)
}

/// `POST wiki/v2/spaces/:space_id/nodes/:node_token/copy`: the node alone, without what is below it.
pub(crate) fn copy(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let source = node(state, &viewer, path(call, "node_token"), Level::View)?.clone();
    in_space(state, call, &viewer, &source)?;
    let (parent, space_id) = target(state, call, &viewer)?;
    let title = match body_or_empty(call, "title") {
        "" => state
            .drive
            .entries
            .get(&source.obj_token)
            .map(|entry| entry.title.clone())
            .unwrap_or_default(),
        title => title.to_owned(),
    };
    let object = duplicate(state, call, &viewer, &source.obj_token, &title, None)?;
    let made = Node {
        token: call.ids.token27(),
        space_id,
        parent,
        obj_token: object,
        obj_type: source.obj_type,
        origin: None,
        creator: viewer.actor.clone(),
        created_ms: call.now_ms,
    };
    Ok(added(state, call, made))
}

fn in_space(state: &State, call: &Call<'_>, viewer: &Viewer, node: &Node) -> Result<(), ApiError> {
    let given = space(state, viewer, path(call, "space_id"), Level::View)?;
    if given.id == node.space_id {
        Ok(())
    } else {
        Err(fault(131_005))
    }
}

/// Where a copy or move goes: parent and space. One of the two has to be named.
fn target(state: &State, call: &Call<'_>, viewer: &Viewer) -> Result<(String, String), ApiError> {
    let parent = body_or_empty(call, "target_parent_token").to_owned();
    let space_id = match body_or_empty(call, "target_space_id") {
        "" if parent.is_empty() => return Err(fault(131_002)),
        "" => node(state, viewer, &parent, Level::View)?.space_id.clone(),
        id => id.to_owned(),
    };
    let space_id = place(state, viewer, &space_id, &parent)?;
    Ok((parent, space_id))
}

/// `POST wiki/v2/spaces/:space_id/nodes/:node_token/move`: with everything below it.
pub(crate) fn relocate(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let moved = node(state, &viewer, path(call, "node_token"), Level::Edit)?.clone();
    in_space(state, call, &viewer, &moved)?;
    let (parent, space_id) = target(state, call, &viewer)?;
    if state.wiki.is_below(&parent, &moved.token) {
        return Err(fault(131_101));
    }
    state.wiki.unlink(&moved.token);
    let mut below = vec![moved.token.clone()];
    while let Some(token) = below.pop() {
        below.extend(
            state
                .wiki
                .children
                .get(&token)
                .into_iter()
                .flatten()
                .cloned(),
        );
        if let Some(node) = state.wiki.nodes.get_mut(&token) {
            node.space_id.clone_from(&space_id);
        }
    }
    let made = Node {
        space_id,
        parent,
        ..moved
    };
    Ok(added(state, call, made))
}

/// `POST wiki/v2/spaces/:space_id/nodes/:node_token/update_title`.
pub(crate) fn update_title(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let title = body_text(call, "title")?.to_owned();
    let node = node(state, &viewer, path(call, "node_token"), Level::Edit)?.clone();
    in_space(state, call, &viewer, &node)?;
    if !matches!(node.obj_type.as_str(), "doc" | "docx") && node.origin.is_none() {
        // The page speaks of documents and shortcuts only.
        return Err(fault(131_002));
    }
    if let Some(document) = state.docx.documents.get_mut(&node.obj_token) {
        document.set_title(&title);
        document.revision += 1;
    }
    if let Some(entry) = state.drive.entries.get_mut(&node.obj_token) {
        entry.title = title;
        let (object, now) = (&node.obj_token, call.now_ms);
        state.changed(object, &viewer.actor, ChangeKind::Renamed, now);
    }
    Ok(Reply::Data(json!({})))
}

/// The numbers that the wiki search prints for types.
fn type_number(kind: &str) -> i64 {
    match kind {
        "doc" => 1,
        "sheet" => 2,
        "bitable" => 3,
        "mindnote" => 4,
        "file" => 5,
        "slides" => 6,
        _ => 8,
    }
}

/// `POST wiki/v1/nodes/search` (also printed as v2): by title.
pub(crate) fn search(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let query = body_text(call, "query")?.to_lowercase();
    let (space_id, above) = (
        body_or_empty(call, "space_id"),
        body_or_empty(call, "node_id"),
    );
    if !above.is_empty() && space_id.is_empty() {
        return Err(fault(131_002));
    }
    let mut hits: Vec<(&Node, &Entry)> = state
        .wiki
        .nodes
        .values()
        .filter(|node| space_id.is_empty() || node.space_id == space_id)
        .filter(|node| above.is_empty() || state.wiki.is_below(&node.token, above))
        .filter_map(|node| {
            state
                .drive
                .entries
                .get(&node.obj_token)
                .map(|entry| (node, entry))
        })
        .filter(|(_, entry)| entry.title.to_lowercase().contains(&query))
        .filter(|(node, _)| state.level(&node.obj_token, &viewer) > Level::None)
        .collect();
    hits.sort_by(|(a, x), (b, y)| {
        y.edited_ms
            .cmp(&x.edited_ms)
            .then_with(|| a.token.cmp(&b.token))
    });
    let size = page_size(call, 20, PAGE_MAX, 131_002)?;
    let scope = format!("wiki search/{query}/{space_id}/{above}");
    let page = Page::of(
        hits.len(),
        size,
        optional(call, "page_token"),
        &scope,
        131_002,
    )?;
    let items: Vec<Value> = hits
        .get(page.start..page.end)
        .unwrap_or_default()
        .iter()
        .map(|(node, entry)| {
            json!({
                "node_id": node.token,
                "space_id": node.space_id,
                "obj_type": type_number(&node.obj_type),
                "obj_token": node.obj_token,
                "title": entry.title,
                "url": state.web_url(&entry.tenant, "wiki", &node.token),
                "icon": "",
                "create_time": super::super::drive::seconds(node.created_ms),
                "update_time": super::super::drive::seconds(entry.edited_ms),
                "child_num": state.wiki.children.get(&node.token).map_or(0, Vec::len),
            })
        })
        .collect();
    Ok(paged(&items, &page))
}
