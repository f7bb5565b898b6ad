//! Tenants.

mod search;

use std::collections::BTreeMap;

use model::{
    Brand, Capability, ChainHash, Contract, Limits, Locale, Milestone, Slug, Tenant, TenantId,
    TenantStatus, Timestamp, policy::Rules,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use vault::{Secret, WrappedKey};

pub use search::{MasterKeyUse, TenantCounts};

use crate::{
    Page, Paged, PlatformTx, StoreError,
    entity::{
        ledger_head, milestone,
        tenant::{ActiveModel, Column, Entity, Model},
        tenant_app, tenant_key,
    },
    repo::app::sealed_row,
};

/// All tenants.
#[derive(Debug)]
pub struct Tenants<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The tenants of the platform.
    pub const fn tenants(&self) -> Tenants<'_> {
        Tenants(self)
    }
}

/// A tenant to add.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Name in paths.
    pub slug: Slug,
    /// Name for people.
    pub name: String,
    /// Brand of the Feishu app.
    pub brand: Brand,
    /// Feishu App ID.
    pub app_id: String,
    /// Feishu App Secret.
    pub app_secret: Secret,
    /// What is switched on.
    pub capabilities: Vec<Capability>,
    /// Rates and quota.
    pub limits: Limits,
    /// Language where the reader's is unknown.
    pub locale: Locale,
}

impl Tenants<'_> {
    /// Adds a tenant with a data key of its own, its sealed app secret and an empty ledger.
    ///
    /// # Errors
    /// A conflict with `uq_tenants_slug` when the slug is taken.
    pub async fn add(&self, new: NewTenant) -> Result<Tenant, StoreError> {
        let tx = self.0;
        if tx.is_retired(new.slug.as_str()).await? {
            return Err(StoreError::Conflict {
                constraint: "uq_tenants_slug".to_owned(),
            });
        }
        let tenant = Tenant {
            id: TenantId::mint(tx.clock(), tx.entropy()),
            slug: new.slug,
            name: new.name,
            brand: new.brand,
            app_id: new.app_id,
            status: TenantStatus::Active,
            capabilities: new.capabilities,
            limits: new.limits,
            contract: Contract::new(new.brand),
            locale: new.locale,
            created_at: tx.now(),
        };
        let rules = Rules::open(tenant.id, tenant.capabilities.clone());
        let now = tx.now().millis();
        Entity::insert(row(&tenant, &rules)?)
            .exec_without_returning(tx.db())
            .await?;
        tx.enter(tenant.id).await?;
        let wrapped = tx.vault().create_data_key(tenant.id)?;
        let key = tx.vault().open_data_key(tenant.id, &wrapped)?;
        tenant_key::Entity::insert(tenant_key::ActiveModel {
            tenant_id: Set(tenant.id.uuid()),
            wrapped: Set(wrapped.as_bytes().to_vec()),
            created_at: Set(now),
        })
        .exec_without_returning(tx.db())
        .await?;
        tenant_app::Entity::insert(sealed_row(tenant.id, &key, &new.app_secret, now)?)
            .exec_without_returning(tx.db())
            .await?;
        ledger_head::Entity::insert(ledger_head::ActiveModel {
            tenant_id: Set(tenant.id.uuid()),
            seq: Set(0),
            hash: Set(ChainHash::GENESIS.0.to_vec()),
        })
        .exec_without_returning(tx.db())
        .await?;
        milestone::Entity::insert(milestone::ActiveModel {
            tenant_id: Set(tenant.id.uuid()),
            name: Set(Milestone::Created.name().to_owned()),
            at: Set(now),
        })
        .exec_without_returning(tx.db())
        .await?;
        Ok(tenant)
    }

    /// One tenant.
    pub async fn get(&self, id: TenantId) -> Result<Option<Tenant>, StoreError> {
        let found = Entity::find_by_id(id.uuid()).one(self.0.db()).await?;
        found.as_ref().map(tenant).transpose()
    }

    /// The tenant of a path.
    pub async fn by_slug(&self, slug: &Slug) -> Result<Option<Tenant>, StoreError> {
        let found = self.row_by_slug(slug).await?;
        found.as_ref().map(tenant).transpose()
    }

    /// All tenants, oldest first.
    pub async fn list(&self, page: &Page) -> Result<Paged<Tenant>, StoreError> {
        let mut query = Entity::find().order_by_asc(Column::Id);
        if let Some(after) = page.start::<Uuid>()? {
            query = query.filter(Column::Id.gt(after));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows.iter().map(tenant).collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |tenant| tenant.id.uuid()))
    }

    /// Serves or suspends a tenant; `false` when there is no such tenant.
    pub async fn set_status(&self, id: TenantId, status: TenantStatus) -> Result<bool, StoreError> {
        self.set(id, &[(Column::Status, status.name().to_owned())])
            .await
    }

    /// The rules of a tenant.
    pub async fn rules(&self, id: TenantId) -> Result<Option<Rules>, StoreError> {
        let found = Entity::find_by_id(id.uuid()).one(self.0.db()).await?;
        found.as_ref().map(rules).transpose()
    }

    /// Replaces the rules of the tenant that they name and counts their version up; `false` when
    /// there is no such tenant.
    pub async fn set_rules(&self, rules: Rules) -> Result<bool, StoreError> {
        let Some(known) = self.rules(rules.tenant).await? else {
            return Ok(false);
        };
        let rules = Rules {
            version: known.version + 1,
            ..rules
        };
        let columns = [
            (Column::Capabilities, json(&rules.capabilities)?),
            (Column::Rules, json(&rules)?),
        ];
        self.set(rules.tenant, &columns).await
    }

    /// Replaces rates and quota; `false` when there is no such tenant.
    pub async fn set_limits(&self, id: TenantId, limits: Limits) -> Result<bool, StoreError> {
        self.set(id, &[(Column::Limits, json(&limits)?)]).await
    }

    /// Replaces what a tenant bought; `false` when there is no such tenant. Quota and statements
    /// follow from it.
    pub async fn set_contract(
        &self,
        id: TenantId,
        contract: &Contract,
    ) -> Result<bool, StoreError> {
        self.set(id, &[(Column::Contract, json(contract)?)]).await
    }

    /// Wraps every data key anew with the primary master key and gives how many were under an
    /// older one. Once it is committed, the older master keys may go.
    pub async fn rewrap_data_keys(&self) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut page = Page::first(Page::MAX);
        loop {
            let found = self.list(&page).await?;
            for tenant in &found.items {
                count += u64::from(self.rewrap_data_key(tenant.id).await?);
            }
            match found.next {
                Some(cursor) => page = Page::first(Page::MAX).after(cursor),
                None => return Ok(count),
            }
        }
    }

    /// How many tenants' data keys are under each master key, by its name.
    pub async fn key_usage(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut usage = BTreeMap::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let found = self.list(&page).await?;
            for tenant in &found.items {
                let wrapped = self.wrapped(tenant.id).await?;
                *usage.entry(wrapped.master_id()?.to_owned()).or_default() += 1;
            }
            match found.next {
                Some(cursor) => page = Page::first(Page::MAX).after(cursor),
                None => return Ok(usage),
            }
        }
    }

    async fn wrapped(&self, id: TenantId) -> Result<WrappedKey, StoreError> {
        self.0.enter(id).await?;
        let row = tenant_key::Entity::find_by_id(id.uuid())
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        Ok(WrappedKey::from_bytes(row.wrapped))
    }

    async fn rewrap_data_key(&self, id: TenantId) -> Result<bool, StoreError> {
        let wrapped = self.wrapped(id).await?;
        let Some(fresh) = self.0.vault().rewrap(id, &wrapped)? else {
            return Ok(false);
        };
        tenant_key::Entity::update_many()
            .filter(tenant_key::Column::TenantId.eq(id.uuid()))
            .col_expr(
                tenant_key::Column::Wrapped,
                Expr::value(fresh.as_bytes().to_vec()),
            )
            .exec(self.0.db())
            .await?;
        Ok(true)
    }

    async fn set(&self, id: TenantId, columns: &[(Column, String)]) -> Result<bool, StoreError> {
        let mut update = Entity::update_many().filter(Column::Id.eq(id.uuid()));
        for (column, value) in columns {
            update = update.col_expr(*column, Expr::value(value.clone()));
        }
        Ok(update.exec(self.0.db()).await?.rows_affected == 1)
    }

    pub(crate) async fn row(&self, id: TenantId) -> Result<Option<Model>, StoreError> {
        Ok(Entity::find_by_id(id.uuid()).one(self.0.db()).await?)
    }

    pub(crate) async fn row_by_slug(&self, slug: &Slug) -> Result<Option<Model>, StoreError> {
        let found = Entity::find().filter(Column::Slug.eq(slug.as_str()));
        Ok(found.one(self.0.db()).await?)
    }
}

fn row(tenant: &Tenant, rules: &Rules) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        id: Set(tenant.id.uuid()),
        slug: Set(tenant.slug.to_string()),
        name: Set(tenant.name.clone()),
        brand: Set(tenant.brand.name().to_owned()),
        app_id: Set(tenant.app_id.clone()),
        status: Set(tenant.status.name().to_owned()),
        capabilities: Set(json(&tenant.capabilities)?),
        limits: Set(json(&tenant.limits)?),
        rules: Set(json(rules)?),
        locale: Set(json(&tenant.locale)?),
        created_at: Set(tenant.created_at.millis()),
        contract: Set(json(&tenant.contract)?),
    })
}

pub(crate) fn tenant(row: &Model) -> Result<Tenant, StoreError> {
    let corrupt = |what| StoreError::Corrupt { what };
    Ok(Tenant {
        id: TenantId::from_uuid(row.id),
        slug: row.slug.parse().map_err(|_| corrupt("tenant slug"))?,
        name: row.name.clone(),
        brand: Brand::from_name(&row.brand).ok_or(corrupt("tenant brand"))?,
        app_id: row.app_id.clone(),
        status: TenantStatus::from_name(&row.status).ok_or(corrupt("tenant status"))?,
        capabilities: read(&row.capabilities, "tenant capabilities")?,
        limits: read(&row.limits, "tenant limits")?,
        contract: contract(row)?,
        locale: read(&row.locale, "tenant locale")?,
        created_at: Timestamp::from_millis(row.created_at),
    })
}

/// A tenant of a release before contracts has the free plan.
fn contract(row: &Model) -> Result<Contract, StoreError> {
    if row.contract.is_empty() {
        let brand = Brand::from_name(&row.brand).ok_or(StoreError::Corrupt {
            what: "tenant brand",
        })?;
        return Ok(Contract::new(brand));
    }
    read(&row.contract, "tenant contract")
}

pub(crate) fn rules(row: &Model) -> Result<Rules, StoreError> {
    let found: Rules = read(&row.rules, "tenant rules")?;
    if found.tenant.uuid() == row.id {
        Ok(found)
    } else {
        Err(StoreError::Corrupt {
            what: "tenant rules",
        })
    }
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt { what: "value" })
}

pub(crate) fn read<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { what })
}
