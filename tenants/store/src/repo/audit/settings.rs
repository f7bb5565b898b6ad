//! How long a tenant keeps its ledger.

use model::policy::{ManageTenant, Permit};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::Audit;
use crate::{
    StoreError,
    entity::{
        audit_settings::{ActiveModel, Column, Entity},
        update_within, within,
    },
    ledger::signed,
};

/// How a tenant keeps its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditSettings {
    /// Days that entries are kept, 30 to 1095.
    pub retention_days: u32,
    /// Nothing is let go, whatever its age.
    pub legal_hold: bool,
    /// Grows with each change: a form that was made from an older one is refused.
    pub version: u64,
}

impl AuditSettings {
    /// Days that can be chosen.
    pub const DAYS: std::ops::RangeInclusive<u32> = 30..=1095;
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            retention_days: 365,
            legal_hold: false,
            version: 0,
        }
    }
}

impl Audit<'_> {
    /// The settings; those of a new tenant while nobody chose others.
    pub async fn settings(&self) -> Result<AuditSettings, StoreError> {
        let corrupt = |_| StoreError::Corrupt {
            what: "audit settings",
        };
        let row = within::<Entity>(self.0).one(self.0.db()).await?;
        row.map_or(Ok(AuditSettings::default()), |row| {
            Ok(AuditSettings {
                retention_days: u32::try_from(row.retention_days).map_err(corrupt)?,
                legal_hold: row.legal_hold,
                version: u64::try_from(row.version).map_err(corrupt)?,
            })
        })
    }

    /// Changes the settings; `false` when somebody else did since `settings.version`.
    pub async fn set_settings(
        &self,
        permit: &Permit<ManageTenant>,
        settings: &AuditSettings,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let now = self.0.now().millis();
        if settings.version == 0 {
            let row = ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                retention_days: Set(settings.retention_days.into()),
                legal_hold: Set(settings.legal_hold),
                version: Set(1),
                updated_at: Set(now),
            };
            let added = Entity::insert(row)
                .on_conflict_do_nothing_on([Column::TenantId])
                .exec_without_returning(self.0.db())
                .await?;
            return Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)));
        }
        let done = update_within::<Entity>(self.0)
            .filter(Column::Version.eq(signed(settings.version)))
            .col_expr(
                Column::RetentionDays,
                Expr::value(i64::from(settings.retention_days)),
            )
            .col_expr(Column::LegalHold, Expr::value(settings.legal_hold))
            .col_expr(Column::Version, Expr::value(signed(settings.version + 1)))
            .col_expr(Column::UpdatedAt, Expr::value(now))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }
}
