//! Documents: the docx endpoints and the Markdown export.

pub(crate) mod assemble;
pub(crate) mod build;
pub(crate) mod export;
pub(crate) mod grid;
pub(crate) mod html;
pub(crate) mod import;
pub(crate) mod kinds;
pub(crate) mod language;
pub(crate) mod past;
pub(crate) mod request;
pub(crate) mod schema;
pub(crate) mod table;
pub(crate) mod tree;
pub(crate) mod update;
pub(crate) mod writes;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{
    body_text, fault, flag, int, invalid, optional, page_size, paged, path, wanted,
};
use super::drive::Entry;
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};
use import::Builder;
use tree::{Block, Document};
use update::TITLE_MAX;
use writes::rendered;

/// Most blocks of a page.
const PAGE_MAX: usize = 500;
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

/// The document at the revision that the query names. Only an editor may look back.
fn revision_of(
    state: &State,
    call: &Call<'_>,
    document: &Document,
) -> Result<Option<Document>, ApiError> {
    let asked = int(call, "document_revision_id")?;
    document.check_revision(asked)?;
    match asked {
        Some(revision) if revision != -1 && revision != document.revision => {
            if state.level(&document.id, &Viewer::of(state, call)) < Level::Edit {
                return Err(fault(DOCX.forbidden));
            }
            document
                .at(revision)
                .map(Some)
                .ok_or_else(|| fault(1_770_021))
        }
        _ => Ok(None),
    }
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
        .map(|block| Document::render_item(block, starts.contains(block.id.as_str())))
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
    let old = revision_of(state, call, document)?;
    let document = old.as_ref().unwrap_or(document);
    listed(state, call, document, &document.preorder(id))
}

/// `GET documents/:document_id/blocks/:block_id`.
pub(crate) fn get_block(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let document = document(state, call, path(call, "document_id"), Level::View, &DOCX)?;
    let old = revision_of(state, call, document)?;
    let document = old.as_ref().unwrap_or(document);
    let mut block = document.render(document.block(path(call, "block_id"))?);
    People::of(state, call).print_block(&mut block);
    Ok(Reply::Data(json!({ "block": block })))
}

/// `GET documents/:document_id/blocks/:block_id/children`.
pub(crate) fn get_children(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, block) = (path(call, "document_id"), path(call, "block_id"));
    let document = document(state, call, id, Level::View, &DOCX)?;
    let old = revision_of(state, call, document)?;
    let document = old.as_ref().unwrap_or(document);
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
        writes::batch_update,
    ),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id",
        get_block,
    ),
    (
        "PATCH",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id",
        writes::patch_block,
    ),
    (
        "GET",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children",
        get_children,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children",
        writes::create_children,
    ),
    (
        "DELETE",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/children/batch_delete",
        writes::delete_children,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/:document_id/blocks/:block_id/descendant",
        writes::create_descendants,
    ),
    (
        "POST",
        "/open-apis/docx/v1/documents/blocks/convert",
        convert,
    ),
    ("GET", "/open-apis/docs/v1/content", content),
];
