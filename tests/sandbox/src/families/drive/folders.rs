//! Folders: root, metadata, listing, creating.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{body_text, fault, invalid, optional, page_size, path};
use super::super::people::People;
use super::{Entry, file, reach};
use crate::State;
use crate::gateway::{ApiError, Call, Page, Reply};

/// Most objects of a page.
const PAGE_MAX: usize = 200;
/// Most direct children of a folder.
const SIBLINGS_MAX: usize = 1_500;
/// Deepest folder.
const DEPTH_MAX: usize = 15;
/// Longest name in bytes; the pages speak of 256.
const NAME_MAX: usize = 256;

/// `GET drive/explorer/v2/root_folder/meta`.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(crate) fn root_meta(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = state.drive.root_of(&viewer, call.ids, call.now_ms);
    let id = numeric(&token);
    let owner = numeric(&viewer.actor);
    Ok(Reply::Data(
        json!({ "token": token, "id": id, "user_id": owner }),
    ))
}

/// The long decimal ids of this older API.
fn numeric(text: &str) -> String {
    let number = text.bytes().fold(7_u64, |number, byte| {
        number.wrapping_mul(131).wrapping_add(u64::from(byte))
    });
    (7_000_000_000_000_000_000 + number % 500_000_000_000_000_000).to_string()
}

/// `GET drive/explorer/v2/folder/:folderToken/meta`.
pub(crate) fn folder_meta(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = path(call, "folderToken");
    let viewer = Viewer::of(state, call);
    let entry = state
        .drive
        .entries
        .get(token)
        .filter(|entry| !entry.deleted && entry.kind == "folder");
    let entry = entry.ok_or_else(|| fault(91_402))?;
    if state.level(token, &viewer) < Level::View {
        return Err(fault(91_403));
    }
    Ok(Reply::Data(json!({
        "id": numeric(&entry.token),
        "name": entry.title,
        "token": entry.token,
        "createUid": numeric(&entry.owner),
        "editUid": numeric(&entry.editor),
        "parentId": entry.parent.as_deref().map(numeric).unwrap_or_default(),
        "ownUid": numeric(&entry.owner),
    })))
}

/// `GET drive/v1/files`.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let asked = optional(call, "folder_token")
        .unwrap_or_default()
        .to_owned();
    let root = state.drive.root_of(&viewer, call.ids, call.now_ms);
    let is_root = asked.is_empty() || asked == root;
    let folder = if asked.is_empty() { root } else { asked };
    if reach(state, &viewer, &folder, Level::View)?.kind != "folder" {
        return Err(fault(1_061_002));
    }
    let size = page_size(call, PAGE_MAX, PAGE_MAX, 1_064_001)?;
    let by_creation = match optional(call, "order_by").unwrap_or("EditedTime") {
        "CreatedTime" => true,
        "EditedTime" => false,
        _ => {
            return Err(invalid(
                "order_by",
                "must be one of [EditedTime, CreatedTime]",
            ));
        }
    };
    let ascending = match optional(call, "direction").unwrap_or("DESC") {
        "ASC" => true,
        "DESC" => false,
        _ => return Err(invalid("direction", "must be one of [ASC, DESC]")),
    };
    let mut entries: Vec<&Entry> = state
        .drive
        .inside(&folder)
        .filter(|entry| state.level(&entry.token, &viewer) >= Level::View)
        .collect();
    entries.sort_by(|a, b| {
        let time = |entry: &Entry| {
            if by_creation {
                entry.created_ms
            } else {
                entry.edited_ms
            }
        };
        let order = time(a).cmp(&time(b)).then_with(|| a.token.cmp(&b.token));
        if ascending { order } else { order.reverse() }
    });
    // The root folder does not page.
    let size = if is_root { usize::MAX } else { size };
    let scope = format!("files/{folder}/{by_creation}/{ascending}");
    let token = optional(call, "page_token").filter(|_| !is_root);
    let page = Page::of(entries.len(), size, token, &scope, 1_061_002)?;
    let people = People::of(state, call);
    let files: Vec<Value> = entries
        .get(page.start..page.end)
        .unwrap_or_default()
        .iter()
        .map(|entry| file(state, &people, entry))
        .collect();
    let mut data = json!({ "files": files, "has_more": page.has_more });
    if let (true, Some(data)) = (page.has_more, data.as_object_mut()) {
        data.insert("next_page_token".to_owned(), Value::from(page.page_token));
    }
    Ok(Reply::Data(data))
}

/// The folder that something shall be put into; empty means the caller's root.
pub(crate) fn destination(
    state: &mut State,
    call: &mut Call<'_>,
    viewer: &Viewer,
    token: &str,
) -> Result<String, ApiError> {
    if token.is_empty() {
        return Ok(state.drive.root_of(viewer, call.ids, call.now_ms));
    }
    match state.drive.entries.get(token) {
        None => return Err(fault(1_061_044)),
        Some(folder) if folder.deleted => return Err(fault(1_061_041)),
        Some(folder) if folder.kind != "folder" => return Err(fault(1_061_002)),
        Some(_) => {}
    }
    if state.level(token, viewer) < Level::Edit {
        return Err(fault(1_061_004));
    }
    if state.drive.inside(token).count() >= SIBLINGS_MAX {
        return Err(fault(1_062_507));
    }
    Ok(token.to_owned())
}

/// `POST drive/v1/files/create_folder`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let name = body_text(call, "name")?.to_owned();
    if name.trim().is_empty() || name.len() > NAME_MAX {
        return Err(fault(1_061_008));
    }
    let parent = body_text(call, "folder_token")?.to_owned();
    let parent = destination(state, call, &viewer, &parent)?;
    if depth(state, &parent) >= DEPTH_MAX {
        return Err(fault(1_062_506));
    }
    let token = call.ids.token27();
    state.drive.add(Entry::new(
        &token,
        "folder",
        &name,
        &viewer,
        Some(parent),
        call.now_ms,
    ));
    let url = state.web_url(&viewer.tenant, "folder", &token);
    Ok(Reply::Data(json!({ "token": token, "url": url })))
}

fn depth(state: &State, folder: &str) -> usize {
    let mut depth = 0;
    let mut at = state
        .drive
        .entries
        .get(folder)
        .and_then(|entry| entry.parent.as_deref());
    while let Some(token) = at {
        depth += 1;
        at = state
            .drive
            .entries
            .get(token)
            .and_then(|entry| entry.parent.as_deref());
    }
    depth
}

/// `GET drive/v1/files/task_check`.
pub(crate) fn task_check(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let id = optional(call, "task_id").unwrap_or_default();
    let task = state
        .drive
        .tasks
        .get_mut(id)
        .filter(|task| task.actor == viewer.actor);
    let task = task.ok_or_else(|| fault(1_061_003))?;
    let status = if task.polls > 0 { "process" } else { "success" };
    task.polls = task.polls.saturating_sub(1);
    Ok(Reply::Data(json!({ "status": status })))
}

/// `GET drive/v1/files/:file_token/statistics`.
pub(crate) fn statistics(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = path(call, "file_token").to_owned();
    let kind = optional(call, "file_type").unwrap_or_default().to_owned();
    let entry = reach(state, &viewer, &token, Level::View)?;
    if entry.kind != kind {
        return Err(fault(1_061_002));
    }
    let people = entry.members.len() + 1;
    Ok(Reply::Data(json!({
        "file_token": token,
        "file_type": kind,
        "statistics": {
            "uv": people,
            "pv": entry.views,
            "like_count": 0,
            "timestamp": call.now_ms / 1_000,
            "uv_today": 1,
            "pv_today": 1,
            "like_count_today": 0,
        },
    })))
}
