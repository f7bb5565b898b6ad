//! What a gate is made of.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bus::Bus;
use feishu::{GuardedClient, Hosts, Transport};
use model::{Brand, Clock, ConfirmationId, Entropy, Slug};
use store::Store;
use tools::ToolDef;

use crate::CredentialOptions;

/// Where each brand's open platform is.
pub type HostsFor = Arc<dyn Fn(Brand) -> Hosts + Send + Sync>;

/// Where the bytes for an upload link of a tenant are sent.
pub type UploadAddress = Arc<dyn Fn(&Slug, &str) -> String + Send + Sync>;

/// The page about one question to a member of a tenant.
pub type QuestionLink = Arc<dyn Fn(&Slug, ConfirmationId) -> String + Send + Sync>;

/// Addresses that errors send people to.
#[derive(Clone)]
pub struct Links {
    /// Where a member signs in to Feishu again.
    pub sign_in: Arc<dyn Fn(&Slug) -> String + Send + Sync>,
    /// Where a member sees its connections, and what waits for its agreement.
    pub connections: Arc<dyn Fn(&Slug) -> String + Send + Sync>,
    /// Where a member answers a question about one call.
    pub confirm: QuestionLink,
    /// Where the bytes for an upload link are sent.
    pub upload: UploadAddress,
    /// Origin of Feishu's pages, where it is not the brand's own (the sandbox).
    pub web_host: Option<String>,
}

/// Settings of the gate.
#[derive(Debug, Clone)]
pub struct GateOptions {
    /// Time for a whole tool call.
    pub deadline: Duration,
    /// Time for a call that brings a file along.
    pub upload_deadline: Duration,
    /// Settings of the refresh protocol.
    pub credentials: CredentialOptions,
}

impl Default for GateOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_mins(1),
            upload_deadline: Duration::from_mins(30),
            credentials: CredentialOptions::default(),
        }
    }
}

impl GateOptions {
    /// With a folder for refreshed tokens that the database could not take.
    #[must_use]
    pub fn with_spool(mut self, spool: Option<PathBuf>) -> Self {
        self.credentials.spool = spool;
        self
    }
}

/// What the gate is made of.
pub struct GateParts {
    /// Tenants' data.
    pub store: Store,
    /// Shared buckets and wake-ups.
    pub bus: Bus,
    /// The tools there are.
    pub catalogue: &'static [ToolDef],
    /// The Feishu client.
    pub transport: Transport,
    /// For addresses that callers name.
    pub web: GuardedClient,
    /// Where Feishu is.
    pub hosts: HostsFor,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Addresses for people.
    pub links: Links,
    /// Settings.
    pub options: GateOptions,
}
