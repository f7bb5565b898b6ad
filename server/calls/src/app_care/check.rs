//! Checking, and keeping what was found.

use bus::{BucketKey, BucketScope};
use feishu::{
    AppCredentials,
    app_check::{Look, ProbeId, Report, Seen, Status, Wanted, answers, judge, look},
};
use model::{
    Brand, CallId, Channel, EntryKind, LedgerEntry, Milestone, Outcome, Principal, Purpose, Rate,
    TenantId, Timestamp,
};
use serde_json::json;
use store::{Sightings, StoreError, StoredCheck, TenantEntry};

use super::{AppCare, Candidate, CareError, read_report, region, wanted_scopes};

/// A look takes a handful of calls to Feishu, and a stranger may ask for it with any App ID.
const PACE: Rate = Rate {
    per_minute: 12,
    burst: 12,
};

/// A look at an app, with its date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was found.
    pub report: Report,
    /// When.
    pub at: Timestamp,
    /// Since when something is wrong.
    pub red_since: Option<Timestamp>,
}

/// What a check needs to know about the tenant.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// What sign-ins told.
    pub sightings: Sightings,
    /// `open_id` of the administrator.
    pub administrator: Option<String>,
}

impl AppCare {
    /// Whether a brand's open platform answers at all.
    pub async fn answers(&self, brand: Brand) -> bool {
        answers(&self.0.transport, &(self.0.hosts)(brand)).await
    }

    /// Looks at an app without keeping anything.
    pub async fn look(&self, entry: &TenantEntry, app: &Candidate, standing: &Standing) -> Report {
        let parts = &self.0;
        let other = match app.brand {
            Brand::Feishu => Brand::Lark,
            Brand::Lark => Brand::Feishu,
        };
        let (hosts, other) = ((parts.hosts)(app.brand), (parts.hosts)(other));
        let credentials = AppCredentials {
            app_id: app.app_id.clone(),
            secret: app.secret.expose().to_owned().into(),
        };
        let facts = look(Look {
            transport: &parts.transport,
            hosts: &hosts,
            other: &other,
            app: &credentials,
            redirect_url: &parts.redirect_url,
            person: standing.administrator.as_deref(),
        })
        .await;
        let (user_scopes, tenant_scopes) = wanted_scopes(&entry.rules.capabilities);
        let wanted = Wanted {
            app_id: app.app_id.clone(),
            region: region(app.brand),
            redirect_url: parts.redirect_url.clone(),
            user_scopes,
            tenant_scopes,
            now: self.now().seconds(),
            seen: Seen {
                signed_in: standing.sightings.signed_in_at.is_some(),
                refusal: standing.sightings.refusal,
            },
        };
        judge(&facts, &wanted)
    }

    /// Looks at an app that somebody types in: as [`AppCare::look`], a few times a minute.
    ///
    /// # Errors
    /// [`CareError::TooOften`].
    pub async fn try_out(
        &self,
        entry: &TenantEntry,
        app: &Candidate,
        standing: &Standing,
    ) -> Result<Report, CareError> {
        self.take(entry.tenant.id).await?;
        Ok(self.look(entry, app, standing).await)
    }

    /// Looks at a tenant's app because somebody asks for it: a few times a minute.
    ///
    /// # Errors
    /// [`CareError::TooOften`], and as [`AppCare::check`].
    pub async fn check_now(&self, entry: &TenantEntry) -> Result<Checked, CareError> {
        self.take(entry.tenant.id).await?;
        self.check(entry).await
    }

    /// Looks at a tenant's app and keeps what was found. A look without an answer of Feishu is
    /// given and not kept: it says nothing about the app.
    ///
    /// # Errors
    /// [`CareError::NoApp`] before the credentials are entered.
    pub async fn check(&self, entry: &TenantEntry) -> Result<Checked, CareError> {
        let tenant = &entry.tenant;
        if tenant.app_id.is_empty() {
            return Err(CareError::NoApp);
        }
        let (standing, secret) = {
            let tx = self.0.store.scope(&platform(tenant.id)).read().await?;
            (standing(&tx).await?, tx.app().secret().await?)
        };
        let app = Candidate {
            brand: tenant.brand,
            app_id: tenant.app_id.clone(),
            secret,
        };
        let report = self.look(entry, &app, &standing).await;
        self.keep(tenant.id, report).await
    }

    /// The latest look that was kept; `None` before the first, or when a newer release reads it
    /// differently.
    ///
    /// # Errors
    /// Fails when the database cannot be asked.
    pub async fn latest(&self, tenant: TenantId) -> Result<Option<Checked>, StoreError> {
        let tx = self.0.store.scope(&platform(tenant)).read().await?;
        let Some(kept) = tx.onboarding().check().await? else {
            return Ok(None);
        };
        match read_report(&kept.report) {
            Ok(report) => Ok(Some(dated(report, &kept))),
            Err(error) => {
                tracing::info!(%error, %tenant, "a kept report is made anew");
                Ok(None)
            }
        }
    }

    /// What a check needs to know about a tenant.
    ///
    /// # Errors
    /// As [`AppCare::latest`].
    pub async fn standing(&self, tenant: TenantId) -> Result<Standing, StoreError> {
        let tx = self.0.store.scope(&platform(tenant)).read().await?;
        standing(&tx).await
    }

    /// Keeps a look, and the steps that it proves.
    pub(super) async fn keep(
        &self,
        tenant: TenantId,
        report: Report,
    ) -> Result<Checked, CareError> {
        if !report.heard() {
            return Ok(Checked {
                report,
                at: self.now(),
                red_since: None,
            });
        }
        let red = u32::try_from(report.red().count()).unwrap_or(u32::MAX);
        let text = serde_json::to_string(&report)
            .map_err(|_| StoreError::Corrupt { what: "app report" })?;
        let scope = self.0.store.scope(&platform(tenant));
        let kept = writing!(scope, tx => {
            let steps = tx.onboarding();
            for step in proven(&report) {
                steps.reach(step).await?;
            }
            steps.follow_ledger().await?;
            let before = steps.check().await?.map_or(0, |check| check.red);
            let kept = steps.keep_check(red, &text).await?;
            // Only what changes is written down, not every night.
            if (before > 0) != (red > 0) {
                tx.record(&self.turn(tenant, &report)).await?;
            }
            Ok(kept)
        });
        Ok(dated(report, &kept))
    }

    /// The ledger entry of an app that became faulty, or well again.
    fn turn(&self, tenant: TenantId, report: &Report) -> LedgerEntry {
        let faults: Vec<&str> = report.red().map(|one| one.probe.name()).collect();
        let (action, outcome) = if faults.is_empty() {
            ("app.check.green", Outcome::Ok)
        } else {
            ("app.check.red", Outcome::Failed)
        };
        LedgerEntry {
            tenant,
            id: CallId::mint(self.0.clock.as_ref(), self.0.entropy.as_ref()),
            kind: EntryKind::Admin,
            at: self.now(),
            member: None,
            account: None,
            client: None,
            client_name: "check".to_owned(),
            grant: None,
            channel: Channel::Internal,
            action: action.to_owned(),
            effect: String::new(),
            target: Some(report.app_id.clone()),
            policy_version: None,
            decision: None,
            outcome,
            fault: faults.first().map(|probe| (*probe).to_owned()),
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: json!({ "faults": faults }).to_string(),
        }
    }

    async fn take(&self, tenant: TenantId) -> Result<(), CareError> {
        let bucket = BucketKey {
            tenant: Some(tenant),
            scope: BucketScope::Tool("app check".to_owned()),
        };
        if self.0.bus.take(&bucket, PACE, 1).await.allowed {
            Ok(())
        } else {
            Err(CareError::TooOften)
        }
    }
}

async fn standing(tx: &store::TenantTx) -> Result<Standing, StoreError> {
    Ok(Standing {
        sightings: tx.onboarding().sightings().await?,
        administrator: tx
            .members()
            .first_admin()
            .await?
            .map(|member| member.open_id),
    })
}

fn platform(tenant: TenantId) -> Principal {
    Principal::platform(tenant, Purpose::Housekeeping)
}

fn dated(report: Report, kept: &StoredCheck) -> Checked {
    Checked {
        report,
        at: kept.checked_at,
        red_since: kept.red_since,
    }
}

/// The steps that a report proves.
fn proven(report: &Report) -> impl Iterator<Item = Milestone> {
    [
        (ProbeId::Credentials, Milestone::Credentials),
        (ProbeId::Redirect, Milestone::Redirect),
        (ProbeId::Scopes, Milestone::Scopes),
        (ProbeId::Published, Milestone::Published),
    ]
    .into_iter()
    .filter(|(probe, _)| report.status(*probe) == Status::Ok)
    .map(|(_, step)| step)
}
