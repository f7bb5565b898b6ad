//! Finding tenants, and counting them, for operators.

use model::{Tenant, TenantStatus};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Column, Entity, Tenants, tenant};
use crate::{Page, Paged, StoreError, repo::holds};

/// How many tenants there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantCounts {
    /// Served.
    pub active: u64,
    /// Not served.
    pub suspended: u64,
}

/// A master key of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyUse {
    /// Name.
    pub id: String,
    /// Whether new data keys are wrapped with it.
    pub primary: bool,
    /// Whether this process has it.
    pub at_hand: bool,
    /// Data keys under it.
    pub tenants: u64,
}

impl Tenants<'_> {
    /// Tenants whose name or short name holds `text`, newest first.
    pub async fn search(
        &self,
        text: &str,
        status: Option<TenantStatus>,
        page: &Page,
    ) -> Result<Paged<Tenant>, StoreError> {
        let mut query = Entity::find().order_by_desc(Column::Id);
        let text = text.trim();
        if !text.is_empty() {
            query = query.filter(
                Condition::any()
                    .add(holds(Column::Slug, text))
                    .add(holds(Column::Name, text)),
            );
        }
        if let Some(status) = status {
            query = query.filter(Column::Status.eq(status.name()));
        }
        if let Some(after) = page.start::<Uuid>()? {
            query = query.filter(Column::Id.lt(after));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows.iter().map(tenant).collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |tenant| tenant.id.uuid()))
    }

    /// How many there are.
    pub async fn counts(&self) -> Result<TenantCounts, StoreError> {
        let of = |status: TenantStatus| {
            Entity::find()
                .filter(Column::Status.eq(status.name()))
                .count(self.0.db())
        };
        Ok(TenantCounts {
            active: of(TenantStatus::Active).await?,
            suspended: of(TenantStatus::Suspended).await?,
        })
    }

    /// The master keys, the primary first, and how many data keys are under each.
    pub async fn master_keys(&self) -> Result<Vec<MasterKeyUse>, StoreError> {
        let mut usage = self.key_usage().await?;
        let ring = self.0.vault().ring();
        let mut keys: Vec<MasterKeyUse> = ring
            .keys()
            .map(|key| MasterKeyUse {
                id: key.id().to_owned(),
                primary: key.id() == ring.primary().id(),
                at_hand: true,
                tenants: usage.remove(key.id()).unwrap_or_default(),
            })
            .collect();
        keys.extend(usage.into_iter().map(|(id, tenants)| MasterKeyUse {
            id,
            primary: false,
            at_hand: false,
            tenants,
        }));
        Ok(keys)
    }
}
