//! Subscriptions of the app to the events of one file (`drive/v1/files/:file_token/subscribe` and
//! its kin). Without one Feishu sends no event about a file.
//!
//! Owners and managers may subscribe; others are refused with 1069603. The app then hears of the
//! file until the subscription is taken back. Of a manager's subscription only edits and changes of
//! records and fields come, of an owner's titles and deletions too.

use serde::Deserialize;

use super::loose;
use crate::{FeishuError, Request, Session};

/// `drive.v1.file.subscribe`, for a file of `kind` (`docx`, `sheet`, `bitable`, …). Again is no
/// error.
pub async fn subscribe(session: &Session, token: &str, kind: &str) -> Result<(), FeishuError> {
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/subscribe")
        .path("file_token", token)?
        .query("file_type", kind)
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `drive.v1.file.getSubscribe`: whether the person of the session subscribed. Ten a minute.
pub async fn is_subscribed(
    session: &Session,
    token: &str,
    kind: &str,
) -> Result<bool, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        is_subscribe: bool,
    }
    let request = Request::get("/open-apis/drive/v1/files/{file_token}/get_subscribe")
        .path("file_token", token)?
        .query("file_type", kind);
    Ok(session.fetch::<Reply>(request).await?.is_subscribe)
}

/// `drive.v1.file.deleteSubscribe`: takes the person's subscription back. Ten a minute; 1069605
/// when there is none.
pub async fn unsubscribe(session: &Session, token: &str, kind: &str) -> Result<(), FeishuError> {
    let request = Request::delete("/open-apis/drive/v1/files/{file_token}/delete_subscribe")
        .path("file_token", token)?
        .query("file_type", kind);
    session.call(request).await.map(drop)
}
