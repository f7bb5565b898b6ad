//! Documents: the docx endpoints and the Markdown export.

pub(crate) mod assemble;
pub(crate) mod build;
pub(crate) mod export;
pub(crate) mod html;
pub(crate) mod import;
pub(crate) mod kinds;
pub(crate) mod request;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod tree;
pub(crate) mod update;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{
    body_list, body_text, fault, flag, int, invalid, optional, page_size, paged, path, wanted,
};
use super::drive::Entry;
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};
use import::Builder;
use request::Writer;
use tree::{Block, Document};
use update::{Attached, TITLE_MAX, operation};

/// Most blocks of a page.
const PAGE_MAX: usize = 500;
/// Most requests of a batch update.
const BATCH_MAX: usize = 200;
/// Longest text to convert or to print, in characters.
const CONTENT_MAX: usize = 10_485_760;

/// All documents of all tenants.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Docx {
    /// By document id.
    pub(crate) documents: HashMap<String, Document>,
}

/// Codes with which one family refuses access to a document.
struct Refusals {
    missing: i64,
    deleted: i64,
    forbidden: i64,
}

const DOCX: Refusals = Refusals {
    missing: 1_770_002,
    deleted: 1_770_003,
    forbidden: 1_770_032,
};
const EXPORT: Refusals = Refusals {
    missing: 2_889_914,
    deleted: 2_889_906,
    forbidden: 2_889_902,
};

/// The document, after the caller's right to it was checked.
fn document<'s>(
    state: &'s State,
    call: &Call<'_>,
    id: &str,
    need: Level,
    refusals: &Refusals,
) -> Result<&'s Document, ApiError> {
    let document = state
        .docx
        .documents
        .get(id)
        .ok_or_else(|| fault(refusals.missing))?;
    if state
        .drive
        .entries
        .get(id)
        .is_none_or(|entry| entry.deleted)
    {
        return Err(fault(refusals.deleted));
    }
    if state.level(id, &Viewer::of(state, call)) < need {
        return Err(fault(refusals.forbidden));
    }
    Ok(document)
}

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
    current.check_revision(int(call, "document_revision_id")?)?;
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
        person: &person,
    };
    let mut data = change(&mut next, &mut writer, &attached)?;
    people.print(&mut data);
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
    if let Some(entry) = state.drive.entries.get_mut(&id) {
        entry.title = title;
        entry.touched(&editor, now);
    }
    Ok(Reply::Data(data))
}

/// `POST documents`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let title = call
        .body
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if title.chars().count() > TITLE_MAX {
        return Err(invalid("title", &format!("the max len is {TITLE_MAX}")));
    }
    let folder = match call
        .body
        .get("folder_token")
        .and_then(Value::as_str)
        .filter(|token| !token.is_empty())
    {
        None => state.drive.root_of(&viewer, call.ids, call.now_ms),
        Some(token) => {
            let known = state.drive.entries.get(token);
            if known.is_none_or(|folder| folder.deleted || folder.kind != "folder") {
                return Err(fault(1_770_039));
            }
            if state.level(token, &viewer) < Level::Edit {
                return Err(fault(1_770_040));
            }
            token.to_owned()
        }
    };
    let id = call.ids.token27();
    state
        .docx
        .documents
        .insert(id.clone(), Document::new(&id, &title));
    state.drive.add(Entry::new(
        &id,
        "docx",
        &title,
        &viewer,
        Some(folder),
        call.now_ms,
    ));
    let document = state.docx.documents.get(&id).map(head).unwrap_or_default();
    Ok(Reply::Data(json!({ "document": document })))
}

fn head(document: &Document) -> Value {
    json!({
        "document_id": document.id,
        "revision_id": document.revision,
        "title": document.title(),
        "display_setting": {
            "show_authors": true,
            "show_create_time": true,
            "show_pv": false,
            "show_uv": false,
            "show_like_count": false,
            "show_comment_count": false,
            "show_related_matters": false,
        },
    })
}

/// `GET documents/:document_id`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, path(call, "document_id"), Level::View, &DOCX)?;
    Ok(Reply::Data(json!({ "document": head(document) })))
}

/// `GET documents/:document_id/raw_content`.
pub(crate) fn raw_content(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, path(call, "document_id"), Level::View, &DOCX)?;
    let people = People::of(state, call);
    let english = int(call, "lang")? == Some(1);
    let content = document.to_plain(&|key| people.name(key, english));
    if content.chars().count() > CONTENT_MAX {
        return Err(fault(1_770_033));
    }
    Ok(Reply::Data(json!({ "content": content })))
}

/// `GET docs/v1/content`.
pub(crate) fn content(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = wanted(call, "doc_token")?;
    if wanted(call, "doc_type")? != "docx" || wanted(call, "content_type")? != "markdown" {
        return Err(fault(2_889_904));
    }
    let document = document(state, call, token, Level::View, &EXPORT)?;
    let people = People::of(state, call);
    let english = optional(call, "lang") == Some("en");
    Ok(Reply::Data(
        json!({ "content": document.to_markdown(&|key| people.name(key, english)) }),
    ))
}

/// One page of blocks, printed for the caller.
fn listed(
    state: &State,
    call: &Call<'_>,
    document: &Document,
    blocks: &[&Block],
) -> Result<Reply, ApiError> {
    let size = page_size(call, PAGE_MAX, PAGE_MAX, 1_770_001)?;
    let descendants = optional(call, "with_descendants").unwrap_or_default();
    let scope = format!(
        "{}/{}/{}/{descendants}",
        call.endpoint.path,
        document.id,
        path(call, "block_id")
    );
    let page = Page::of(
        blocks.len(),
        size,
        optional(call, "page_token"),
        &scope,
        1_770_022,
    )?;
    let window = blocks.get(page.start..page.end).unwrap_or_default();
    let people = People::of(state, call);
    let starts = document.list_starts();
    let mut items: Vec<Value> = window
        .iter()
        .map(|block| document.render_item(block, starts.contains(block.id.as_str())))
        .collect();
    for item in &mut items {
        people.print_block(item);
    }
    Ok(paged(&items, &page))
}

/// `GET documents/:document_id/blocks`.
pub(crate) fn list_blocks(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = path(call, "document_id");
    let document = document(state, call, id, Level::View, &DOCX)?;
    document.check_revision(int(call, "document_revision_id")?)?;
    listed(state, call, document, &document.preorder(id))
}

/// `GET documents/:document_id/blocks/:block_id`.
pub(crate) fn get_block(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, path(call, "document_id"), Level::View, &DOCX)?;
    document.check_revision(int(call, "document_revision_id")?)?;
    let mut block = document.render(document.block(path(call, "block_id"))?);
    People::of(state, call).print_block(&mut block);
    Ok(Reply::Data(json!({ "block": block })))
}

/// `GET documents/:document_id/blocks/:block_id/children`.
pub(crate) fn get_children(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, block) = (path(call, "document_id"), path(call, "block_id"));
    let document = document(state, call, id, Level::View, &DOCX)?;
    document.check_revision(int(call, "document_revision_id")?)?;
    let parent = document.block(block)?;
    let blocks: Vec<&Block> = if flag(call, "with_descendants")?.unwrap_or(false) {
        document.preorder(block).into_iter().skip(1).collect()
    } else {
        parent
            .children
            .iter()
            .filter_map(|id| document.blocks.get(id))
            .collect()
    };
    listed(state, call, document, &blocks)
}

fn rendered(document: &Document, ids: &[String]) -> Value {
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
    write(state, call, |document, _, _| {
        document.delete_children(&block, start, end)?;
        Ok(json!({}))
    })
}

/// `POST documents/blocks/convert`.
pub(crate) fn convert(_: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let content = body_text(call, "content")?;
    if content.chars().count() > CONTENT_MAX {
        return Err(fault(1_770_033));
    }
    let html = match body_text(call, "content_type")? {
        "markdown" => false,
        "html" => true,
        _ => return Err(invalid("content_type", "must be one of [markdown, html]")),
    };
    let mut builder = Builder::new(call.ids);
    if html {
        builder.html(content);
    } else {
        builder.markdown(content, Builder::text);
    }
    let made = builder.finish();
    // A document of its own, so that the blocks print like any others.
    let mut document = Document::new("", "");
    document.graft("", 0, made.first.clone(), Vec::new());
    let order: Vec<String> = made.blocks.iter().map(|block| block.id.clone()).collect();
    document.graft("", 0, Vec::new(), made.blocks);
    let images: Vec<Value> = made
        .images
        .iter()
        .map(|(id, url)| json!({ "block_id": id, "image_url": url }))
        .collect();
    Ok(Reply::Data(json!({
        "first_level_block_ids": made.first,
        "blocks": rendered(&document, &order),
        "block_id_to_image_urls": images,
    })))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("POST", "/open-apis/docx/v1/documents", create),
    ("GET", "/open-apis/docx/v1/documents/:document_id", get),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/raw_content",
        raw_content,
    ),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/blocks",
        list_blocks,
    ),
    (
        "PATCH",
        "/open-apis/docx/v1/documents/:document_id/blocks/batch_update",
        batch_update,
    ),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id",
        get_block,
    ),
    (
        "PATCH",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id",
        patch_block,
    ),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children",
        get_children,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children",
        create_children,
    ),
    (
        "DELETE",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children/batch_delete",
        delete_children,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/descendant",
        create_descendants,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/blocks/convert",
        convert,
    ),
    ("GET", "/open-apis/docs/v1/content", content),
];
