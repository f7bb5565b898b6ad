//! The tools with their arguments, for everybody.

use axum::response::Response;
use views::reference::ReferencePage;

use crate::{
    console::developer::reference::{cards, errors},
    page,
    visit::Visit,
};

/// Shows the reference.
///
/// Permissions: none.
pub(super) async fn show(visit: Visit) -> Response {
    let page = ReferencePage {
        shell: visit.shell(),
        tools: cards(visit.locale, None),
        errors: errors(),
    };
    page::show(page.render())
}
