//! Ends an API key.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::ApiKeyId;
use views::{connections::Notice, error::Trouble};

use super::end_connection::Bare;
use crate::{
    WebState, member,
    page::{self, PageFault},
    visit::Visit,
};

/// Takes back a key.
///
/// Permissions: the member whose key it is; for everybody else it does not exist.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, key)): Path<(String, String)>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let acting = member::acting(&state, &visit, &slug, &form.csrf).await?;
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let key: ApiKeyId = key.parse().map_err(|_| missing())?;
    let ended = state
        .connections
        .end_key(&acting.session.principal, acting.member, key)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if !ended {
        return Err(missing());
    }
    let path = member::connections(&acting.entry);
    Ok(page::go(&format!(
        "{path}?done={}#keys",
        Notice::Key.code()
    )))
}
