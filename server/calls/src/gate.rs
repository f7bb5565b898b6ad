//! The gate.

mod parts;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use feishu::{Meter, Session};
use model::{
    CallId, EntryKind, Fault as _, Principal, Timestamp,
    policy::{self, CallTool, Caller, Effect, Permit},
};
use serde_json::Value;
use store::{StoreError, TenantEntry};
use tools::{ErrorKind, Paces, RefCache, ToolCx, ToolDef, ToolError, ToolOutput};

pub use self::parts::{GateOptions, GateParts, HostsFor, Links};
use crate::{
    CallReply, CallRequest, Credentials, Profile,
    authorize::{self, Refused},
    credentials::{CredentialFault, OpenGrant},
    facts,
    limits::{Limiter, Refusal},
    record::{Story, outcome},
    redact, run,
    uploads::Minter,
    words,
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
        };
        let result = self.steps(principal, request, began, &mut story).await;
        if story.log_id.is_none() {
            story.log_id = result.as_ref().err().and_then(|error| error.log_id.clone());
        }
        let now = self.parts.clock.now();
        let entry = story.entry(EntryKind::Call, principal, began, now, Some(&result));
        let result = match self.parts.store.ledger().record(entry).await {
            Ok(_seq) => result,
            Err(error) => {
                tracing::error!(%error, call.id = %id, "a call could not be recorded");
                Err(words::unrecorded(principal.locale()))
            }
        };
        CallReply {
            call_id: id,
            outcome: outcome(&result),
            result,
        }
    }

    async fn steps(
        &self,
        principal: &Principal,
        request: CallRequest,
        began: Timestamp,
        story: &mut Story,
    ) -> Result<ToolOutput, ToolError> {
        let locale = principal.locale();
        let broken = |error: StoreError| {
            tracing::error!(%error, code = error.code(), "the gate could not read its data");
            ToolError::internal(locale)
        };
        let directory = self.parts.store.directory();
        let entry = directory.by_id(principal.tenant()).await.map_err(broken)?;
        let Some(entry) = entry else {
            return Err(words::unknown_tool(locale));
        };
        let mut tools = self.parts.catalogue.iter();
        let Some(tool) = tools.find(|tool| tool.name() == request.tool) else {
            return Err(words::unknown_tool(locale));
        };
        let allowed = authorize::call(
            &entry.rules,
            principal,
            tool,
            &request.arguments,
            request.profile,
        );
        story.policy_version = Some(entry.rules.version);
        let allowed = allowed.map_err(|refused| match refused {
            Refused::Arguments(error) => error,
            Refused::Profile => {
                story.decision = Some("profile");
                words::left_out(locale)
            }
            Refused::Rule(reason) => {
                story.decision = Some(reason.name());
                ToolError::refused(reason, locale)
            }
        })?;
        story.decision = Some("allowed");
        story.effect = Some(allowed.effect);
        debug_assert_eq!(allowed.permit.tenant(), principal.tenant());

        let left = match self.limiter.take(&entry.tenant, principal, began).await {
            Ok(left) => left,
            Err(Refusal::Limited(error)) => return Err(error),
            Err(Refusal::Store(error)) => return Err(broken(error)),
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
        if allowed.effect != Effect::Read {
            let intent = story.entry(EntryKind::Intent, principal, began, began, None);
            if let Err(error) = self.parts.store.ledger().record(intent).await {
                tracing::error!(%error, "an intent could not be recorded");
                return Err(words::unrecorded(locale));
            }
        }
        let result = self
            .run(
                &entry,
                principal,
                (tool, allowed.effect, Arc::new(allowed.permit)),
                request,
                grant,
                &meter,
                left,
            )
            .await;
        // What the call turned out to mean may lie where the rules forbid it.
        if let Some(reason) = result.as_ref().err().and_then(ToolError::reason) {
            story.decision = Some(reason.name());
        }
        story.upstream_calls = meter.calls();
        story.log_id = meter.last_log_id();
        result
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the last step needs what all others found"
    )]
    async fn run(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        (tool, effect, permit): (&'static ToolDef, Effect, Arc<Permit<CallTool>>),
        request: CallRequest,
        grant: OpenGrant,
        meter: &Arc<Meter>,
        left: Option<u64>,
    ) -> Result<ToolOutput, ToolError> {
        let again = request.arguments.clone();
        let mut cx = self.context(entry, principal, &request, &grant, left);
        let facts = tool.spec().facts(effect);
        cx.fence = policy::fence(&entry.rules, &Caller::from(principal), &facts).map(Arc::new);
        if effect != Effect::Read {
            cx.uploads = Some(Arc::new(self.minter(entry, principal, permit)));
        }
        let deadline = match &request.incoming {
            Some(_) => self.parts.options.upload_deadline,
            None => self.parts.options.deadline,
        };
        let result = run::tool(tool, &cx, request.arguments, deadline).await;
        let Err(error) = &result else { return result };
        // Feishu may refuse a token long before its written end; only a refresh tells whether the
        // sign-in has ended.
        if error.kind != ErrorKind::Reauthorize {
            return result.map_err(|error| self.with_link(entry, error));
        }
        // Reading may be repeated, and so may what was refused before anything else was asked.
        let repeatable = effect == Effect::Read || meter.calls() <= 1;
        let renewed = self
            .credentials
            .renew(entry, principal, Arc::clone(meter), grant.version);
        match renewed.await {
            Ok(_) if !repeatable => Err(words::interrupted(principal.locale())),
            Ok(grant) => {
                cx.feishu = grant.session;
                let result = run::tool(tool, &cx, again, deadline).await;
                result.map_err(|error| match error.kind {
                    ErrorKind::Reauthorize => self.reauthorize(entry, principal),
                    _ => self.with_link(entry, error),
                })
            }
            Err(fault) if !repeatable => {
                let error = self.refused(entry, principal, fault);
                Err(words::half_done(error, principal.locale()))
            }
            Err(fault) => Err(self.refused(entry, principal, fault)),
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

    fn context(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        request: &CallRequest,
        grant: &OpenGrant,
        left: Option<u64>,
    ) -> ToolCx {
        let web_host = self.parts.links.web_host.as_deref();
        ToolCx {
            feishu: grant.session.clone(),
            clock: Arc::clone(&self.parts.clock),
            entropy: Arc::clone(&self.parts.entropy),
            now: self.parts.clock.now(),
            locale: principal.locale(),
            facts: facts::of(entry, principal, Arc::clone(&grant.scopes), left, web_host),
            progress: request.progress.clone(),
            cancel: request.cancel.clone(),
            refs: self.refs.scoped(principal.tenant(), principal.member()),
            pace: self.paces.of(principal.tenant()),
            fence: None,
            web: self.parts.web.clone(),
            uploads: None,
            incoming: request.incoming.clone(),
        }
    }

    fn minter(
        &self,
        entry: &TenantEntry,
        principal: &Principal,
        permit: Arc<Permit<CallTool>>,
    ) -> Minter {
        Minter {
            store: self.parts.store.clone(),
            clock: Arc::clone(&self.parts.clock),
            entropy: Arc::clone(&self.parts.entropy),
            address: Arc::clone(&self.parts.links.upload),
            slug: entry.tenant.slug.clone(),
            principal: principal.clone(),
            permit,
        }
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
                let chinese = locale == model::Locale::Zh;
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
