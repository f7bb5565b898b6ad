//! The organisation that a path names.

use std::sync::Arc;

use model::{Slug, TenantStatus};
use store::TenantEntry;
use views::error::Trouble;

use crate::{page::PageFault, state::WebState, visit::Visit};

/// The organisation called `slug`, if it is served. A name that cannot be one and a name that
/// nobody has give the same page.
pub(crate) async fn served(
    state: &WebState,
    visit: &Visit,
    slug: &str,
) -> Result<Arc<TenantEntry>, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let slug: Slug = slug.parse().map_err(|_| missing())?;
    let entry = state
        .store
        .directory()
        .by_slug(&slug)
        .await
        .map_err(|error| PageFault::internal(&error, visit))?
        .ok_or_else(missing)?;
    if entry.tenant.status == TenantStatus::Suspended {
        return Err(PageFault::new(Trouble::TenantSuspended, visit));
    }
    Ok(entry)
}
