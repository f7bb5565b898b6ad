//! Blocks that hold bytes, and what they hold.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{super::loose, Block};
use crate::{FeishuError, Request, Session};

/// The picture of an image block.
#[derive(Debug, Clone, Serialize)]
pub struct ReplaceImage<'a> {
    /// Of an upload for this very block.
    pub token: &'a str,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// What a change of one block left behind.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Changed {
    /// The revision after the write.
    #[serde(default, deserialize_with = "loose::int")]
    pub document_revision_id: i64,
}

/// `docx.v1.documentBlock.patch` with `replace_image`. `client_token` makes a repeated call
/// harmless.
pub async fn replace_image(
    session: &Session,
    document: &str,
    block: &str,
    image: &ReplaceImage<'_>,
    client_token: &str,
) -> Result<Changed, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        replace_image: &'a ReplaceImage<'a>,
    }
    let body = Body {
        replace_image: image,
    };
    patch(session, document, block, &body, client_token).await
}

/// `docx.v1.documentBlock.patch` with `replace_file`.
pub async fn replace_file(
    session: &Session,
    document: &str,
    block: &str,
    token: &str,
    client_token: &str,
) -> Result<Changed, FeishuError> {
    let body = serde_json::json!({ "replace_file": { "token": token } });
    patch(session, document, block, &body, client_token).await
}

async fn patch<T: Serialize + Sync>(
    session: &Session,
    document: &str,
    block: &str,
    body: &T,
    client_token: &str,
) -> Result<Changed, FeishuError> {
    let request = Request::patch("/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}")
        .path("document_id", document)?
        .path("block_id", block)?
        .query("document_revision_id", "-1")
        .query("client_token", client_token)
        .json(body)
        .idempotent(true);
    session.fetch(request).await
}

/// `docx.v1.documentBlock.get`: one block of the latest revision.
pub async fn one_block(
    session: &Session,
    document: &str,
    block: &str,
) -> Result<Block, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        block: Block,
    }
    let request = Request::get("/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}")
        .path("document_id", document)?
        .path("block_id", block)?
        .query("document_revision_id", "-1");
    Ok(session.fetch::<Reply>(request).await?.block)
}

/// New blocks under one block.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Children {
    /// The new blocks, in order.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub children: Vec<Block>,
    /// The revision after the write.
    #[serde(default, deserialize_with = "loose::int")]
    pub document_revision_id: i64,
}

/// `docx.v1.documentBlockChildren.create`: at most 50 blocks under one block; `index` -1 is the
/// end. `client_token` makes a repeated call harmless.
pub async fn create_children(
    session: &Session,
    document: &str,
    parent: &str,
    index: i64,
    children: &[Value],
    client_token: &str,
) -> Result<Children, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        index: i64,
        children: &'a [Value],
    }
    let request =
        Request::post("/open-apis/docx/v1/documents/{document_id}/blocks/{block_id}/children")
            .path("document_id", document)?
            .path("block_id", parent)?
            .query("document_revision_id", "-1")
            .query("client_token", client_token)
            .json(&Body { index, children })
            .idempotent(true);
    session.fetch(request).await
}
