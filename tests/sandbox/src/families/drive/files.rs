//! Copy, move, delete and shortcuts.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{body_text, fault, optional, path};
use super::super::people::People;
use super::folders::destination;
use super::{Entry, Task, file, reach};
use crate::State;
use crate::events::ChangeKind;
use crate::gateway::{ApiError, Call, Reply};

/// How many polls of a folder job answer that it is still running.
const POLLS: u32 = 1;

/// Copies the object behind a token under a new one. Only the newest state is copied, comments are not.
pub(crate) fn duplicate(
    state: &mut State,
    call: &mut Call<'_>,
    viewer: &Viewer,
    token: &str,
    name: &str,
    parent: Option<String>,
) -> Result<String, ApiError> {
    let kind = state
        .drive
        .entries
        .get(token)
        .map(|entry| entry.kind.clone())
        .ok_or_else(|| fault(1_061_003))?;
    let copy = call.ids.token27();
    match kind.as_str() {
        "docx" => {
            let made = state
                .docx
                .documents
                .get(token)
                .map(|document| document.copy(&copy, name, call.ids));
            state
                .docx
                .documents
                .insert(copy.clone(), made.ok_or_else(|| fault(1_061_003))?);
        }
        "sheet" => {
            if let Some(sheet) = state.sheets.spreadsheets.get(token).cloned() {
                state.sheets.spreadsheets.insert(copy.clone(), sheet);
            }
        }
        "bitable" => {
            if let Some(base) = state.bases.apps.get(token).cloned() {
                state.bases.apps.insert(copy.clone(), base);
            }
        }
        "folder" => return Err(fault(1_061_002)),
        _ => {
            if let Some(upload) = state.media.files.get(token).cloned() {
                state.media.files.insert(copy.clone(), upload);
            }
        }
    }
    state
        .drive
        .add(Entry::new(&copy, &kind, name, viewer, parent, call.now_ms));
    Ok(copy)
}

/// `POST drive/v1/files/:file_token/copy`.
pub(crate) fn copy(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = path(call, "file_token").to_owned();
    let name = body_text(call, "name")?.to_owned();
    let folder = body_text(call, "folder_token")?.to_owned();
    let entry = reach(state, &viewer, &token, Level::View)?;
    match call.body.get("type").and_then(Value::as_str) {
        // The type is needed except for plain files, and has to be right.
        None if entry.kind != "file" => return Err(fault(1_061_002)),
        Some(kind) if kind != entry.kind => return Err(fault(1_061_002)),
        _ => {}
    }
    let folder = destination(state, call, &viewer, &folder)?;
    let copy = duplicate(state, call, &viewer, &token, &name, Some(folder))?;
    let people = People::of(state, call);
    let made = state
        .drive
        .entries
        .get(&copy)
        .map(|entry| file(state, &people, entry));
    Ok(Reply::Data(json!({ "file": made })))
}

/// `POST drive/v1/files/:file_token/move`.
pub(crate) fn relocate(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = path(call, "file_token").to_owned();
    let entry = reach(state, &viewer, &token, Level::Full)?;
    let kind = entry.kind.clone();
    if call
        .body
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|given| given != kind)
    {
        return Err(fault(1_061_002));
    }
    let folder = call
        .body
        .get("folder_token")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let folder = destination(state, call, &viewer, &folder)?;
    if kind == "folder" && state.drive.is_below(&folder, &token) {
        return Err(fault(1_061_002));
    }
    if let Some(entry) = state.drive.entries.get_mut(&token) {
        entry.parent = Some(folder);
    }
    Ok(Reply::Data(job(state, call, &viewer, &kind)))
}

/// `DELETE drive/v1/files/:file_token`: to the trash.
pub(crate) fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = path(call, "file_token").to_owned();
    let entry = reach(state, &viewer, &token, Level::Full)?;
    let kind = entry.kind.clone();
    if optional(call, "type").is_none_or(|given| given != kind) {
        return Err(fault(1_061_002));
    }
    if state.drive.roots.values().any(|root| *root == token) {
        return Err(fault(1_062_501));
    }
    for gone in state.drive.trash(&token) {
        state.wiki.forget_object(&gone);
        state.changed(&gone, &viewer.actor, ChangeKind::Trashed, call.now_ms);
    }
    Ok(Reply::Data(job(state, call, &viewer, &kind)))
}

/// Folders are handled by a job that the caller polls; for files the answer is empty.
fn job(state: &mut State, call: &mut Call<'_>, viewer: &Viewer, kind: &str) -> Value {
    if kind != "folder" {
        return json!({});
    }
    let id = call.ids.number19();
    state.drive.tasks.insert(
        id.clone(),
        Task {
            actor: viewer.actor.clone(),
            polls: POLLS,
        },
    );
    json!({ "task_id": id })
}

/// `POST drive/v1/files/create_shortcut`.
pub(crate) fn create_shortcut(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let folder = body_text(call, "parent_token")?.to_owned();
    let refer = call.body.get("refer_entity");
    let field = |key: &str| {
        refer
            .and_then(|refer| refer.get(key))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (target, kind) = (field("refer_token"), field("refer_type"));
    let entry = reach(state, &viewer, &target, Level::View)?;
    if entry.kind != kind {
        return Err(fault(1_061_002));
    }
    let title = entry.title.clone();
    let folder = destination(state, call, &viewer, &folder)?;
    let token = call.ids.token27();
    let mut made = Entry::new(
        &token,
        "shortcut",
        &title,
        &viewer,
        Some(folder),
        call.now_ms,
    );
    made.target = Some((kind, target));
    state.drive.add(made);
    let people = People::of(state, call);
    let made = state
        .drive
        .entries
        .get(&token)
        .map(|entry| file(state, &people, entry));
    Ok(Reply::Data(json!({ "succ_shortcut_node": made })))
}
