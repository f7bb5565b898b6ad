//! The page after signing out.

use axum::{
    extract::{Path, State},
    response::Response,
};
use views::signed_out::SignedOutPage;

use crate::{
    WebState, member,
    page::{self, PageFault},
    tenant,
    visit::Visit,
};

/// Says that this browser is signed out.
///
/// Permissions: none.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let entry = tenant::served(&state, &visit, &slug).await?;
    let page = SignedOutPage {
        shell: visit.shell(),
        sign_in: member::sign_in(&entry),
        connect: format!("/t/{}/connect", entry.tenant.slug),
    };
    Ok(page::show(page.render()))
}
