//! Changing an app's credentials while calls go on.
//!
//! Feishu knows one secret of an app at a time, so a change has a gap: from the reset in the
//! developer console until the new secret is entered here. Access tokens go on working through
//! it; whoever needs the secret for a refresh in the gap waits for the announced one instead of
//! failing (see `credentials::refresh`).

use std::time::Duration;

use feishu::app_check::{ProbeId, Report, Status};
use model::{
    LedgerEntry, TenantId, Timestamp,
    policy::{Action, Permit, ReplaceApp, SetUpApp},
};
use store::{StoreError, TenantEntry, TenantScope};
use vault::Secret;

use super::{AppCare, Candidate, CareError, Standing};

/// How long a change may take after it was announced.
const ANNOUNCED_FOR: Duration = Duration::from_mins(15);

/// A change of the secret, as the console shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Announced until then.
    pub announced_until: Option<Timestamp>,
    /// The secret before is at hand, and was replaced then.
    pub replaced_at: Option<Timestamp>,
}

/// Why credentials were not taken.
#[derive(Debug, thiserror::Error)]
pub enum RotationFault {
    /// Feishu does not accept them; the report says why.
    #[error("feishu does not accept the credentials")]
    Refused(Box<Report>),
    /// They are another app's.
    #[error("the credentials belong to another app")]
    OtherApp,
    /// There is no secret before.
    #[error("there is no earlier secret")]
    NothingBefore,
    /// The check could not be made.
    #[error("the credentials could not be checked")]
    Care(#[from] CareError),
}

impl From<StoreError> for RotationFault {
    fn from(error: StoreError) -> Self {
        Self::Care(error.into())
    }
}

/// Whose right, and what is written down about it.
#[derive(Debug)]
pub struct Act<'a, A: Action> {
    /// The tenant's data.
    pub scope: &'a TenantScope,
    /// The right.
    pub permit: &'a Permit<A>,
    /// The record; committed with the change.
    pub record: &'a LedgerEntry,
}

impl AppCare {
    /// Enters the credentials of a tenant's app after Feishu has accepted them.
    ///
    /// # Errors
    /// [`RotationFault::Refused`] when Feishu does not; [`RotationFault::OtherApp`] when the
    /// tenant has another app.
    pub async fn enter(
        &self,
        entry: &TenantEntry,
        app: &Candidate,
        act: &Act<'_, SetUpApp>,
    ) -> Result<Report, RotationFault> {
        let report = self.accepted(entry, app).await?;
        let taken = writing!(act.scope, tx => {
            let own = tx.app();
            let set = own.set_up(act.permit, app.brand, &app.app_id, &app.secret);
            let taken = set.await?;
            if taken {
                tx.record(act.record).await?;
            }
            Ok(taken)
        });
        if !taken {
            return Err(RotationFault::OtherApp);
        }
        self.changed(entry.tenant.id, report).await
    }

    /// Says that a new secret is on its way: refreshes that Feishu refuses wait for it.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn announce_secret(&self, act: &Act<'_, SetUpApp>) -> Result<Timestamp, StoreError> {
        let until = self.now() + ANNOUNCED_FOR;
        writing!(act.scope, tx => {
            tx.app().announce(act.permit, until).await?;
            tx.record(act.record).await
        });
        Ok(until)
    }

    /// How a change of the secret stands.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn rotation(&self, scope: &TenantScope) -> Result<Rotation, StoreError> {
        let secrets = scope.read().await?.app().secrets().await?;
        Ok(Rotation {
            announced_until: secrets.announced_until,
            replaced_at: secrets.replaced_at.filter(|_| secrets.previous.is_some()),
        })
    }

    /// Tries a new secret beside the one in force, and puts it in force when Feishu accepts it.
    ///
    /// # Errors
    /// [`RotationFault::Refused`] when Feishu does not; nothing is changed then.
    pub async fn rotate(
        &self,
        entry: &TenantEntry,
        secret: Secret,
        act: &Act<'_, SetUpApp>,
    ) -> Result<Report, RotationFault> {
        let app = Candidate {
            brand: entry.tenant.brand,
            app_id: entry.tenant.app_id.clone(),
            secret,
        };
        let report = self.accepted(entry, &app).await?;
        writing!(act.scope, tx => {
            tx.app().rotate(act.permit, &app.secret).await?;
            tx.record(act.record).await
        });
        self.changed(entry.tenant.id, report).await
    }

    /// Puts the secret before in force again, when Feishu accepts it.
    ///
    /// # Errors
    /// As [`AppCare::rotate`]; [`RotationFault::NothingBefore`] after a day.
    pub async fn roll_back(
        &self,
        entry: &TenantEntry,
        act: &Act<'_, SetUpApp>,
    ) -> Result<Report, RotationFault> {
        let secrets = act.scope.read().await?.app().secrets().await?;
        let previous = secrets.previous.ok_or(RotationFault::NothingBefore)?;
        self.rotate(entry, previous, act).await
    }

    /// Puts another app in the place of the tenant's, after Feishu has accepted it. Every grant
    /// ends; gives how many.
    ///
    /// # Errors
    /// [`RotationFault::Refused`] when Feishu does not accept it; nothing is changed then.
    pub async fn replace(
        &self,
        entry: &TenantEntry,
        app: &Candidate,
        act: &Act<'_, ReplaceApp>,
    ) -> Result<u64, RotationFault> {
        let report = self.accepted(entry, app).await?;
        let ended = writing!(act.scope, tx => {
            let own = tx.app();
            let replace = own.replace(act.permit, app.brand, &app.app_id, &app.secret);
            let ended = replace.await?;
            tx.record(act.record).await?;
            Ok(ended)
        });
        self.changed(entry.tenant.id, report).await?;
        Ok(ended)
    }

    /// Whether Feishu takes App ID and secret; other faults of the app are no reason to refuse
    /// them.
    async fn accepted(
        &self,
        entry: &TenantEntry,
        app: &Candidate,
    ) -> Result<Report, RotationFault> {
        // Ids of people belong to an app: whom to ask about is known for the same one only.
        let same = entry.tenant.app_id == app.app_id;
        let standing = if same {
            self.standing(entry.tenant.id).await?
        } else {
            Standing::default()
        };
        let report = self.try_out(entry, app, &standing).await?;
        if report.status(ProbeId::Credentials) == Status::Ok {
            Ok(report)
        } else {
            Err(RotationFault::Refused(Box::new(report)))
        }
    }

    async fn changed(&self, tenant: TenantId, report: Report) -> Result<Report, RotationFault> {
        self.announce(tenant).await;
        Ok(self.keep(tenant, report).await?.report)
    }
}
