//! One attempt of a call: what a tool is given, and a second time when Feishu ended the access
//! token.

use std::{sync::Arc, time::Duration};

use feishu::Meter;
use futures::future::BoxFuture;
use model::{
    Principal,
    policy::{self, CallTool, Caller, Effect, Permit},
};
use serde_json::Value;
use store::TenantEntry;
use tools::{ErrorKind, ToolCx, ToolDef, ToolError, ToolOutput};

use super::Inner;
use crate::{CallRequest, Via, credentials::OpenGrant, facts, run, uploads::Minter, words};

/// What the last steps need of all that the steps before them found.
pub(super) struct Attempt<'a> {
    pub(super) gate: &'a Inner,
    pub(super) entry: &'a TenantEntry,
    pub(super) principal: &'a Principal,
    pub(super) tool: &'static ToolDef,
    pub(super) effect: Effect,
    pub(super) request: &'a CallRequest,
    pub(super) grant: &'a OpenGrant,
    pub(super) meter: &'a Arc<Meter>,
    pub(super) left: Option<u64>,
    pub(super) permit: Arc<Permit<CallTool>>,
}

impl Attempt<'_> {
    /// Runs the tool.
    pub(super) async fn run(&self) -> Result<ToolOutput, ToolError> {
        if self.request.via == Via::Watch {
            return self.watch().await;
        }
        // Reading may be repeated, and so may what was refused before anything else was asked.
        let repeatable = || self.effect == Effect::Read || self.meter.calls() <= 1;
        let mut cx = self.context();
        if self.effect != Effect::Read {
            cx.uploads = Some(Arc::new(self.minter()));
        }
        self.renewing(cx, repeatable, |tool, cx, arguments| {
            tool.run(cx, arguments)
        })
        .await
    }

    /// Looks whether a person has to be asked at all. Nothing changes by it.
    pub(super) async fn takes_away(&self) -> Result<bool, ToolError> {
        self.renewing(
            self.context(),
            || true,
            |tool, cx, arguments| Box::pin(tool.takes_away(cx, arguments)),
        )
        .await
    }

    /// Finds out what a person is to be asked. Nothing changes by it.
    pub(super) async fn question(&self) -> Result<String, ToolError> {
        self.renewing(
            self.context(),
            || true,
            |tool, cx, arguments| Box::pin(tool.question(cx, arguments)),
        )
        .await
    }

    pub(super) async fn renewing<T>(
        &self,
        mut cx: ToolCx,
        repeatable: impl Fn() -> bool,
        once: impl for<'c> Fn(
            &'static ToolDef,
            &'c ToolCx,
            Value,
        ) -> BoxFuture<'c, Result<T, ToolError>>,
    ) -> Result<T, ToolError> {
        let (gate, entry, principal) = (self.gate, self.entry, self.principal);
        let name = self.tool.name();
        let deadline = match &self.request.incoming {
            Some(_) => gate.parts.options.upload_deadline,
            None => gate.parts.options.deadline,
        };
        let grace = match self.effect {
            Effect::Read => Duration::ZERO,
            Effect::Write | Effect::Destroy => run::GRACE,
        };
        let work = once(self.tool, &cx, self.request.arguments.clone());
        let result = run::guarded(name, &cx, work, deadline, grace).await;
        let Err(error) = &result else { return result };
        // Feishu may refuse a token long before its written end; only a refresh tells whether the
        // sign-in has ended.
        if error.kind != ErrorKind::Reauthorize {
            return result.map_err(|error| gate.with_link(entry, error));
        }
        let repeatable = repeatable();
        let meter = Arc::clone(self.meter);
        let renewed = gate
            .credentials
            .renew(entry, principal, meter, self.grant.version);
        match renewed.await {
            Ok(_) if !repeatable => Err(words::interrupted(principal.locale())),
            Ok(grant) => {
                cx.feishu = grant.session;
                let work = once(self.tool, &cx, self.request.arguments.clone());
                let result = run::guarded(name, &cx, work, deadline, grace).await;
                result.map_err(|error| match error.kind {
                    ErrorKind::Reauthorize => gate.reauthorize(entry, principal),
                    _ => gate.with_link(entry, error),
                })
            }
            Err(fault) if !repeatable => {
                let error = gate.refused(entry, principal, fault);
                Err(words::half_done(error, principal.locale()))
            }
            Err(fault) => Err(gate.refused(entry, principal, fault)),
        }
    }

    pub(super) fn context(&self) -> ToolCx {
        let (gate, entry, principal) = (self.gate, self.entry, self.principal);
        let web_host = gate.parts.links.web_host.as_deref();
        let scopes = Arc::clone(&self.grant.scopes);
        let tool = self.tool.spec().facts(self.effect);
        ToolCx {
            feishu: self.grant.session.clone(),
            clock: Arc::clone(&gate.parts.clock),
            entropy: Arc::clone(&gate.parts.entropy),
            now: gate.parts.clock.now(),
            locale: principal.locale(),
            facts: facts::of(entry, principal, scopes, self.left, web_host),
            progress: self.request.progress.clone(),
            // The call may be told to stop without the client's having given up.
            cancel: self.request.cancel.child_token(),
            refs: gate.refs.scoped(principal.tenant(), principal.member()),
            pace: gate.paces.of(principal.tenant()),
            fence: policy::fence(&entry.rules, &Caller::from(principal), &tool).map(Arc::new),
            web: gate.parts.web.clone(),
            uploads: None,
            incoming: self.request.incoming.clone(),
        }
    }

    fn minter(&self) -> Minter {
        let parts = &self.gate.parts;
        Minter {
            store: parts.store.clone(),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            address: Arc::clone(&parts.links.upload),
            slug: self.entry.tenant.slug.clone(),
            principal: self.principal.clone(),
            permit: Arc::clone(&self.permit),
        }
    }
}
