//! Reads the directory now.

use std::time::Duration;

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use calls::directory::SyncError;
use model::policy::ManageTenant;
use serde::Deserialize;
use serde_json::json;

use super::come_in;
use crate::{
    WebState,
    console::Away,
    page::{self, PageFault},
    visit::Visit,
};

/// How long the page waits for the end.
const WAIT: Duration = Duration::from_secs(8);

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
}

/// Looks at the enterprise; a large one goes on being read after the answer.
///
/// Permissions: [`ManageTenant`]. Ledger: `directory.sync`, and `member.roles` for each member
/// whose roles change.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let entry = desk.entry_of(&state, "directory.sync", None, &json!(null), &json!(null));
    state
        .store
        .ledger()
        .record(entry)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let (care, tenant) = (state.directory.clone(), desk.entry.tenant.clone());
    let looking = tokio::spawn(async move { care.sync_now(&tenant).await });
    let done = match tokio::time::timeout(WAIT, looking).await {
        Ok(Ok(Ok(report))) if report.is_whole() => "synced",
        Ok(Ok(Ok(_)) | Err(_)) => "failed",
        Ok(Ok(Err(SyncError::TooOften))) => "often",
        Err(_) | Ok(Ok(Err(SyncError::Running))) => "syncing",
        Ok(Ok(Err(SyncError::Store(error)))) => {
            return Err(PageFault::internal(&error, &visit).into());
        }
    };
    Ok(page::go(&desk.path(&format!("/roles?done={done}"))))
}
