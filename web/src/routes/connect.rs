//! The connect page.

use axum::{
    extract::{Path, State},
    response::Response,
};
use views::{connect::ConnectPage, install::Server};

use crate::{
    WebState, member,
    page::{self, PageFault},
    tenant,
    visit::Visit,
};

/// Shows how to add the organisation's server to each client.
///
/// Permissions: none; the page holds nothing but addresses and the organisation's name.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let entry = tenant::served(&state, &visit, &slug).await?;
    let slug = &entry.tenant.slug;
    let page = ConnectPage {
        shell: visit.shell(),
        organisation: entry.tenant.name.clone(),
        brand: visit.brand(entry.tenant.brand),
        server: Server {
            name: format!("{slug}-{}", entry.tenant.brand.name()),
            description: entry.tenant.name.clone(),
            mcp: state.urls.mcp(slug),
            sse: state.urls.sse(slug),
            tools: state.urls.tools(slug),
        },
        connections: member::connections(&entry),
    };
    Ok(page::show(page.render()))
}
