//! Metadata of many objects at once.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::invalid;
use super::super::people::People;
use super::seconds;
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// Most objects per call.
const BATCH_MAX: usize = 200;
const UNSUPPORTED: i64 = 970_002;
const FORBIDDEN: i64 = 970_003;
const MISMATCH: i64 = 970_005;

/// `POST drive/v1/metas/batch_query`: what cannot be read is listed with a code of its own.
pub(crate) fn batch_query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let docs = call
        .body
        .get("request_docs")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if docs.is_empty() || docs.len() > BATCH_MAX {
        return Err(invalid(
            "request_docs",
            &format!("the len must be between 1 and {BATCH_MAX}"),
        ));
    }
    let with_url = call
        .body
        .get("with_url")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let people = People::of(state, call);
    let (mut metas, mut failed) = (Vec::new(), Vec::new());
    for doc in docs {
        let field = |key: &str| doc.get(key).and_then(Value::as_str).unwrap_or_default();
        let (token, kind) = (field("doc_token"), field("doc_type"));
        match meta(state, &people, &viewer, token, kind, with_url) {
            Ok(meta) => metas.push(meta),
            Err(code) => failed.push(json!({ "token": token, "code": code })),
        }
    }
    Ok(Reply::Data(
        json!({ "metas": metas, "failed_list": failed }),
    ))
}

fn meta(
    state: &State,
    people: &People<'_>,
    viewer: &Viewer,
    token: &str,
    kind: &str,
    with_url: bool,
) -> Result<Value, i64> {
    if matches!(kind, "synced_block" | "slides") {
        return Err(UNSUPPORTED);
    }
    let object = match kind {
        "wiki" => state
            .wiki
            .nodes
            .get(token)
            .map(|node| node.obj_token.as_str())
            .ok_or(MISMATCH)?,
        _ => token,
    };
    let entry = state
        .drive
        .entries
        .get(object)
        .filter(|entry| !entry.deleted)
        .ok_or(MISMATCH)?;
    if kind != "wiki" && entry.kind != kind {
        return Err(MISMATCH);
    }
    if state.level(object, viewer) < Level::View {
        return Err(FORBIDDEN);
    }
    let mut meta = json!({
        "doc_token": token,
        "doc_type": kind,
        "title": entry.title,
        "owner_id": people.id(&entry.owner),
        "create_time": seconds(entry.created_ms),
        "latest_modify_user": people.id(&entry.editor),
        "latest_modify_time": seconds(entry.edited_ms),
        "sec_label_name": "",
        "request_doc_info": { "doc_token": token, "doc_type": kind },
    });
    if let (true, Some(meta)) = (with_url, meta.as_object_mut()) {
        meta.insert(
            "url".to_owned(),
            Value::from(state.web_url(&entry.tenant, kind, token)),
        );
    }
    Ok(meta)
}
