//! Step 3: the member's Feishu session.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bus::Bus;
use feishu::{Diagnosis, Meter, Session, Transport};
use model::{Clock, Entropy, FeishuGrantState, Principal};
use store::{Store, StoreError, TenantEntry};

use crate::HostsFor;

/// Settings of the refresh protocol.
#[derive(Debug, Clone)]
pub struct CredentialOptions {
    /// Folder for sealed successors while the database is away.
    pub spool: Option<PathBuf>,
    /// How long an attempt holds its lease; longer than any token call.
    pub lease: Duration,
    /// Deadline of a token call.
    pub call_deadline: Duration,
    /// How long a used-up answer is compared with the stored version before it is believed.
    pub reread: Duration,
}

impl Default for CredentialOptions {
    fn default() -> Self {
        Self {
            spool: None,
            lease: Duration::from_secs(30),
            call_deadline: Duration::from_secs(20),
            reread: Duration::from_secs(20),
        }
    }
}

/// Keeper of Feishu tokens. Cheap to clone.
#[derive(Clone)]
pub struct Credentials {
    store: Store,
    transport: Transport,
    hosts: HostsFor,
}

/// A session in a member's name.
#[derive(Debug, Clone)]
pub(crate) struct OpenGrant {
    pub(crate) session: Session,
    pub(crate) scopes: Arc<[String]>,
    pub(crate) version: i64,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum CredentialFault {
    SignInNeeded,
    AppConfig(Diagnosis),
    Person(Diagnosis),
    Unavailable { log_id: Option<String> },
    Store(StoreError),
}

impl Credentials {
    pub(crate) fn new(
        store: Store,
        _bus: Bus,
        transport: Transport,
        hosts: HostsFor,
        _clock: Arc<dyn Clock>,
        _entropy: Arc<dyn Entropy>,
        _options: CredentialOptions,
    ) -> Self {
        Self {
            store,
            transport,
            hosts,
        }
    }

    pub(crate) async fn open(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        meter: Arc<Meter>,
    ) -> Result<OpenGrant, CredentialFault> {
        let member = principal.member().ok_or(CredentialFault::SignInNeeded)?;
        let tx = self
            .store
            .scope(principal)
            .read()
            .await
            .map_err(CredentialFault::Store)?;
        let grant = tx
            .feishu_grants()
            .get(member)
            .await
            .map_err(CredentialFault::Store)?;
        let grant = grant
            .filter(|grant| grant.state != FeishuGrantState::NeedsReauth)
            .ok_or(CredentialFault::SignInNeeded)?;
        let hosts = Arc::new((self.hosts)(entry.tenant.brand));
        let token = grant.tokens.access_token.expose();
        Ok(OpenGrant {
            session: Session::new(self.transport.clone(), hosts, token, meter),
            scopes: grant.tokens.scope.split(' ').map(str::to_owned).collect(),
            version: grant.version,
        })
    }

    pub(crate) async fn renew(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        meter: Arc<Meter>,
        _seen: i64,
    ) -> Result<OpenGrant, CredentialFault> {
        self.open(entry, principal, meter).await
    }
}
