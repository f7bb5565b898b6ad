//! How far the set-up of a tenant is, and what was found out about its Feishu app.

use model::{EntryKind, Milestone, Outcome, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    StoreError, TenantTx,
    entity::{app_check, app_sighting, delete_within, ledger_entry, milestone, within},
};

/// The latest look at a tenant's app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheck {
    /// When.
    pub checked_at: Timestamp,
    /// Faults that somebody must mend.
    pub red: u32,
    /// Since when there are any.
    pub red_since: Option<Timestamp>,
    /// The report, as JSON.
    pub report: String,
}

/// What sign-ins told about the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sightings {
    /// Latest sign-in that came back.
    pub signed_in_at: Option<Timestamp>,
    /// Code of the latest refusal since.
    pub refusal: Option<i64>,
}

/// The set-up of the transaction's tenant.
#[derive(Debug)]
pub struct Onboarding<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's set-up.
    pub const fn onboarding(&self) -> Onboarding<'_> {
        Onboarding(self)
    }
}

impl Onboarding<'_> {
    /// Notes that a step was reached; only the first time counts.
    pub async fn reach(&self, step: Milestone) -> Result<(), StoreError> {
        self.reach_at(step, self.0.now()).await
    }

    async fn reach_at(&self, step: Milestone, at: Timestamp) -> Result<(), StoreError> {
        milestone::Entity::insert(milestone::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            name: Set(step.name().to_owned()),
            at: Set(at.millis()),
        })
        .on_conflict(
            OnConflict::columns([milestone::Column::TenantId, milestone::Column::Name])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// The steps that were reached, earliest first.
    pub async fn reached(&self) -> Result<Vec<(Milestone, Timestamp)>, StoreError> {
        let rows = within::<milestone::Entity>(self.0)
            .order_by_asc(milestone::Column::At)
            .all(self.0.db())
            .await?;
        let read = |row: milestone::Model| {
            Milestone::from_name(&row.name).map(|step| (step, Timestamp::from_millis(row.at)))
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Looks in the ledger for the first consent and the first call that succeeded, and notes
    /// them: nothing on the way of a call has to.
    pub async fn follow_ledger(&self) -> Result<(), StoreError> {
        let reached = self.reached().await?;
        for (step, kind) in [
            (Milestone::Connected, EntryKind::Consent),
            (Milestone::FirstCall, EntryKind::Call),
        ] {
            if reached.iter().any(|(known, _)| *known == step) {
                continue;
            }
            let first = within::<ledger_entry::Entity>(self.0)
                .filter(ledger_entry::Column::Kind.eq(kind.name()))
                .filter(ledger_entry::Column::Outcome.eq(Outcome::Ok.name()))
                .order_by_asc(ledger_entry::Column::Seq)
                .limit(1)
                .one(self.0.db())
                .await?;
            if let Some(entry) = first {
                self.reach_at(step, Timestamp::from_millis(entry.at))
                    .await?;
            }
        }
        Ok(())
    }

    /// What sign-ins told so far.
    pub async fn sightings(&self) -> Result<Sightings, StoreError> {
        let row = within::<app_sighting::Entity>(self.0)
            .one(self.0.db())
            .await?;
        Ok(row.map_or_else(Sightings::default, |row| Sightings {
            signed_in_at: row.signed_in_at.map(Timestamp::from_millis),
            refusal: row.refusal,
        }))
    }

    /// Somebody came back from Feishu with a code that it took.
    pub async fn signed_in(&self) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        self.sight(Some(now), None).await?;
        self.reach(Milestone::SignedIn).await
    }

    /// Feishu refused a sign-in with this code.
    pub async fn refused(&self, code: i64) -> Result<(), StoreError> {
        let known = self.sightings().await?;
        let signed_in = known.signed_in_at.map(Timestamp::millis);
        self.sight(signed_in, Some(code)).await
    }

    async fn sight(&self, signed_in: Option<i64>, refusal: Option<i64>) -> Result<(), StoreError> {
        app_sighting::Entity::insert(app_sighting::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            signed_in_at: Set(signed_in),
            refusal: Set(refusal),
            refused_at: Set(refusal.map(|_| self.0.now().millis())),
        })
        .on_conflict(
            OnConflict::column(app_sighting::Column::TenantId)
                .update_columns([
                    app_sighting::Column::SignedInAt,
                    app_sighting::Column::Refusal,
                    app_sighting::Column::RefusedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// The latest look.
    pub async fn check(&self) -> Result<Option<StoredCheck>, StoreError> {
        let row = within::<app_check::Entity>(self.0).one(self.0.db()).await?;
        Ok(row.map(|row| StoredCheck {
            checked_at: Timestamp::from_millis(row.checked_at),
            red: u32::try_from(row.red).unwrap_or(u32::MAX),
            red_since: row.red_since.map(Timestamp::from_millis),
            report: row.report,
        }))
    }

    /// Keeps a look in the place of the one before.
    pub async fn keep_check(&self, red: u32, report: &str) -> Result<StoredCheck, StoreError> {
        let now = self.0.now();
        let before = self.check().await?.and_then(|check| check.red_since);
        let red_since = (red > 0).then(|| before.unwrap_or(now));
        app_check::Entity::insert(app_check::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            checked_at: Set(now.millis()),
            red: Set(i64::from(red)),
            red_since: Set(red_since.map(Timestamp::millis)),
            report: Set(report.to_owned()),
        })
        .on_conflict(
            OnConflict::column(app_check::Column::TenantId)
                .update_columns([
                    app_check::Column::CheckedAt,
                    app_check::Column::Red,
                    app_check::Column::RedSince,
                    app_check::Column::Report,
                ])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(StoredCheck {
            checked_at: now,
            red,
            red_since,
            report: report.to_owned(),
        })
    }

    /// Another app came: what was found out about the one before is not about it.
    pub(crate) async fn forget_app(&self) -> Result<(), StoreError> {
        let db = self.0.db();
        delete_within::<app_check::Entity>(self.0).exec(db).await?;
        delete_within::<app_sighting::Entity>(self.0)
            .exec(db)
            .await?;
        Ok(())
    }
}
