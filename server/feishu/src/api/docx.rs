//! Documents and their blocks (`docx/v1`).

mod attach;
mod block;
mod read;
mod text;
mod write;

use serde::{Deserialize, Serialize};

pub use attach::{
    Changed, Children, ReplaceImage, create_children, one_block, replace_file, replace_image,
};
pub use block::{Block, BlockKind, NewBlock};
pub use text::{
    ElementStyle, LinkUrl, MentionDoc, MentionUser, Reminder, Text, TextElement, TextRun, TextStyle,
};
pub use write::{
    Change, Created, Descendants, NEWEST, Relation, Update, Updated, batch_update, client_token,
    create_descendants, delete_children, insert_descendants,
};

use super::{MAX_PAGES, loose};
use crate::{FeishuError, Request, Session};

/// Blocks of one page of a list; the largest that Feishu allows.
const PAGE_SIZE: &str = "500";

/// A document without its content.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Document {
    /// Identity, also of the root block.
    #[serde(default)]
    pub document_id: String,
    /// Grows with each write.
    #[serde(default, deserialize_with = "loose::int")]
    pub revision_id: i64,
    /// Title.
    #[serde(default)]
    pub title: String,
}

#[derive(Debug, Deserialize)]
struct DocumentReply {
    document: Document,
}

/// One page of blocks.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct BlockPage {
    /// Blocks in pre-order.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Block>,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// All blocks that were read, and whether that was the whole document.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// Blocks in pre-order; the first is the page.
    pub items: Vec<Block>,
    /// Feishu had more pages than the bound.
    pub truncated: bool,
}

/// `docx.v1.document.get`: title and revision.
pub async fn get(session: &Session, document: &str) -> Result<Document, FeishuError> {
    let request =
        Request::get("/open-apis/docx/v1/documents/{document_id}").path("document_id", document)?;
    Ok(session.fetch::<DocumentReply>(request).await?.document)
}

/// `docx.v1.document.create`: an empty document in a folder, or in the user's root. Feishu has no
/// idempotency key here, so it is never repeated.
pub async fn create(
    session: &Session,
    title: &str,
    folder: Option<&str>,
) -> Result<Document, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        title: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        folder_token: Option<&'a str>,
    }
    let request = Request::post("/open-apis/docx/v1/documents").json(&Body {
        title,
        folder_token: folder,
    });
    Ok(session.fetch::<DocumentReply>(request).await?.document)
}

/// `docx.v1.documentBlock.list`: one page, of a given revision (-1 is the latest).
pub async fn block_page(
    session: &Session,
    document: &str,
    revision: i64,
    page_token: Option<&str>,
) -> Result<BlockPage, FeishuError> {
    let mut request = Request::get("/open-apis/docx/v1/documents/{document_id}/blocks")
        .path("document_id", document)?
        .query("page_size", PAGE_SIZE)
        .query("document_revision_id", revision.to_string());
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// All blocks of a document, at most [`MAX_PAGES`] pages.
pub async fn blocks(
    session: &Session,
    document: &str,
    revision: i64,
) -> Result<Blocks, FeishuError> {
    let mut all = Blocks::default();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let page = block_page(session, document, revision, cursor.as_deref()).await?;
        all.items.extend(page.items);
        if !page.has_more || page.page_token.is_empty() || Some(&page.page_token) == cursor.as_ref()
        {
            return Ok(all);
        }
        cursor = Some(page.page_token);
    }
    all.truncated = true;
    Ok(all)
}
