//! Whether the service works, for everybody: no tenant's data, no versions, no addresses.

use axum::{extract::State, response::Response};
use http::{HeaderValue, header};
use views::{Moment, status::StatusPage};

use crate::{WebState, console::operator::components, page, visit::Visit};

/// Shows the status page.
///
/// Permissions: none.
pub(super) async fn show(State(state): State<WebState>, visit: Visit) -> Response {
    let looked = state.health().await;
    let mut components = components(&looked);
    for row in &mut components {
        row.detail.clear();
    }
    let page = StatusPage {
        shell: visit.shell(),
        components,
        at: Moment(looked.at.millis()),
    };
    let mut response = page::show(page.render());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
