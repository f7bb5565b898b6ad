//! What is connected to a tenant, over all its members: grants of clients, and keys.

use model::{ClientId, MemberId};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::{
    ApiKey, Grant, Page, Paged, StoreError, TenantTx,
    entity::{api_key, grant, within},
    repo::{api_keys, grants::read_grant},
};

/// The connections of the transaction's tenant.
#[derive(Debug)]
pub struct AllConnections<'t>(&'t TenantTx);

/// Which connections are wanted. The default is all that hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionFilter {
    /// Of one member.
    pub member: Option<MemberId>,
    /// Of one client; keys have none.
    pub client: Option<ClientId>,
}

impl TenantTx {
    /// The connections of all members.
    pub const fn connections(&self) -> AllConnections<'_> {
        AllConnections(self)
    }
}

impl AllConnections<'_> {
    /// How many hold now.
    pub async fn count(&self, filter: &ConnectionFilter) -> Result<u64, StoreError> {
        let grants = self.living_grants(filter).count(self.0.db()).await?;
        let keys = self.living_keys(filter).count(self.0.db()).await?;
        Ok(grants + keys)
    }

    /// Grants that hold now, newest first.
    pub async fn grants(
        &self,
        filter: &ConnectionFilter,
        page: &Page,
    ) -> Result<Paged<Grant>, StoreError> {
        let mut query = self.living_grants(filter).order_by_desc(grant::Column::Id);
        if let Some(before) = page.start::<Uuid>()? {
            query = query.filter(grant::Column::Id.lt(before));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows
            .into_iter()
            .map(read_grant)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |grant| grant.id.uuid()))
    }

    /// Keys that hold now, newest first.
    pub async fn keys(
        &self,
        filter: &ConnectionFilter,
        page: &Page,
    ) -> Result<Paged<ApiKey>, StoreError> {
        let mut query = self.living_keys(filter).order_by_desc(api_key::Column::Id);
        if let Some(before) = page.start::<Uuid>()? {
            query = query.filter(api_key::Column::Id.lt(before));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows
            .into_iter()
            .map(api_keys::read)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |key| key.id.uuid()))
    }

    fn living_grants(&self, filter: &ConnectionFilter) -> Select<grant::Entity> {
        let mut query = within::<grant::Entity>(self.0)
            .filter(grant::Column::RevokedAt.is_null())
            .filter(grant::Column::ExpiresAt.gt(self.0.now().millis()));
        if let Some(member) = filter.member {
            query = query.filter(grant::Column::MemberId.eq(member.uuid()));
        }
        if let Some(client) = filter.client {
            query = query.filter(grant::Column::ClientId.eq(client.uuid()));
        }
        query
    }

    fn living_keys(&self, filter: &ConnectionFilter) -> Select<api_key::Entity> {
        let mut query = within::<api_key::Entity>(self.0)
            .filter(api_key::Column::RevokedAt.is_null())
            .filter(api_key::Column::ExpiresAt.gt(self.0.now().millis()));
        if let Some(member) = filter.member {
            query = query.filter(api_key::Column::MemberId.eq(member.uuid()));
        }
        if filter.client.is_some() {
            query = query.filter(api_key::Column::Id.is_null());
        }
        query
    }
}
