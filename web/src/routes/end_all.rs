//! Ends all connections of a member.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use store::StoreError;
use views::connections::Notice;

use super::end_connection::Bare;
use crate::{
    WebState,
    member::{self, Acting},
    page::{self, PageFault},
    visit::Visit,
};

/// Takes back every grant of the member. Keys stay.
///
/// Permissions: a member, about itself.
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, PageFault> {
    let acting = member::acting(&state, &visit, &slug, &form.csrf).await?;
    end_all(&state, &acting)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let path = member::connections(&acting.entry);
    Ok(page::go(&format!(
        "{path}?done={}",
        Notice::AllConnections.code()
    )))
}

async fn end_all(state: &WebState, acting: &Acting) -> Result<(), StoreError> {
    let principal = &acting.session.principal;
    let grants = {
        let tx = state.store.scope(principal).read().await?;
        tx.grants().list_of(acting.member).await?
    };
    for grant in grants {
        state
            .connections
            .end_own(principal, acting.member, grant.id)
            .await?;
    }
    Ok(())
}
