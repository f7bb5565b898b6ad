//! The endpoints that change a document.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{body_list, fault, int, invalid, optional, path};
use super::super::people::People;
use super::request::Writer;
use super::tree::Document;
use super::update::{Attached, operation};
use super::{DOCX, document};
use crate::State;
use crate::events::ChangeKind;
use crate::gateway::{ApiError, Call, Reply};

/// Most requests of a batch update.
const BATCH_MAX: usize = 200;

/// A change to a document: checks, replays, applies to a copy, counts the revision, answers.
fn write(
    state: &mut State,
    call: &mut Call<'_>,
    change: impl FnOnce(&mut Document, &mut Writer<'_>, &Attached<'_>) -> Result<Value, ApiError>,
) -> Result<Reply, ApiError> {
    let id = path(call, "document_id").to_owned();
    let current = document(state, call, &id, Level::Edit, &DOCX)?;
    let given = optional(call, "client_token").map(str::to_owned);
    if let Some(reply) = given.as_deref().and_then(|token| current.replay(token)) {
        return Ok(Reply::Data(reply.clone()));
    }
    let asked = int(call, "document_revision_id")?;
    current.check_revision(asked)?;
    let seen = match asked {
        Some(revision) if revision != -1 && revision != current.revision => current.at(revision),
        _ => None,
    };
    // A request that fails half-way leaves nothing behind.
    let mut next = current.clone();
    let people = People::of(state, call);
    let in_wiki = state.wiki.node_of(&id).is_some();
    let media = &state.media;
    let attached = Attached {
        parent_of: &|token| media.files.get(token).map(|file| file.parent_node.clone()),
        name_of: &|token| media.files.get(token).map(|file| file.name.clone()),
    };
    let person = |text: &str| people.find(text);
    let is_user = !Viewer::of(state, call).is_app;
    let mut writer = Writer {
        mint: call.ids,
        is_user,
        in_wiki,
        seen: seen.as_ref(),
        person: &person,
    };
    let mut data = change(&mut next, &mut writer, &attached)?;
    people.print(&mut data);
    next.note_past(current);
    next.revision += 1;
    let token = given.clone().unwrap_or_else(|| call.ids.uuid());
    if let Some(data) = data.as_object_mut() {
        data.insert(
            "document_revision_id".to_owned(),
            Value::from(next.revision),
        );
        data.insert("client_token".to_owned(), Value::from(token.as_str()));
    }
    if given.is_some() {
        next.remember(&token, data.clone());
    }
    let title = next.title();
    let (editor, now) = (Viewer::of(state, call).actor, call.now_ms);
    state.docx.documents.insert(id.clone(), next);
    if let Some(entry) = state.drive.entries.get_mut(&id)
        && entry.title != title
    {
        entry.title = title;
        state.changed(&id, &editor, ChangeKind::Renamed, now);
    }
    state.changed(&id, &editor, ChangeKind::Edited, now);
    Ok(Reply::Data(data))
}

/// Some blocks as the API prints them.
pub(super) fn rendered(document: &Document, ids: &[String]) -> Value {
    ids.iter()
        .filter_map(|id| document.blocks.get(id))
        .map(|block| document.render(block))
        .collect()
}

/// `POST documents/:document_id/blocks/:block_id/children`.
pub(crate) fn create_children(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (body, block) = (call.body, path(call, "block_id").to_owned());
    let children = body.get("children").and_then(Value::as_array);
    let index = body.get("index").and_then(Value::as_i64).unwrap_or(-1);
    write(state, call, |document, writer, _| {
        let children = children.map(Vec::as_slice).unwrap_or_default();
        let index = document.moved_index(writer.seen, &block, index);
        let made = document.create_children(&block, children, index, writer)?;
        Ok(json!({ "children": rendered(document, &made.top) }))
    })
}

/// `POST documents/:document_id/blocks/:block_id/descendant`.
pub(crate) fn create_descendants(
    state: &mut State,
    call: &mut Call<'_>,
) -> Result<Reply, ApiError> {
    let (body, block) = (call.body, path(call, "block_id").to_owned());
    let top: Vec<&str> = body_list(call, "children_id")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let descendants = body_list(call, "descendants");
    let index = body.get("index").and_then(Value::as_i64).unwrap_or(-1);
    write(state, call, |document, writer, _| {
        let index = document.moved_index(writer.seen, &block, index);
        let made = document.create_descendants(&block, &top, descendants, index, writer)?;
        let relations: Vec<Value> = made
            .relations
            .iter()
            .map(|(temporary, id)| json!({ "temporary_block_id": temporary, "block_id": id }))
            .collect();
        Ok(json!({ "children": rendered(document, &made.top), "block_id_relations": relations }))
    })
}

/// `PATCH documents/:document_id/blocks/:block_id`.
pub(crate) fn patch_block(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (body, block) = (call.body, path(call, "block_id").to_owned());
    write(state, call, |document, writer, media| {
        let operation = operation(body, "")?;
        document.apply(&block, &operation, writer, media)?;
        Ok(json!({ "block": document.render(document.block(&block)?) }))
    })
}

/// `PATCH documents/:document_id/blocks/batch_update`: all or nothing, each block at most once.
pub(crate) fn batch_update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let requests = body_list(call, "requests");
    if requests.is_empty() {
        return Err(fault(1_770_001));
    }
    if requests.len() > BATCH_MAX {
        return Err(fault(1_770_034));
    }
    write(state, call, |document, writer, media| {
        let mut ids: Vec<String> = Vec::with_capacity(requests.len());
        let mut seen = HashSet::with_capacity(requests.len());
        for (number, request) in requests.iter().enumerate() {
            let at = format!("requests[{number}]");
            let id = request.get("block_id").and_then(Value::as_str);
            let id = id.ok_or_else(|| invalid(&format!("{at}.block_id"), "is required"))?;
            let operation = operation(request, &at)?;
            if !seen.insert(id) {
                return Err(fault(1_770_001));
            }
            document.apply(id, &operation, writer, media)?;
            ids.push(id.to_owned());
        }
        Ok(json!({ "blocks": rendered(document, &ids) }))
    })
}

/// `DELETE documents/:document_id/blocks/:block_id/children/batch_delete`.
pub(crate) fn delete_children(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (body, block) = (call.body, path(call, "block_id").to_owned());
    let index = |key: &str| {
        let number = body
            .get(key)
            .ok_or_else(|| invalid(key, "is required"))?
            .as_i64();
        number
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| invalid(key, "must be a non-negative integer"))
    };
    let (start, end) = (index("start_index")?, index("end_index")?);
    write(state, call, |document, writer, _| {
        let ranges = document.moved_ranges(writer.seen, &block, (start, end));
        for (start, end) in ranges.into_iter().rev() {
            document.delete_children(&block, start, end)?;
        }
        Ok(json!({}))
    })
}
