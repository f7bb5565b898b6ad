//! What the handlers share.

use std::{ops::Deref, sync::Arc};

use automation::Automation;
use bus::Bus;
use calls::{Gate, app_care::AppCare, directory::DirectoryCare, events::EventCare};
use edge::{Attempts, Authenticator, Connections, Urls};
use model::{Clock, Entropy};
use store::{Store, StoreError};

use crate::health::{Health, Looked};

/// Choices of the operator.
#[derive(Debug, Clone, Default)]
pub struct WebOptions {
    /// The front page lists all organisations. Only for development: a public service keeps the
    /// list of its customers to itself.
    pub list_organisations: bool,
    /// Everybody may make an account of the console; otherwise whoever was invited.
    pub sign_up: bool,
    /// Operators prove a second factor before they come in.
    pub operator_second_factor: bool,
    /// Version of the program, for the front page.
    pub version: String,
}

/// The parts that the program wires together.
pub struct WebParts {
    /// The store.
    pub store: Store,
    /// Page sessions.
    pub auth: Authenticator,
    /// Ends connections, makes and ends keys.
    pub connections: Connections,
    /// Checks Feishu apps and changes their credentials.
    pub apps: AppCare,
    /// Runs tools, for those who try them.
    pub gate: Gate,
    /// What replicas share.
    pub bus: Bus,
    /// Looks at the enterprises and gives the roles that follow.
    pub directory: DirectoryCare,
    /// Takes events of Feishu.
    pub events: EventCare,
    /// Runs rules.
    pub rules: Automation,
    /// Counts attempts to sign in.
    pub attempts: Attempts,
    /// Public addresses.
    pub urls: Urls,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Choices.
    pub options: WebOptions,
}

/// State of the router; cheap to clone.
#[derive(Clone)]
pub struct WebState(Arc<WebParts>, Arc<Health>);

impl WebState {
    /// State over `parts`.
    pub fn new(parts: WebParts) -> Self {
        Self(Arc::new(parts), Arc::default())
    }
}

impl WebState {
    /// How the components are, looked at a short while ago at most.
    pub(crate) async fn health(&self) -> Arc<Looked> {
        self.1.look(self).await
    }

    /// Delivered calls of this month over all `tenants`; `true` when some were not counted, and
    /// `None` while many are counted for the first time.
    pub(crate) async fn all_calls(&self, tenants: u64) -> Result<Option<(u64, bool)>, StoreError> {
        self.1.calls(self, tenants).await
    }
}

impl WebState {
    /// The latest looks.
    pub(crate) fn own_health(&self) -> &Health {
        &self.1
    }
}

impl Deref for WebState {
    type Target = WebParts;

    fn deref(&self) -> &WebParts {
        &self.0
    }
}
