//! Named versions of a file (`drive/v1/files/:file_token/versions`), and going back to one.

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// A version that somebody gave a name.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Version {
    /// Its name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub name: String,
    /// Its id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub version: String,
    /// Open id of who made it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub creator_id: String,
    /// When, in seconds since 1970.
    #[serde(default, deserialize_with = "loose::int")]
    pub create_time: i64,
}

/// One page of versions.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Versions {
    /// The newest first.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Version>,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// `drive.v1.fileVersion.list` of a document.
pub async fn list(
    session: &Session,
    document: &str,
    page_token: Option<&str>,
) -> Result<Versions, FeishuError> {
    let mut request = Request::get("/open-apis/drive/v1/files/{file_token}/versions")
        .path("file_token", document)?
        .query("page_size", "50")
        .query("obj_type", "docx");
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `POST drive/v1/files/:file_token/revert`: the document becomes what a named version was. Feishu
/// has not published this call.
pub async fn revert(session: &Session, document: &str, version: &str) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        version: &'a str,
    }
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/revert")
        .path("file_token", document)?
        .json(&Body { version });
    session.call(request).await.map(drop)
}
