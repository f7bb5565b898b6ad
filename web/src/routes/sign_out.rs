//! Ends a page session.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use edge::{PAGE_COOKIE, PageSession, cookies};
use http::header;
use store::StoreError;

use super::end_connection::Bare;
use crate::{
    WebState, member,
    page::{self, PageFault},
    visit::Visit,
};

/// Signs this browser out of the pages. Clients stay connected.
///
/// Permissions: a member, about its own session.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let acting = member::acting(&state, &visit, &slug, &form.csrf).await?;
    close(&state, &acting.session)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let mut response = page::go(&format!("/t/{}/signed-out", acting.entry.tenant.slug));
    if let Some(cookie) = cookies::clear(&state.urls, PAGE_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn close(state: &WebState, session: &PageSession) -> Result<(), StoreError> {
    let tx = state.store.scope(&session.principal).write().await?;
    tx.pages().close(&session.token).await?;
    tx.commit().await
}
