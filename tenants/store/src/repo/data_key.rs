//! The wrapped data key of the transaction's tenant.

use sea_orm::sea_query::Expr;
use vault::WrappedKey;

use crate::{
    StoreError, TenantTx,
    entity::{
        tenant_key::{Column, Entity},
        update_within, within,
    },
};

impl TenantTx {
    /// Name of the master key that wraps the tenant's data key; `None` when there is no data key.
    pub async fn master_key_id(&self) -> Result<Option<String>, StoreError> {
        let Some(row) = within::<Entity>(self).one(self.db()).await? else {
            return Ok(None);
        };
        Ok(Some(
            WrappedKey::from_bytes(row.wrapped).master_id()?.to_owned(),
        ))
    }

    /// Wraps the data key with the first key of the ring; `false` when it is already.
    pub async fn rewrap_data_key(&self) -> Result<bool, StoreError> {
        let Some(row) = within::<Entity>(self).one(self.db()).await? else {
            return Ok(false);
        };
        let wrapped = WrappedKey::from_bytes(row.wrapped);
        let Some(fresh) = self.vault().rewrap(self.tenant(), &wrapped)? else {
            return Ok(false);
        };
        update_within::<Entity>(self)
            .col_expr(Column::Wrapped, Expr::value(fresh.as_bytes().to_vec()))
            .exec(self.db())
            .await?;
        Ok(true)
    }
}
