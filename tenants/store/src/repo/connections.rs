//! What is connected to a tenant, over all its members: grants of clients, and keys.

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

use crate::{
    StoreError, TenantTx,
    entity::{api_key, grant, within},
};

/// The connections of the transaction's tenant.
#[derive(Debug)]
pub struct AllConnections<'t>(&'t TenantTx);

impl TenantTx {
    /// The connections of all members.
    pub const fn connections(&self) -> AllConnections<'_> {
        AllConnections(self)
    }
}

impl AllConnections<'_> {
    /// Grants and keys that hold now.
    pub async fn count_active(&self) -> Result<u64, StoreError> {
        let (db, now) = (self.0.db(), self.0.now().millis());
        let grants = within::<grant::Entity>(self.0)
            .filter(grant::Column::RevokedAt.is_null())
            .filter(grant::Column::ExpiresAt.gt(now))
            .count(db)
            .await?;
        let keys = within::<api_key::Entity>(self.0)
            .filter(api_key::Column::RevokedAt.is_null())
            .filter(api_key::Column::ExpiresAt.gt(now))
            .count(db)
            .await?;
        Ok(grants + keys)
    }
}
