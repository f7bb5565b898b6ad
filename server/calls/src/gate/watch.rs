//! Watching a thing: the step of a call that begins it, and the look before each notification.
//!
//! Beginning is a call like any other (rules, limits, fence, record). The looks afterwards are not
//! counted or recorded: they are ours, not the client's, and tell nobody more than that the member
//! may still see what it watches.

use std::{sync::Arc, time::Duration};

use feishu::{FeishuError, Meter, Session, api::subscriptions};
use model::{Principal, Purpose, policy::Effect};
use serde_json::{Value, json};
use store::TenantEntry;
use tools::{Seen, ToolError, ToolOutput};

use super::{Gate, Inner, attempt::Attempt, in_words};
use crate::{CallRequest, Profile, Via, authorize, words};

/// The record of the bus that the app hears of a file.
const FOLLOWED: &str = "feishu_followed";
/// After this long Feishu is asked again to tell the app: who subscribed may have left.
const FOLLOWED_FOR: Duration = Duration::from_hours(24);

impl Gate {
    /// Looks at a thing that the principal watches, under the rules of the moment: those of
    /// `tool`, which reads such things, and of the place where it lies.
    ///
    /// # Errors
    /// As a call of the tool would fail.
    pub async fn look(
        &self,
        principal: &Principal,
        tool: &str,
        profile: Profile,
        reference: &str,
    ) -> Result<Seen, ToolError> {
        let inner = &*self.0;
        let locale = principal.locale();
        let entry = inner.entry(principal).await?;
        let Some(tool) = inner.tool(tool) else {
            return Err(words::unknown_tool(locale));
        };
        let allowed = authorize::watch(&entry.rules, principal, tool, profile)
            .map_err(|refused| in_words(refused, locale))?;
        let meter = Arc::new(Meter::default());
        let opened = inner
            .credentials
            .open(&entry, principal, Arc::clone(&meter));
        let grant = match opened.await {
            Ok(grant) => grant,
            Err(fault) => return Err(inner.refused(&entry, principal, fault)),
        };
        let mut request = CallRequest::new(tool.name(), json!({ "ref": reference }));
        (request.profile, request.via) = (profile, Via::Watch);
        let attempt = Attempt {
            gate: inner,
            entry: &entry,
            principal,
            tool,
            effect: Effect::Read,
            request: &request,
            grant: &grant,
            meter: &meter,
            left: None,
            permit: Arc::new(allowed.permit),
        };
        attempt.seen().await
    }
}

impl Attempt<'_> {
    /// Begins to watch: looks, and asks Feishu to tell the app.
    pub(super) async fn watch(&self) -> Result<ToolOutput, ToolError> {
        let seen = self.seen().await?;
        let told = self.gate.follow(self, &seen).await;
        Ok(ToolOutput::text("")
            .with_structured(json!({
                "kind": seen.kind, "token": seen.token, "ref": seen.reference(),
                "modified": seen.modified, "told": told,
            }))
            .with_target(seen.kind, &seen.token))
    }

    async fn seen(&self) -> Result<Seen, ToolError> {
        self.renewing(
            self.context(),
            || true,
            |tool, cx, arguments| {
                Box::pin(async move {
                    let reference = arguments.get("ref").and_then(Value::as_str);
                    tools::look(cx, tool.name(), reference.unwrap_or_default()).await
                })
            },
        )
        .await
    }
}

impl Inner {
    /// Asks Feishu to tell the tenant's app of a file: once a day, whoever watches. `false` when it
    /// will not, and changes are to be looked for: the tenant takes no events, or the member is
    /// neither owner nor manager.
    async fn follow(&self, attempt: &Attempt<'_>, seen: &Seen) -> bool {
        let entry = attempt.entry;
        if !self.takes_events(entry).await {
            return false;
        }
        let tenant = entry.tenant.id;
        let key = format!("{tenant}:{}:{}", entry.tenant.app_id, seen.token);
        if let Ok(Some(_)) = self.parts.bus.get_record(FOLLOWED, &key, None).await {
            return true;
        }
        match self.subscribe(attempt, seen).await {
            Ok(()) => {
                let put = self.parts.bus.put_record(FOLLOWED, &key, "", FOLLOWED_FOR);
                if let Err(error) = put.await {
                    tracing::debug!(%error, "it will be asked for again");
                }
                true
            }
            Err(error) => {
                tracing::debug!(%error, %tenant, "Feishu does not tell of a file");
                false
            }
        }
    }

    async fn subscribe(&self, attempt: &Attempt<'_>, seen: &Seen) -> Result<(), FeishuError> {
        // The look may have renewed the token.
        let meter = Arc::clone(attempt.meter);
        let opened = self
            .credentials
            .open(attempt.entry, attempt.principal, meter);
        let session: Session = match opened.await {
            Ok(grant) => grant.session,
            Err(_) => attempt.grant.session.clone(),
        };
        subscriptions::subscribe(&session, &seen.token, seen.kind).await
    }

    async fn takes_events(&self, entry: &TenantEntry) -> bool {
        let principal = Principal::platform(entry.tenant.id, Purpose::Housekeeping);
        let scope = self.parts.store.scope(&principal);
        let state = async { scope.read().await?.events().state().await };
        match state.await {
            Ok(state) => state.is_some(),
            Err(error) => {
                tracing::warn!(%error, "the intake of events could not be read");
                false
            }
        }
    }
}
