//! Walking over all tenants.

use model::Tenant;
use store::{Page, Store, StoreError};

/// All tenants, a page at a time.
pub(crate) async fn all(store: &Store, reason: &'static str) -> Result<Vec<Tenant>, StoreError> {
    let platform = store.platform(reason);
    let mut found = Vec::new();
    let mut page = Page::first(Page::MAX);
    loop {
        let part = platform.read().await?.tenants().list(&page).await?;
        found.extend(part.items);
        let Some(next) = part.next else {
            return Ok(found);
        };
        page = Page::first(Page::MAX).after(next);
    }
}
