//! Ends one connection.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use model::GrantId;
use serde::Deserialize;
use views::{connections::Notice, error::Trouble};

use crate::{
    WebState, member,
    page::{self, PageFault},
    visit::Visit,
};

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(super) struct Bare {
    #[serde(default)]
    pub(super) csrf: String,
}

/// Takes back a grant: its tokens stop working, open streams end.
///
/// Permissions: the member whose grant it is; for everybody else it does not exist.
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, grant)): Path<(String, String)>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let acting = member::acting(&state, &visit, &slug, &form.csrf).await?;
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let grant: GrantId = grant.parse().map_err(|_| missing())?;
    let ended = state
        .connections
        .end_own(&acting.session.principal, acting.member, grant)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if !ended {
        return Err(missing());
    }
    let path = member::connections(&acting.entry);
    Ok(page::go(&format!(
        "{path}?done={}",
        Notice::Connection.code()
    )))
}
