//! The secret of a tenant's Feishu app.

use model::{
    TenantId,
    policy::{ManageTenant, Permit},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use vault::{DataKey, Place, Sealed, Secret};

use crate::{
    StoreError, TenantTx,
    entity::{
        tenant,
        tenant_app::{ActiveModel, Column, Entity},
        within,
    },
};

/// The Feishu app of the transaction's tenant.
#[derive(Debug)]
pub struct App<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's Feishu app.
    pub const fn app(&self) -> App<'_> {
        App(self)
    }
}

impl App<'_> {
    /// The app secret, opened.
    pub async fn secret(&self) -> Result<Secret, StoreError> {
        let row = within::<Entity>(self.0)
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        let key = self.0.data_key().await?;
        let opened = key.open(&place(self.0.tenant()), &Sealed::from_bytes(row.app_secret))?;
        Ok(Secret::new(opened.expose_str()?))
    }

    /// Replaces the app and its secret.
    pub async fn set_secret(
        &self,
        permit: &Permit<ManageTenant>,
        app_id: &str,
        secret: &Secret,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        let tenant = self.0.tenant();
        let row = sealed_row(
            tenant,
            &self.0.data_key().await?,
            secret,
            self.0.now().millis(),
        )?;
        Entity::insert(row)
            .on_conflict(
                OnConflict::column(Column::TenantId)
                    .update_columns([Column::AppSecret, Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(self.0.db())
            .await?;
        tenant::Entity::update_many()
            .filter(tenant::Column::Id.eq(tenant.uuid()))
            .col_expr(
                tenant::Column::AppId,
                sea_orm::sea_query::Expr::value(app_id),
            )
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

pub(crate) fn sealed_row(
    tenant: TenantId,
    key: &DataKey,
    secret: &Secret,
    now: i64,
) -> Result<ActiveModel, StoreError> {
    let sealed = key.seal(&place(tenant), secret.expose().as_bytes())?;
    Ok(ActiveModel {
        tenant_id: Set(tenant.uuid()),
        app_secret: Set(sealed.into_bytes()),
        updated_at: Set(now),
    })
}

fn place(tenant: TenantId) -> Place<'static> {
    Place {
        tenant,
        table: "tenant_apps",
        column: "app_secret",
        row: "app",
    }
}
