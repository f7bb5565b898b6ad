//! The organisations whose consoles an account may open.

use axum::{extract::State, response::Response};
use edge::{AccountVisit, routes};
use store::StoreError;
use views::tenants::{TenantLink, TenantsPage};

use super::visitor_of;
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Lists them; the only one is opened at once.
///
/// Permissions: an account, about its own access.
pub(crate) async fn show(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let known = state.auth.account(&visit.headers).await.map_err(internal)?;
    let Some(known) = known else {
        return Ok(page::go(routes::CONSOLE_SIGN_IN));
    };
    let tenants = tenants(&state, &known).await.map_err(internal)?;
    if let [only] = tenants.as_slice() {
        return Ok(page::go(&only.path));
    }
    let operator = known.account.operator;
    if tenants.is_empty() && operator {
        return Ok(page::go(routes::OPERATOR));
    }
    let page = TenantsPage {
        shell: visit.shell().with_visitor(visitor_of(&known)),
        tenants,
        operator,
    };
    Ok(page::show(page.render()))
}

async fn tenants(state: &WebState, known: &AccountVisit) -> Result<Vec<TenantLink>, StoreError> {
    let ids = {
        let scope = state.store.platform("where an account has access");
        scope
            .read()
            .await?
            .accounts()
            .tenants_of(known.account.id)
            .await?
    };
    let mut tenants = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(entry) = state.store.directory().by_id(id).await? {
            tenants.push(TenantLink {
                name: entry.tenant.name.clone(),
                slug: entry.tenant.slug.to_string(),
                path: format!("/console/t/{}", entry.tenant.slug),
            });
        }
    }
    Ok(tenants)
}
