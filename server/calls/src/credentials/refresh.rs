//! The refresh protocol: one winner per grant, nothing lost on an unclear answer.
//!
//! Feishu's refresh token works once and the old one dies with it, so the steps are: take the lease
//! (the intent, and the proof that the database can be written), ask Feishu within a deadline that
//! is shorter than the lease, store the answer by compare-and-swap on the version, and only then
//! use it. Only Feishu's clear word ends a grant, and only after the row was read again: for as long
//! as another holder's answer may take, where there may be another holder.

use std::{sync::Arc, time::Duration};

use feishu::{Diagnosis, TokenFault, TokenFaultClass, UserTokens};
use model::{
    AttemptId, Brand, CallId, Channel, EntryKind, FeishuGrantState, LedgerEntry, Outcome, Timestamp,
};
use store::{FeishuGrant, FeishuTokens, Sealer, StoreError, TenantEntry};
use vault::Secret;

use super::{CredentialFault, Inner, Key, Opened};

/// Pause between two looks at the row of another holder.
const POLL: Duration = Duration::from_millis(50);

/// The tenant's app, as far as a refresh needs it.
#[derive(Debug, Clone)]
pub(super) struct AppOf {
    pub(super) app_id: String,
    pub(super) brand: Brand,
}

impl AppOf {
    pub(super) fn of(entry: &TenantEntry) -> Self {
        Self {
            app_id: entry.tenant.app_id.clone(),
            brand: entry.tenant.brand,
        }
    }
}

/// A lease, and what is needed while it lasts.
struct Lease {
    attempt: AttemptId,
    /// What was known when it was taken. `Valid` says that no earlier attempt on this version is
    /// without an answer: nobody else can hold its successor.
    state: FeishuGrantState,
    secret: Secret,
    sealer: Sealer,
}

/// How one attempt ended.
enum Attempt {
    /// Read the row again.
    Again,
    /// A new pair is stored.
    Stored,
    /// It failed.
    Failed(CredentialFault),
}

impl Inner {
    /// Brings a member's grant beyond version `seen`.
    pub(super) async fn refresh(
        self: Arc<Self>,
        key: Key,
        app: AppOf,
        seen: i64,
    ) -> Result<Arc<Opened>, CredentialFault> {
        let flight = self.flight(key);
        let _alone = flight.lock().await;
        let give_up = tokio::time::Instant::now() + self.options.lease;
        loop {
            let now = self.clock.now();
            if let Some(known) = self.opened.get(&key)
                && known.version > seen
                && known.is_alive(now)
            {
                return Ok(known);
            }
            let grant = self.load(key).await?.ok_or(CredentialFault::SignInNeeded)?;
            if grant.version > seen && grant.tokens.access_expires_at > now {
                return Ok(self.remember(key, &grant));
            }
            let over = grant.state == FeishuGrantState::NeedsReauth;
            if over || grant.tokens.refresh_token.is_none() {
                return Err(CredentialFault::SignInNeeded);
            }
            if let Some(fault) = self.rests(key) {
                return Err(fault);
            }
            if grant.lease.is_some() {
                if tokio::time::Instant::now() >= give_up {
                    return Err(CredentialFault::Unavailable { log_id: None });
                }
                tokio::time::sleep(POLL).await;
                continue;
            }
            if self
                .adopt(key, grant.version)
                .await
                .map_err(CredentialFault::Store)?
            {
                continue;
            }
            match self.attempt(key, &app, &grant).await {
                Attempt::Again => {}
                Attempt::Stored => self.announce(key).await,
                Attempt::Failed(fault) => return Err(fault),
            }
            if tokio::time::Instant::now() >= give_up {
                return Err(CredentialFault::Unavailable { log_id: None });
            }
        }
    }

    async fn attempt(self: &Arc<Self>, key: Key, app: &AppOf, grant: &FeishuGrant) -> Attempt {
        let lease = match self.lease(key, grant.version).await {
            Ok(Some(lease)) => lease,
            Ok(None) => return Attempt::Again,
            Err(error) => return Attempt::Failed(CredentialFault::Store(error)),
        };
        let Some(token) = &grant.tokens.refresh_token else {
            return Attempt::Failed(CredentialFault::SignInNeeded);
        };
        let secret = lease.secret.clone();
        match self.exchange(key, app, secret, token).await {
            Some(Ok(answer)) => self.keep(key, &lease, &answer).await,
            Some(Err(fault)) => self.judge(key, grant, &lease, &fault).await,
            None => self.unclear(key, grant, &lease, None).await,
        }
    }

    /// Takes the lease; `None` when somebody else was faster.
    async fn lease(&self, key: Key, version: i64) -> Result<Option<Lease>, StoreError> {
        let attempt = AttemptId::mint(self.clock.as_ref(), self.entropy.as_ref());
        let life = self.options.lease;
        self.writing(key, move |tx| {
            Box::pin(async move {
                let grants = tx.feishu_grants();
                let until = tx.now() + life;
                if !grants.take_lease(key.1, version, attempt, until).await? {
                    return Ok(None);
                }
                let Some(held) = grants.get(key.1).await? else {
                    return Ok(None);
                };
                Ok(Some(Lease {
                    attempt,
                    state: held.state,
                    secret: tx.app().secret().await?,
                    sealer: grants.sealer(key.1, version).await?,
                }))
            })
        })
        .await
    }

    async fn keep(self: &Arc<Self>, key: Key, lease: &Lease, answer: &UserTokens) -> Attempt {
        let now = self.clock.now();
        let pair = FeishuTokens {
            access_token: Secret::new(answer.access_token.as_str()),
            access_expires_at: now + Duration::from_secs(answer.expires_in),
            refresh_token: answer
                .refresh_token
                .as_ref()
                .map(|token| Secret::new(token.as_str())),
            refresh_expires_at: answer
                .refresh_expires_in
                .map(|seconds| now + Duration::from_secs(seconds)),
            scope: answer.scope.clone(),
        };
        let stored = match lease.sealer.seal(&pair, now) {
            Ok(next) => self.persist(Arc::new(next)).await,
            Err(error) => Err(error),
        };
        match stored {
            // A sign-in came in between: what it stored is newer.
            Ok(false) => Attempt::Again,
            Ok(true) => {
                self.resting.invalidate(&key);
                Attempt::Stored
            }
            Err(error) => Attempt::Failed(CredentialFault::Store(error)),
        }
    }

    async fn judge(
        self: &Arc<Self>,
        key: Key,
        grant: &FeishuGrant,
        lease: &Lease,
        fault: &TokenFault,
    ) -> Attempt {
        let diagnosis = Diagnosis::of_token_fault(fault);
        let log_id = fault.log_id.clone();
        match fault.class {
            TokenFaultClass::GrantDead => self.dead(key, grant, lease, fault).await,
            TokenFaultClass::AppConfig => {
                self.settle(key, grant, lease, lease.state, fault.code)
                    .await;
                Attempt::Failed(CredentialFault::AppConfig(diagnosis))
            }
            TokenFaultClass::Person => {
                self.settle(key, grant, lease, lease.state, fault.code)
                    .await;
                Attempt::Failed(CredentialFault::Person(diagnosis))
            }
            // A code is an answer: Feishu says that it did nothing. Without one nobody knows.
            TokenFaultClass::Unclear if fault.code == 0 => {
                self.unclear(key, grant, lease, log_id).await
            }
            // The token is of another app than the tenant's: a sign-in helps, but the token may be
            // as good as ever for the app that it came from.
            TokenFaultClass::CodeDead => {
                self.settle(key, grant, lease, lease.state, fault.code)
                    .await;
                self.rest(key, CredentialFault::SignInNeeded)
            }
            _ => {
                self.settle(key, grant, lease, lease.state, fault.code)
                    .await;
                self.rest(key, CredentialFault::Unavailable { log_id })
            }
        }
    }

    async fn unclear(
        &self,
        key: Key,
        grant: &FeishuGrant,
        lease: &Lease,
        log_id: Option<String>,
    ) -> Attempt {
        self.settle(key, grant, lease, FeishuGrantState::Uncertain, 0)
            .await;
        self.rest(key, CredentialFault::Unavailable { log_id })
    }

    /// Feishu says that the refresh token is dead. Perhaps another holder of it has the answer and
    /// is about to store it: then the row is watched for as long as that may take.
    async fn dead(
        self: &Arc<Self>,
        key: Key,
        grant: &FeishuGrant,
        lease: &Lease,
        fault: &TokenFault,
    ) -> Attempt {
        let watch = match lease.state {
            FeishuGrantState::Valid => Duration::ZERO,
            _ => self.options.reread,
        };
        let until = tokio::time::Instant::now() + watch;
        loop {
            if matches!(self.adopt(key, grant.version).await, Ok(true)) {
                return Attempt::Again;
            }
            match self.load(key).await {
                Ok(Some(row)) if row.version == grant.version => {}
                Ok(_) => return Attempt::Again,
                Err(_) => {}
            }
            if tokio::time::Instant::now() >= until {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        let over = FeishuGrantState::NeedsReauth;
        if !self.settle(key, grant, lease, over, fault.code).await {
            // The lease is another's by now, and so is the last word.
            return Attempt::Again;
        }
        self.audit(key, fault).await;
        self.announce(key).await;
        Attempt::Failed(CredentialFault::SignInNeeded)
    }

    /// Ends the attempt in the row. When that fails the lease passes, and the row counts as
    /// uncertain by itself.
    async fn settle(
        &self,
        key: Key,
        grant: &FeishuGrant,
        lease: &Lease,
        state: FeishuGrantState,
        code: i64,
    ) -> bool {
        let (version, attempt) = (grant.version, lease.attempt);
        let settled = self.writing(key, move |tx| {
            Box::pin(async move {
                let grants = tx.feishu_grants();
                grants.settle(key.1, version, attempt, state, code).await
            })
        });
        tracing::warn!(tenant = %key.0, state = state.name(), code, "a refresh did not succeed");
        settled.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a refresh attempt could not be settled");
            false
        })
    }

    /// Lets the grant rest: until then everybody hears what this attempt heard.
    fn rest(&self, key: Key, fault: CredentialFault) -> Attempt {
        let until: Timestamp = self.clock.now() + self.options.rest;
        self.resting.insert(key, (until, fault.clone()));
        Attempt::Failed(fault)
    }

    /// The end of a grant is written down: the member will ask why.
    async fn audit(&self, key: Key, fault: &TokenFault) {
        let entry = LedgerEntry {
            tenant: key.0,
            id: CallId::mint(self.clock.as_ref(), self.entropy.as_ref()),
            kind: EntryKind::FeishuGrant,
            at: self.clock.now(),
            member: Some(key.1),
            account: None,
            client: None,
            client_name: "refresh".to_owned(),
            grant: None,
            channel: Channel::Internal,
            action: "feishu_grant.needs_reauth".to_owned(),
            effect: "write".to_owned(),
            target: None,
            policy_version: None,
            decision: None,
            outcome: Outcome::Reauthorize,
            fault: Some(fault.code.to_string()),
            feishu_log_id: fault.log_id.clone(),
            upstream_calls: 1,
            duration_us: 0,
            detail: "{}".to_owned(),
        };
        if let Err(error) = self.store.ledger().record(entry).await {
            tracing::error!(%error, "the end of a grant could not be recorded");
        }
    }
}
