//! Named versions of documents, and going back to one.

use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_or_empty, body_text, fault, optional, page_size, paged, path, wanted};
use super::docx::tree::{Document, Named};
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};

/// The file does not exist.
const MISSING: i64 = 1_068_404;
/// No permission on the file.
const FORBIDDEN: i64 = 1_068_400;
/// A kind that has no versions.
const BAD_KIND: i64 = 1_068_411;
/// No such version.
const BAD_VERSION: i64 = 1_068_412;
/// Most versions of a page.
const PAGE_MAX: usize = 100;

fn document<'s>(
    state: &'s State,
    call: &Call<'_>,
    kind: &str,
    need: Level,
) -> Result<&'s Document, ApiError> {
    if kind != "docx" {
        return Err(fault(BAD_KIND));
    }
    let id = path(call, "file_token");
    let known = state.docx.documents.get(id);
    let known = known.ok_or_else(|| fault(MISSING))?;
    match state.level(id, &Viewer::of(state, call)) {
        Level::None if state.drive.entries.get(id).is_none_or(|one| one.deleted) => {
            Err(fault(MISSING))
        }
        level if level < need => Err(fault(FORBIDDEN)),
        _ => Ok(known),
    }
}

fn printed(named: &Named, document: &Document, people: &People<'_>) -> Value {
    let person = people.id(&named.creator);
    json!({
        "name": named.name,
        "version": named.version,
        "parent_token": document.id,
        "owner_id": person,
        "creator_id": person,
        "create_time": named.at_s.to_string(),
        "update_time": named.at_s.to_string(),
        "status": "0",
        "obj_type": "docx",
        "parent_type": "docx",
    })
}

/// `POST files/:file_token/versions`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let kind = body_or_empty(call, "obj_type");
    let id = document(state, call, kind, Level::Edit)?.id.clone();
    let creator = Viewer::of(state, call).actor;
    let named = Named {
        version: call.ids.token27(),
        name: body_or_empty(call, "name").to_owned(),
        creator,
        at_s: call.now_ms / 1000,
        revision: state.docx.documents.get(&id).map_or(1, |one| one.revision),
    };
    if let Some(document) = state.docx.documents.get_mut(&id) {
        document.named.push(named.clone());
    }
    let document = document(state, call, kind, Level::Edit)?;
    let people = People::of(state, call);
    Ok(Reply::Data(printed(&named, document, &people)))
}

/// `GET files/:file_token/versions`: the newest first.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, wanted(call, "obj_type")?, Level::View)?;
    let size = page_size(call, PAGE_MAX, PAGE_MAX, 1_068_412)?;
    let scope = format!("versions/{}", document.id);
    let token = optional(call, "page_token");
    let page = Page::of(document.named.len(), size, token, &scope, 1_068_412)?;
    let people = People::of(state, call);
    let all: Vec<&Named> = document.named.iter().rev().collect();
    let items: Vec<Value> = all[page.start..page.end]
        .iter()
        .map(|named| printed(named, document, &people))
        .collect();
    Ok(paged(&items, &page))
}

/// `GET files/:file_token/versions/:version_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, wanted(call, "obj_type")?, Level::View)?;
    let id = path(call, "version_id");
    let named = document.named.iter().find(|one| one.version == id);
    let named = named.ok_or_else(|| fault(BAD_VERSION))?;
    let people = People::of(state, call);
    Ok(Reply::Data(printed(named, document, &people)))
}

/// `DELETE files/:file_token/versions/:version_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let kind = wanted(call, "obj_type")?;
    let id = document(state, call, kind, Level::Edit)?.id.clone();
    let version = path(call, "version_id").to_owned();
    let Some(document) = state.docx.documents.get_mut(&id) else {
        return Err(fault(MISSING));
    };
    let before = document.named.len();
    document.named.retain(|one| one.version != version);
    if document.named.len() == before {
        return Err(fault(BAD_VERSION));
    }
    Ok(Reply::Data(json!({})))
}

/// `POST files/:file_token/revert`: the document becomes what the version was, as a new revision.
/// The platform has published no page of it.
fn revert(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let version = body_text(call, "version")?;
    let current = document(state, call, "docx", Level::Edit)?;
    let named = current.named.iter().find(|one| one.version == version);
    let revision = named.ok_or_else(|| fault(BAD_VERSION))?.revision;
    let old = current.at(revision).ok_or_else(|| fault(BAD_VERSION))?;
    let mut next = current.clone();
    next.blocks = old.blocks;
    next.note_past(current);
    next.revision += 1;
    state.docx.documents.insert(next.id.clone(), next);
    Ok(Reply::Data(json!({})))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/versions",
        create,
    ),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/versions",
        list,
    ),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/versions/:version_id",
        get,
    ),
    (
        "DELETE",
        "/open-apis/drive/v1/files/:file_token/versions/:version_id",
        delete,
    ),
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/revert",
        revert,
    ),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::demo::{ADMIN, END_USER, PRIVATE_DOC, WELCOME_DOC};
    use crate::families::testkit::Kit;

    #[test]
    fn an_old_revision_is_read_and_a_named_version_comes_back() {
        let mut kit = Kit::new();
        let files = format!("/drive/v1/files/{WELCOME_DOC}");
        let docs = format!("/docx/v1/documents/{WELCOME_DOC}");
        let before = kit
            .call(ADMIN, &format!("GET {docs}/blocks"), &json!(null))
            .expect("blocks");
        let head = kit
            .call(ADMIN, &format!("GET {docs}"), &json!(null))
            .expect("head");
        let revision = head["document"]["revision_id"].as_i64().expect("revision");
        let named = kit
            .call(
                ADMIN,
                &format!("POST {files}/versions"),
                &json!({"name": "v1", "obj_type": "docx"}),
            )
            .expect("named");
        let gone = format!("DELETE {docs}/blocks/{WELCOME_DOC}/children/batch_delete");
        kit.call(ADMIN, &gone, &json!({"start_index": 0, "end_index": 1}))
            .expect("deleted");
        let old = format!("GET {docs}/blocks?document_revision_id={revision}");
        assert_eq!(
            kit.call(ADMIN, &old, &json!(null)).expect("old")["items"],
            before["items"]
        );
        let listed = kit
            .call(
                ADMIN,
                &format!("GET {files}/versions?page_size=10&obj_type=docx"),
                &json!(null),
            )
            .expect("listed");
        assert_eq!(listed["items"][0]["version"], named["version"]);
        let back = json!({"version": named["version"]});
        kit.call(ADMIN, &format!("POST {files}/revert"), &back)
            .expect("reverted");
        let now = kit
            .call(ADMIN, &format!("GET {docs}/blocks"), &json!(null))
            .expect("now");
        assert_eq!(now["items"], before["items"]);
    }

    #[test]
    fn positions_of_an_older_revision_are_moved_along() {
        let mut kit = Kit::new();
        let docs = format!("/docx/v1/documents/{WELCOME_DOC}");
        let page = format!("GET {docs}/blocks/{WELCOME_DOC}");
        let children = |kit: &mut Kit| {
            let page = kit.call(ADMIN, &page, &json!(null)).expect("page");
            page["block"]["children"]
                .as_array()
                .expect("children")
                .clone()
        };
        let head = kit
            .call(ADMIN, &format!("GET {docs}"), &json!(null))
            .expect("head");
        let revision = head["document"]["revision_id"].as_i64().expect("revision");
        let before = children(&mut kit);
        let new = json!({"index": 0, "children": [{"block_type": 22, "divider": {}}]});
        kit.call(
            ADMIN,
            &format!("POST {docs}/blocks/{WELCOME_DOC}/children"),
            &new,
        )
        .expect("made");
        let gone = format!(
            "DELETE {docs}/blocks/{WELCOME_DOC}/children/batch_delete?document_revision_id={revision}"
        );
        kit.call(ADMIN, &gone, &json!({"start_index": 0, "end_index": 1}))
            .expect("deleted");
        let after = children(&mut kit);
        assert_eq!(after[1..], before[1..]);
        assert!(!before.contains(&after[0]), "the new block is still there");
    }

    #[test]
    fn versions_are_for_those_who_may_see_the_document() {
        let mut kit = Kit::new();
        let line = format!("GET /drive/v1/files/{PRIVATE_DOC}/versions?page_size=10&obj_type=docx");
        let refused = kit
            .call(END_USER, &line, &json!(null))
            .expect_err("refused");
        assert_eq!(refused.code, 1_068_400);
    }
}
