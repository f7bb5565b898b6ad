//! The secret of a tenant's Feishu app.

use std::time::Duration;

use model::{
    Brand, TenantId, Timestamp,
    policy::{Permit, ReplaceApp, SetUpApp},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use vault::{DataKey, Place, Sealed, Secret};

use crate::{
    StoreError, TenantTx,
    entity::{
        access_token, app_rotation, delete_within, feishu_grant, feishu_tenant, grant,
        refresh_token, tenant,
        tenant_app::{ActiveModel, Column, Entity},
        update_within, within,
    },
};

/// How long the secret before stays at hand.
const PREVIOUS_LASTS: Duration = Duration::from_hours(24);

/// The secrets at hand.
#[derive(Debug, Clone)]
pub struct AppSecrets {
    /// In force.
    pub current: Secret,
    /// The one before, for a day.
    pub previous: Option<Secret>,
    /// A new one was announced until then: whoever needs a secret that Feishu refuses waits.
    pub announced_until: Option<Timestamp>,
    /// When the one in force was put in the place of the one before.
    pub replaced_at: Option<Timestamp>,
}

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
        self.open(row.app_secret, PLACE).await
    }

    /// The secret in force, the one before, and whether a new one is on its way.
    pub async fn secrets(&self) -> Result<AppSecrets, StoreError> {
        let current = self.secret().await?;
        let row = within::<app_rotation::Entity>(self.0)
            .one(self.0.db())
            .await?;
        let now = self.0.now();
        let Some(row) = row else {
            return Ok(AppSecrets {
                current,
                previous: None,
                announced_until: None,
                replaced_at: None,
            });
        };
        let replaced_at = row.replaced_at.map(Timestamp::from_millis);
        let recent = replaced_at.is_some_and(|at| now.since(at) < PREVIOUS_LASTS);
        let previous = match row.previous_secret.filter(|_| recent) {
            Some(sealed) => Some(self.open(sealed, PREVIOUS).await?),
            None => None,
        };
        let until = Timestamp::from_millis(row.open_until);
        Ok(AppSecrets {
            current,
            previous,
            announced_until: (now < until).then_some(until),
            replaced_at: replaced_at.filter(|_| recent),
        })
    }

    /// Enters the app for the first time, or its secret again. `false` when the tenant has
    /// another app already: that is [`App::replace`]'s.
    pub async fn set_up(
        &self,
        permit: &Permit<SetUpApp>,
        brand: Brand,
        app_id: &str,
        secret: &Secret,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let known = self.known().await?;
        if !known.app_id.is_empty() && known.app_id != app_id {
            return Ok(false);
        }
        self.write(secret).await?;
        self.name(brand, app_id).await?;
        Ok(true)
    }

    /// Says that a new secret is on its way, until `until`.
    pub async fn announce(
        &self,
        permit: &Permit<SetUpApp>,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        app_rotation::Entity::insert(app_rotation::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            open_until: Set(until.millis()),
            previous_secret: Set(None),
            replaced_at: Set(None),
        })
        .on_conflict(
            OnConflict::column(app_rotation::Column::TenantId)
                .update_column(app_rotation::Column::OpenUntil)
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Puts a new secret of the same app in force and keeps the one before at hand.
    pub async fn rotate(&self, permit: &Permit<SetUpApp>, new: &Secret) -> Result<(), StoreError> {
        self.0.check(permit)?;
        let before = self.secret().await?;
        let key = self.0.data_key().await?;
        let sealed = key.seal(
            &place(self.0.tenant(), PREVIOUS),
            before.expose().as_bytes(),
        )?;
        app_rotation::Entity::insert(app_rotation::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            open_until: Set(0),
            previous_secret: Set(Some(sealed.into_bytes())),
            replaced_at: Set(Some(self.0.now().millis())),
        })
        .on_conflict(
            OnConflict::column(app_rotation::Column::TenantId)
                .update_columns([
                    app_rotation::Column::OpenUntil,
                    app_rotation::Column::PreviousSecret,
                    app_rotation::Column::ReplacedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        self.write(new).await
    }

    /// Exchanges the secret in force and the one before; `false` when there is none any more.
    pub async fn roll_back(&self, permit: &Permit<SetUpApp>) -> Result<bool, StoreError> {
        let Some(previous) = self.secrets().await?.previous else {
            return Ok(false);
        };
        self.rotate(permit, &previous).await?;
        Ok(true)
    }

    /// Puts another app in the place of the tenant's. Ids of people and tokens belong to an app,
    /// so every grant ends here; gives how many clients' grants that were.
    pub async fn replace(
        &self,
        permit: &Permit<ReplaceApp>,
        brand: Brand,
        app_id: &str,
        secret: &Secret,
    ) -> Result<u64, StoreError> {
        self.0.check(permit)?;
        let (tx, now) = (self.0, self.0.now().millis());
        let ended = update_within::<grant::Entity>(tx)
            .filter(grant::Column::RevokedAt.is_null())
            .col_expr(grant::Column::RevokedAt, Expr::value(now))
            .col_expr(grant::Column::RevokedFor, Expr::value("app_replaced"))
            .exec(tx.db())
            .await?;
        delete_within::<access_token::Entity>(tx)
            .exec(tx.db())
            .await?;
        delete_within::<refresh_token::Entity>(tx)
            .exec(tx.db())
            .await?;
        delete_within::<feishu_grant::Entity>(tx)
            .exec(tx.db())
            .await?;
        // The new app may belong to another enterprise: the next sign-in says which.
        delete_within::<feishu_tenant::Entity>(tx)
            .exec(tx.db())
            .await?;
        delete_within::<app_rotation::Entity>(tx)
            .exec(tx.db())
            .await?;
        tx.onboarding().forget_app().await?;
        // Events of the app before are not its successor's.
        tx.events().forget().await?;
        self.write(secret).await?;
        self.name(brand, app_id).await?;
        Ok(ended.rows_affected)
    }

    async fn known(&self) -> Result<tenant::Model, StoreError> {
        tenant::Entity::find_by_id(self.0.tenant().uuid())
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)
    }

    async fn open(
        &self,
        sealed: Vec<u8>,
        of: (&'static str, &'static str),
    ) -> Result<Secret, StoreError> {
        let key = self.0.data_key().await?;
        let opened = key.open(&place(self.0.tenant(), of), &Sealed::from_bytes(sealed))?;
        Ok(Secret::new(opened.expose_str()?))
    }

    async fn write(&self, secret: &Secret) -> Result<(), StoreError> {
        let (tenant, now) = (self.0.tenant(), self.0.now().millis());
        let row = sealed_row(tenant, &self.0.data_key().await?, secret, now)?;
        Entity::insert(row)
            .on_conflict(
                OnConflict::column(Column::TenantId)
                    .update_columns([Column::AppSecret, Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(self.0.db())
            .await?;
        Ok(())
    }

    async fn name(&self, brand: Brand, app_id: &str) -> Result<(), StoreError> {
        tenant::Entity::update_many()
            .filter(tenant::Column::Id.eq(self.0.tenant().uuid()))
            .col_expr(tenant::Column::AppId, Expr::value(app_id))
            .col_expr(tenant::Column::Brand, Expr::value(brand.name()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

/// Table and column of the secret in force.
const PLACE: (&str, &str) = ("tenant_apps", "app_secret");
/// The same of the one before.
const PREVIOUS: (&str, &str) = ("app_rotations", "previous_secret");

pub(crate) fn sealed_row(
    tenant: TenantId,
    key: &DataKey,
    secret: &Secret,
    now: i64,
) -> Result<ActiveModel, StoreError> {
    let sealed = key.seal(&place(tenant, PLACE), secret.expose().as_bytes())?;
    Ok(ActiveModel {
        tenant_id: Set(tenant.uuid()),
        app_secret: Set(sealed.into_bytes()),
        updated_at: Set(now),
    })
}

const fn place(tenant: TenantId, (table, column): (&'static str, &'static str)) -> Place<'static> {
    Place {
        tenant,
        table,
        column,
        row: "app",
    }
}
