//! The gate.

mod attempt;
mod confirm;
mod parts;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;

use feishu::{Meter, Session};
use model::{CallId, EntryKind, Fault as _, Locale, Principal, Timestamp, policy::Effect};
use serde_json::Value;
use store::{StoreError, TenantEntry};
use tools::{ErrorKind, Paces, RefCache, ToolDef, ToolError};

pub use self::confirm::{Answered, AnsweredBy, Question};
pub use self::parts::{GateOptions, GateParts, HostsFor, Links, QuestionLink, UploadAddress};
use self::{attempt::Attempt, confirm::Done};
use crate::{
    CallReply, CallRequest, Credentials, Profile, Via,
    authorize::{self, Refused},
    credentials::{CredentialFault, OpenGrant},
    limits::{Limiter, Refusal},
    record::{Story, outcome},
    redact, words,
};

/// The one way to a tool. Cheap to clone.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    parts: GateParts,
    limiter: Limiter,
    credentials: Credentials,
    refs: RefCache,
    paces: Paces,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl Gate {
    /// Puts the gate together.
    pub fn new(parts: GateParts) -> Self {
        let limiter = Limiter::new(parts.store.clone(), parts.bus.clone());
        let credentials = Credentials::new(
            parts.store.clone(),
            parts.bus.clone(),
            parts.transport.clone(),
            &parts.hosts,
            Arc::clone(&parts.clock),
            Arc::clone(&parts.entropy),
            parts.options.credentials.clone(),
        );
        Self(Arc::new(Inner {
            parts,
            limiter,
            credentials,
            refs: RefCache::new(),
            paces: Paces::new(),
        }))
    }

    /// The keeper of Feishu tokens, for the jobs that keep them alive.
    pub fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// The tenant and rules of a principal; `None` when the tenant is gone.
    pub async fn tenant(
        &self,
        principal: &Principal,
    ) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        self.0
            .parts
            .store
            .directory()
            .by_id(principal.tenant())
            .await
    }

    /// The tools that a rule may call, in the catalogue's order and then those of rules alone.
    pub fn for_rules(&self) -> impl Iterator<Item = &'static ToolDef> {
        self.0.parts.catalogue.iter().chain(tools::for_rules())
    }

    /// The tools that the principal may call in some way, in the catalogue's order: decided by the
    /// same function that guards the call.
    pub fn visible(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        profile: Profile,
    ) -> Vec<&'static ToolDef> {
        let tools = self.0.parts.catalogue.iter();
        tools
            .filter(|tool| authorize::visible(&entry.rules, principal, tool, profile))
            .collect()
    }

    /// Calls a tool. The work goes on in a task of its own: a caller that goes away loses the
    /// answer, never the record.
    pub async fn call(&self, principal: &Principal, request: CallRequest) -> CallReply {
        let inner = Arc::clone(&self.0);
        let principal = principal.clone();
        let locale = principal.locale();
        let id = CallId::mint(&*self.0.parts.clock, &*self.0.parts.entropy);
        let work = tokio::spawn(async move { inner.recorded(id, &principal, request).await });
        work.await.unwrap_or_else(|_panic| {
            let result = Err(ToolError::internal(locale));
            CallReply {
                call_id: id,
                outcome: outcome(&result),
                result,
                asked: None,
            }
        })
    }
}

impl Inner {
    /// Runs the steps, and commits the entry before the result is given.
    async fn recorded(&self, id: CallId, principal: &Principal, request: CallRequest) -> CallReply {
        let began = self.parts.clock.now();
        let mut story = Story {
            id,
            tool: request.tool.chars().take(64).collect(),
            effect: None,
            detail: redact::arguments(&request.arguments, request.via),
            policy_version: None,
            decision: None,
            upstream_calls: 0,
            log_id: None,
            confirmation: None,
            unconfirmed: None,
        };
        let mut asked = None;
        let result = match self.steps(principal, request, began, &mut story).await {
            Ok(Done::Ran(output)) => Ok(output),
            Ok(Done::Declined) => Ok(words::declined(principal.locale())),
            Ok(Done::Asked(question)) => {
                let now = self.parts.clock.now();
                let output = words::asked(&question, &story.tool, now, principal.locale());
                asked = Some(question);
                Ok(output)
            }
            Err(error) => Err(error),
        };
        if story.log_id.is_none() {
            story.log_id = result.as_ref().err().and_then(|error| error.log_id.clone());
        }
        let now = self.parts.clock.now();
        let entry = story.entry(EntryKind::Call, principal, began, now, Some(&result));
        let result = match self.parts.store.ledger().record(entry).await {
            Ok(_seq) => result,
            Err(error) => {
                tracing::error!(%error, call.id = %id, "a call could not be recorded");
                asked = None;
                Err(words::unrecorded(principal.locale()))
            }
        };
        CallReply {
            call_id: id,
            outcome: story.outcome(&result),
            result,
            asked,
        }
    }

    async fn steps(
        &self,
        principal: &Principal,
        request: CallRequest,
        began: Timestamp,
        story: &mut Story,
    ) -> Result<Done, ToolError> {
        let locale = principal.locale();
        let entry = self.entry(principal).await?;
        // What only rules do is in no client's list.
        let own = match principal.service() {
            Some(_) => tools::for_rules(),
            None => &[],
        };
        let own = own.iter().find(|tool| tool.name() == request.tool);
        let Some(tool) = self.tool(&request.tool).or(own) else {
            return Err(words::unknown_tool(locale));
        };
        let profile = request.profile;
        let allowed = match request.via {
            Via::Watch => authorize::watch(&entry.rules, principal, tool, profile),
            _ => authorize::call(&entry.rules, principal, tool, &request.arguments, profile),
        };
        story.policy_version = Some(entry.rules.version);
        let allowed = allowed.map_err(|refused| {
            match &refused {
                Refused::Arguments(_) => {}
                Refused::Profile => story.decision = Some("profile"),
                Refused::Rule(reason) => story.decision = Some(reason.name()),
            }
            in_words(refused, locale)
        })?;
        story.decision = Some("allowed");
        story.effect = Some(allowed.effect);
        debug_assert_eq!(allowed.permit.tenant(), principal.tenant());

        let left = match self.limiter.take(&entry.tenant, principal, began).await {
            Ok(left) => left,
            Err(Refusal::Limited(error)) => return Err(error),
            Err(Refusal::Store(error)) => return Err(broken(&error, locale)),
        };
        let meter = Arc::new(Meter::default());
        let opened = if tool.spec().open_world {
            let session = Arc::clone(&meter);
            self.credentials.open(&entry, principal, session).await
        } else {
            self.without_feishu(&entry, principal, &meter).await
        };
        let grant = match opened {
            Ok(grant) => grant,
            Err(fault) => return Err(self.refused(&entry, principal, fault)),
        };
        let attempt = Attempt {
            gate: self,
            entry: &entry,
            principal,
            tool,
            effect: allowed.effect,
            request: &request,
            grant: &grant,
            meter: &meter,
            left,
            permit: Arc::new(allowed.permit),
        };
        let done = self
            .attempted(&attempt, allowed.needs_confirmation, began, story)
            .await;
        // What the call turned out to mean may lie where the rules forbid it.
        if let Some(reason) = done.as_ref().err().and_then(ToolError::reason) {
            story.decision = Some(reason.name());
        }
        story.upstream_calls = meter.calls();
        story.log_id = meter.last_log_id();
        done
    }

    /// The tenant and rules of a principal.
    async fn entry(&self, principal: &Principal) -> Result<Arc<TenantEntry>, ToolError> {
        let locale = principal.locale();
        let directory = self.parts.store.directory();
        let entry = directory.by_id(principal.tenant()).await;
        entry
            .map_err(|error| broken(&error, locale))?
            .ok_or_else(|| words::unknown_tool(locale))
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDef> {
        let mut tools = self.parts.catalogue.iter();
        tools.find(|tool| tool.name() == name)
    }

    /// Runs it, once a person has agreed where that is needed.
    async fn attempted(
        &self,
        attempt: &Attempt<'_>,
        needs_confirmation: bool,
        began: Timestamp,
        story: &mut Story,
    ) -> Result<Done, ToolError> {
        if needs_confirmation && let Some(done) = self.confirm(attempt, story).await? {
            return Ok(done);
        }
        self.announce(attempt.principal, attempt.effect, began, story)
            .await?;
        attempt.run().await.map(Done::Ran)
    }

    /// Records that a call which changes something is about to run.
    async fn announce(
        &self,
        principal: &Principal,
        effect: Effect,
        began: Timestamp,
        story: &Story,
    ) -> Result<(), ToolError> {
        if effect == Effect::Read {
            return Ok(());
        }
        let intent = story.entry(EntryKind::Intent, principal, began, began, None);
        match self.parts.store.ledger().record(intent).await {
            Ok(_seq) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "an intent could not be recorded");
                Err(words::unrecorded(principal.locale()))
            }
        }
    }

    /// For tools that never ask Feishu: they work without a living grant, and wait for none.
    async fn without_feishu(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        meter: &Arc<Meter>,
    ) -> Result<OpenGrant, CredentialFault> {
        let hosts = Arc::new((self.parts.hosts)(entry.tenant.brand));
        let transport = self.parts.transport.clone();
        Ok(OpenGrant {
            scopes: self.credentials.granted(principal).await?,
            session: Session::new(transport, hosts, "", Arc::clone(meter)),
            version: 0,
        })
    }

    fn reauthorize(&self, entry: &TenantEntry, principal: &Principal) -> ToolError {
        words::sign_in(
            &(self.parts.links.sign_in)(&entry.tenant.slug),
            principal.locale(),
        )
    }

    /// A missing scope is granted by signing in again.
    fn with_link(&self, entry: &TenantEntry, error: ToolError) -> ToolError {
        if error.kind != ErrorKind::MissingScope {
            return error;
        }
        let link = (self.parts.links.sign_in)(&entry.tenant.slug);
        error.with_detail("link", Value::String(link))
    }

    fn refused(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        fault: CredentialFault,
    ) -> ToolError {
        let locale = principal.locale();
        match fault {
            CredentialFault::SignInNeeded => self.reauthorize(entry, principal),
            CredentialFault::AppConfig(diagnosis) | CredentialFault::Person(diagnosis) => {
                let chinese = locale == Locale::Zh;
                ToolError::new(ErrorKind::Upstream, diagnosis.text(chinese))
                    .with_detail("diagnosis", diagnosis.name())
            }
            CredentialFault::Unavailable { log_id } => words::unavailable(log_id, locale),
            CredentialFault::Store(error) => {
                tracing::error!(%error, "a Feishu grant could not be read");
                ToolError::internal(locale)
            }
        }
    }
}

/// A refusal of the rules, as the caller is told.
fn in_words(refused: Refused, locale: Locale) -> ToolError {
    match refused {
        Refused::Arguments(error) => error,
        Refused::Profile => words::left_out(locale),
        Refused::Rule(reason) => ToolError::refused(reason, locale),
    }
}

fn broken(error: &StoreError, locale: Locale) -> ToolError {
    tracing::error!(%error, code = error.code(), "the gate could not read its data");
    ToolError::internal(locale)
}
