//! Moving documents of the cloud space into a wiki, and back.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{body_or_empty, body_text, fault, path, wanted};
use super::super::drive::folders::destination;
use super::super::people::People;
use super::nodes::place;
use super::{Node, Transfer, node, print};
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// `POST wiki/v2/spaces/:space_id/nodes/move_docs_to_wiki`.
///
/// Documents move at once; sheets and bases by a task that the caller polls, so that both answers occur.
pub(crate) fn move_in(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let (kind, object) = (body_text(call, "obj_type")?, body_text(call, "obj_token")?);
    let parent = body_or_empty(call, "parent_wiki_token");
    let entry = state
        .drive
        .entries
        .get(object)
        .filter(|entry| !entry.deleted && entry.kind == kind);
    if entry.is_none() {
        return Err(fault(131_005));
    }
    if state.wiki.node_of(object).is_some() {
        return Err(fault(131_008));
    }
    if state.level(object, &viewer) < Level::Full {
        return Err(fault(131_006));
    }
    let space_id = match place(state, &viewer, path(call, "space_id"), parent) {
        Ok(space_id) => space_id,
        Err(refused) if refused.code == 131_006 => {
            let apply = call
                .body
                .get("apply")
                .and_then(Value::as_bool)
                .unwrap_or(false);
            return if apply {
                Ok(Reply::Data(json!({ "applied": true })))
            } else {
                Err(refused)
            };
        }
        Err(other) => return Err(other),
    };
    let token = call.ids.token27();
    state.wiki.add(Node {
        token: token.clone(),
        space_id,
        parent: parent.to_owned(),
        obj_token: object.to_owned(),
        obj_type: kind.to_owned(),
        origin: None,
        creator: viewer.actor.clone(),
        created_ms: call.now_ms,
    });
    if let Some(entry) = state.drive.entries.get_mut(object) {
        entry.parent = None;
    }
    if kind == "docx" {
        return Ok(Reply::Data(json!({ "wiki_token": token })));
    }
    let task = format!("{}-{}", call.ids.number19(), call.ids.hex(32));
    state.wiki.tasks.insert(
        task.clone(),
        Transfer {
            node: token,
            out: false,
            polls: 1,
            actor: viewer.actor,
        },
    );
    Ok(Reply::Data(json!({ "task_id": task })))
}

/// `POST wiki/v2/nodes/:node_token/move_wiki_to_docs`: what was below the page moves up.
pub(crate) fn move_out(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let node = node(state, &viewer, path(call, "node_token"), Level::Full)?.clone();
    if node.origin.is_some() {
        return Err(fault(131_101));
    }
    let folder = body_or_empty(call, "folder_token").to_owned();
    let folder = destination(state, call, &viewer, &folder)?;
    state.wiki.forget_object(&node.obj_token);
    if let Some(entry) = state.drive.entries.get_mut(&node.obj_token) {
        entry.parent = Some(folder);
    }
    let task = format!("{}-{}", call.ids.number19(), call.ids.hex(32));
    state.wiki.tasks.insert(
        task.clone(),
        Transfer {
            node: node.obj_token,
            out: true,
            polls: 1,
            actor: viewer.actor,
        },
    );
    Ok(Reply::Data(json!({ "task_id": task })))
}

/// `GET wiki/v2/tasks/:task_id`.
pub(crate) fn task(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let out = match wanted(call, "task_type")? {
        "move" => false,
        "move_wiki_to_docs" => true,
        _ => return Err(fault(131_002)),
    };
    let id = path(call, "task_id").to_owned();
    let task = state
        .wiki
        .tasks
        .get_mut(&id)
        .filter(|task| task.actor == viewer.actor && task.out == out);
    let task = task.ok_or_else(|| fault(131_005))?;
    let running = task.polls > 0;
    task.polls = task.polls.saturating_sub(1);
    let moved = task.node.clone();
    let message = if running { "processing" } else { "success" };
    if out {
        let entry = state.drive.entries.get(&moved);
        let kind = entry.map(|entry| entry.kind.clone()).unwrap_or_default();
        return Ok(Reply::Data(json!({ "task": {
            "task_id": id,
            "move_wiki_to_docs_result": {
                "status": i32::from(running),
                "status_msg": message,
                "obj_token": moved,
                "obj_type": kind,
                "url": state.web_url(&viewer.tenant, &kind, &moved),
            },
        }})));
    }
    let people = People::of(state, call);
    let node = state
        .wiki
        .nodes
        .get(&moved)
        .map(|node| print(state, &people, node));
    let result = json!({
        "node": node,
        "status": i32::from(running),
        "status_msg": message,
    });
    Ok(Reply::Data(
        json!({ "task": { "task_id": id, "move_result": [result] } }),
    ))
}
