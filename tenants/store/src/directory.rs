//! The tenants, as every request needs them.

use std::{fmt, sync::Arc, time::Duration};

use model::{Slug, Tenant, TenantId, policy::Rules};

use crate::{
    PlatformTx, Store, StoreError,
    entity::tenant::Model,
    repo::tenants::{rules, tenant},
    store::Shared,
};

/// A change reaches every replica after this long, even without the bus.
const TTL: Duration = Duration::from_secs(15);

/// A tenant and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantEntry {
    /// The tenant.
    pub tenant: Tenant,
    /// What it allows.
    pub rules: Rules,
}

/// A cache of tenants, by slug and by id, 15 seconds deep.
pub struct Directory {
    shared: Arc<Shared>,
    by_id: moka::future::Cache<TenantId, Arc<TenantEntry>>,
    ids: moka::future::Cache<Slug, TenantId>,
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Directory({} tenants)", self.by_id.entry_count())
    }
}

impl Directory {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            by_id: moka::future::Cache::builder()
                .max_capacity(50_000)
                .time_to_live(TTL)
                .build(),
            ids: moka::future::Cache::builder()
                .max_capacity(50_000)
                .time_to_live(TTL)
                .build(),
        }
    }

    /// The tenant of a path; `None` when there is none. Unknown slugs are not remembered.
    ///
    /// # Errors
    /// Fails when the database had to be asked and could not.
    pub async fn by_slug(&self, slug: &Slug) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        if let Some(id) = self.ids.get(slug).await {
            return self.by_id(id).await;
        }
        let tx = PlatformTx::reading(&self.shared).await?;
        let Some(row) = tx.tenants().row_by_slug(slug).await? else {
            return Ok(None);
        };
        self.remember(&row).await.map(Some)
    }

    /// The tenant of an id; `None` when there is none.
    ///
    /// # Errors
    /// As [`Directory::by_slug`].
    pub async fn by_id(&self, id: TenantId) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        if let Some(known) = self.by_id.get(&id).await {
            return Ok(Some(known));
        }
        let tx = PlatformTx::reading(&self.shared).await?;
        let Some(row) = tx.tenants().row(id).await? else {
            return Ok(None);
        };
        self.remember(&row).await.map(Some)
    }

    /// Drops what is known of a tenant: it changed. Its opened data key goes too.
    pub async fn forget(&self, id: TenantId) {
        self.by_id.invalidate(&id).await;
        self.shared.data_keys.invalidate(&id);
    }

    async fn remember(&self, row: &Model) -> Result<Arc<TenantEntry>, StoreError> {
        let entry = Arc::new(TenantEntry {
            tenant: tenant(row)?,
            rules: rules(row)?,
        });
        let id = entry.tenant.id;
        self.ids.insert(entry.tenant.slug.clone(), id).await;
        self.by_id.insert(id, Arc::clone(&entry)).await;
        Ok(entry)
    }
}

impl Store {
    /// Drops what is known of a tenant, here: for callers that changed it themselves.
    pub async fn tenant_changed(&self, id: TenantId) {
        self.directory().forget(id).await;
    }
}
