//! The front page.

use axum::{extract::State, response::Response};
use store::Page;
use views::home::{HomePage, OrganisationLink};

use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Says what this is; in development also where to go.
///
/// Permissions: none.
pub(super) async fn show(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let organisations = if state.options.list_organisations {
        organisations(&state)
            .await
            .map_err(|error| PageFault::internal(&error, &visit))?
    } else {
        Vec::new()
    };
    let page = HomePage {
        shell: visit.shell(),
        organisations,
        sign_up: state.options.sign_up,
        version: state.options.version.clone(),
    };
    Ok(page::show(page.render()))
}

async fn organisations(state: &WebState) -> Result<Vec<OrganisationLink>, store::StoreError> {
    let scope = state
        .store
        .platform("list the organisations on the front page of a development server");
    let tx = scope.read().await?;
    let tenants = tx.tenants().list(&Page::first(Page::MAX)).await?;
    Ok(tenants
        .items
        .into_iter()
        .map(|tenant| OrganisationLink {
            connect: format!("/t/{}/connect", tenant.slug),
            name: tenant.name,
        })
        .collect())
}
