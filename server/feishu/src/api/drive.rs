//! Files, folders, metadata and permissions (`drive/v1`).

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// Metadata of one object.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Meta {
    /// Token.
    #[serde(default)]
    pub doc_token: String,
    /// Kind.
    #[serde(default)]
    pub doc_type: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub owner_id: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub create_time: i64,
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub latest_modify_user: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub latest_modify_time: i64,
    /// Address of the page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
}

/// Why an object has no metadata: 970002 kind not supported, 970003 no permission, 970005 not
/// found or of another kind.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct MetaFailure {
    /// Token.
    #[serde(default)]
    pub token: String,
    /// Code.
    #[serde(default, deserialize_with = "loose::int")]
    pub code: i64,
}

/// Metadata and failures of a batch.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Metas {
    /// Found.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub metas: Vec<Meta>,
    /// Not found or refused.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub failed_list: Vec<MetaFailure>,
}

/// An entry of a folder.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct File {
    /// Token.
    #[serde(default)]
    pub token: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Kind.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Address of the page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub url: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub created_time: i64,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub modified_time: i64,
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub owner_id: String,
    /// What a shortcut leads to.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub shortcut_info: Shortcut,
}

/// What a shortcut leads to; empty for anything else.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Shortcut {
    /// Kind.
    #[serde(default)]
    pub target_type: String,
    /// Token.
    #[serde(default)]
    pub target_token: String,
}

/// One page of a folder.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FilePage {
    /// Entries.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub files: Vec<File>,
    /// Cursor of the next page (this API's own name).
    #[serde(default, deserialize_with = "loose::nullable")]
    pub next_page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// `drive.v1.meta.batchQuery`, with addresses; at most 200 objects of `(token, kind)`.
pub async fn metas(session: &Session, objects: &[(&str, &str)]) -> Result<Metas, FeishuError> {
    #[derive(Serialize)]
    struct Doc<'a> {
        doc_token: &'a str,
        doc_type: &'a str,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        request_docs: Vec<Doc<'a>>,
        with_url: bool,
    }
    let request_docs = objects
        .iter()
        .map(|(doc_token, doc_type)| Doc {
            doc_token,
            doc_type,
        })
        .collect();
    let request = Request::post("/open-apis/drive/v1/metas/batch_query")
        .json(&Body {
            request_docs,
            with_url: true,
        })
        .idempotent(true);
    session.fetch(request).await
}

/// `drive.v1.file.list`: one page of a folder; an empty token is the user's root.
pub async fn list(
    session: &Session,
    folder: &str,
    page_token: Option<&str>,
) -> Result<FilePage, FeishuError> {
    let mut request = Request::get("/open-apis/drive/v1/files")
        .query("folder_token", folder)
        .query("page_size", "50");
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `drive.v1.permissionMember.auth`: whether the caller may `view`, `edit`, `comment` …
pub async fn may(
    session: &Session,
    token: &str,
    kind: &str,
    action: &str,
) -> Result<bool, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        auth_result: bool,
    }
    let request = Request::get("/open-apis/drive/v1/permissions/{token}/members/auth")
        .path("token", token)?
        .query("type", kind)
        .query("action", action);
    Ok(session.fetch::<Reply>(request).await?.auth_result)
}
