//! Looks after the tenants' Feishu apps: live checks, kept for the console, and changes of
//! credentials.
//!
//! The questions and the judgement are [`feishu::app_check`]'s; here they meet the tenant: which
//! secret, which capabilities, whose availability, what was seen before.

/// Runs a block in a writing transaction and commits it, again while others are in the way. A
/// block and not a closure: what it borrows may live as short as it likes, and the future can
/// still be sent to another thread.
macro_rules! writing {
    ($scope:expr, $tx:ident => $work:block) => {{
        let mut attempt = 0_u32;
        loop {
            let $tx = $scope.write().await?;
            let done: Result<_, store::StoreError> = async { $work }.await;
            let done = match done {
                Ok(value) => $tx.commit().await.map(|()| value),
                Err(error) => Err(error),
            };
            match done {
                Err(store::StoreError::Contended) if attempt < 4 => {
                    let pause = std::time::Duration::from_millis(5 << attempt);
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                other => break other?,
            }
        }
    }};
}

mod check;
mod credentials;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use bus::{Bus, Wake};
use feishu::{
    Transport,
    app_check::{Region, Report},
};
use model::{Brand, Capability, Clock, Entropy, Fault, FaultClass, ScopeSet, TenantId, Timestamp};
use store::{Store, StoreError};
use vault::Secret;

pub use check::{Checked, Standing};
pub use credentials::{Act, Rotation, RotationFault};
/// The probes and their results, for those who show them.
pub use feishu::app_check as checks;

use crate::HostsFor;

/// Scopes of the app's own token beside those of [`crate::directory`]: reading its own settings,
/// so that redirect URLs and versions can be checked at all.
const TENANT_SCOPES: &[&str] = &["application:application:self_manage"];

/// The parts that the program wires together.
pub struct AppCareParts {
    /// The store.
    pub store: Store,
    /// Tells the replicas what changed.
    pub bus: Bus,
    /// The pool towards Feishu.
    pub transport: Transport,
    /// Feishu's hosts of a brand.
    pub hosts: HostsFor,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for ids of ledger entries.
    pub entropy: Arc<dyn Entropy>,
    /// The redirect URL that Feishu apps register.
    pub redirect_url: String,
}

/// Keeper of the tenants' Feishu apps. Cheap to clone.
#[derive(Clone)]
pub struct AppCare(Arc<AppCareParts>);

impl fmt::Debug for AppCare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppCare")
    }
}

/// An app that is tried out, stored or not.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Brand, as chosen.
    pub brand: Brand,
    /// `cli_…`.
    pub app_id: String,
    /// Its secret.
    pub secret: Secret,
}

/// Why a check has no result.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The tenant has no app yet.
    #[error("the tenant has no app yet")]
    NoApp,
    /// Checks of this tenant come too fast.
    #[error("the app is checked too often")]
    TooOften,
    /// The store failed.
    #[error("the app's check could not be kept")]
    Store(#[from] StoreError),
}

impl Fault for CareError {
    fn class(&self) -> FaultClass {
        match self {
            Self::NoApp => FaultClass::Missing,
            Self::TooOften => FaultClass::Limit,
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoApp => "no_app",
            Self::TooOften => "too_often",
            Self::Store(error) => error.code(),
        }
    }
}

impl AppCare {
    /// Over `parts`.
    pub fn new(parts: AppCareParts) -> Self {
        Self(Arc::new(parts))
    }

    /// The redirect URL that Feishu apps register.
    pub fn redirect_url(&self) -> &str {
        &self.0.redirect_url
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    async fn announce(&self, tenant: TenantId) {
        self.0.store.tenant_changed(tenant).await;
        if let Err(error) = self.0.bus.publish(Wake::TenantChanged { tenant }).await {
            tracing::warn!(%error, "a changed app could not be announced");
        }
    }
}

/// The console in which an app of a brand is mended.
pub const fn region(brand: Brand) -> Region {
    match brand {
        Brand::Feishu => Region::Feishu,
        Brand::Lark => Region::Lark,
    }
}

/// Scopes of user tokens that a selection of capabilities needs, and those of the app's own token.
pub fn wanted_scopes(capabilities: &[Capability]) -> (ScopeSet, ScopeSet) {
    let own = TENANT_SCOPES.iter().chain(crate::directory::SCOPES);
    let own = own.map(|name| (*name).to_owned());
    (Capability::scopes_of(capabilities), own.collect())
}

/// Reads a report that was kept.
fn read_report(text: &str) -> Result<Report, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { what: "app report" })
}
