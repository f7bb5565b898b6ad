//! Step 4: has a person agreed to this very call? The model that makes it cannot say so: nothing
//! in a call's arguments is looked at for it.

use model::{
    Bound, CallId, Confirmation, ConfirmationId, ConfirmationState, EntryKind, Fault as _,
    LedgerEntry, Outcome, Principal, Timestamp, Unfit, digest,
    policy::{ManageOwnConnections, authorize},
};
use serde_json::json;
use store::{NewConfirmation, StoreError};
use tools::{ToolError, ToolOutput};

use super::{Attempt, Gate, Inner};
use crate::{
    Asked,
    record::{Story, Unconfirmed},
    words,
};

/// How the steps before the record ended.
pub(super) enum Done {
    /// The tool ran.
    Ran(ToolOutput),
    /// A person must agree first.
    Asked(Asked),
    /// The person said no.
    Declined,
}

/// Who brings the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// The member, on its own page.
    Page,
    /// The client that carried the call, which asked the person in front of it.
    Client,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It holds.
    Taken,
    /// It was answered before, or its time is over.
    TooLate,
    /// Answers count only on the member's page.
    PageOnly,
    /// The caller was never asked such a question.
    Missing,
}

/// A question with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub confirmation: Confirmation,
    /// What the member is asked.
    pub text: String,
}

/// How a call stands with what was asked and answered before.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Agreed(ConfirmationId),
    Waits(Confirmation),
    Declined(ConfirmationId),
    Unasked(Option<Unfit>),
}

impl Standing {
    /// Of the questions to the member about the tool, newest first.
    fn of(known: &[Confirmation], call: &Bound, now: Timestamp) -> Self {
        let judged = || known.iter().map(|one| (one, one.lets(call, now)));
        let found = |wanted| judged().find(|(_, found)| *found == wanted);
        // A no outweighs a yes to the same call.
        if let Some((one, _)) = found(Err(Unfit::Declined)) {
            return Self::Declined(one.id);
        }
        if let Some((one, _)) = found(Ok(())) {
            return Self::Agreed(one.id);
        }
        if let Some((one, _)) = found(Err(Unfit::Pending)) {
            return Self::Waits(one.clone());
        }
        // Why not? What was about these arguments says most.
        let about = judged().find(|(one, _)| one.bound.digest == call.digest);
        let given = || {
            judged().find(|(one, _)| one.state == ConfirmationState::Granted && !one.is_over(now))
        };
        let unfit = about.or_else(given).and_then(|(_, found)| found.err());
        Self::Unasked(unfit)
    }
}

impl Inner {
    /// Uses an agreement up, or asks for one. `None`: the call may run, this once.
    pub(super) async fn confirm(
        &self,
        attempt: &Attempt<'_>,
        story: &mut Story,
    ) -> Result<Option<Done>, ToolError> {
        let (principal, permit) = (attempt.principal, &*attempt.permit);
        let locale = principal.locale();
        let broken = |error: StoreError| {
            tracing::error!(%error, code = error.code(), "a confirmation could not be looked at");
            ToolError::internal(locale)
        };
        // A rule has no person in front of it.
        let Some(member) = principal.member() else {
            return Err(words::nobody_agrees(locale));
        };
        let call = Bound {
            member,
            client: principal.client().id,
            grant: principal.grant(),
            tool: attempt.tool.name().to_owned(),
            digest: digest(&attempt.request.arguments),
            policy_version: attempt.entry.rules.version,
        };
        let now = self.parts.clock.now();
        let scope = self.parts.store.scope(principal);
        let (known, waiting) = {
            let tx = scope.read().await.map_err(broken)?;
            let confirmations = tx.confirmations();
            let known = confirmations.about(member, &call.tool).await;
            let waiting = confirmations.waiting_count(member).await;
            (known.map_err(broken)?, waiting.map_err(broken)?)
        };
        let because = match Standing::of(&known, &call, now) {
            Standing::Declined(id) => {
                story.confirmation = Some(id);
                story.unconfirmed = Some(Unconfirmed::Declined);
                return Ok(Some(Done::Declined));
            }
            Standing::Waits(asked) => {
                let text = {
                    let tx = scope.read().await.map_err(broken)?;
                    tx.confirmations()
                        .question(asked.id)
                        .await
                        .map_err(broken)?
                };
                let asked = self.waits(attempt, &asked, text.unwrap_or_default(), None, story);
                return Ok(Some(Done::Asked(asked)));
            }
            Standing::Agreed(id) => {
                let with = (permit, id, &call, story.id);
                let used = scope.retrying(&with, |tx, (permit, id, call, by)| {
                    Box::pin(async move { tx.confirmations().use_up(permit, *id, call, *by).await })
                });
                if used.await.map_err(broken)? {
                    story.confirmation = Some(id);
                    return Ok(None);
                }
                // Another call was faster.
                Some(Unfit::Used)
            }
            Standing::Unasked(because) => because,
        };
        // Looked at more closely, it may take nothing away.
        if !attempt.takes_away().await? {
            return Ok(None);
        }
        if waiting >= Confirmation::WAITING_MAX {
            let link = (self.parts.links.connections)(&attempt.entry.tenant.slug);
            return Err(words::too_many_questions(&link, locale));
        }
        // What would stop the call stops the question: a refusal comes first.
        let text = attempt.question().await?;
        let new = NewConfirmation {
            bound: &call,
            client_name: &principal.client().name,
            page_only: attempt.entry.rules.confirm_on_page,
            question: &text,
            asked_by: story.id,
        };
        let with = (permit, new);
        let asked = scope.retrying(&with, |tx, (permit, new)| {
            Box::pin(async move { tx.confirmations().ask(permit, new).await })
        });
        let asked = asked.await.map_err(broken)?;
        let asked = self.waits(attempt, &asked, text, because, story);
        Ok(Some(Done::Asked(asked)))
    }

    fn waits(
        &self,
        attempt: &Attempt<'_>,
        asked: &Confirmation,
        question: String,
        because: Option<Unfit>,
        story: &mut Story,
    ) -> Asked {
        story.confirmation = Some(asked.id);
        story.unconfirmed = Some(Unconfirmed::Asked);
        Asked {
            id: asked.id,
            question,
            link: (self.parts.links.confirm)(&attempt.entry.tenant.slug, asked.id),
            expires_at: asked.expires_at,
            because,
            by_client: !asked.page_only && !attempt.entry.rules.confirm_on_page,
        }
    }
}

impl Gate {
    /// A question to the member who asks, with its words; `None` when it is nobody's or another
    /// member's.
    pub async fn question(
        &self,
        principal: &Principal,
        id: ConfirmationId,
    ) -> Result<Option<Question>, StoreError> {
        let tx = self.0.parts.store.scope(principal).read().await?;
        let found = tx.confirmations().get(id).await?;
        let own = found.filter(|one| Some(one.bound.member) == principal.member());
        let Some(confirmation) = own else {
            return Ok(None);
        };
        let text = tx.confirmations().question(id).await?.unwrap_or_default();
        Ok(Some(Question { confirmation, text }))
    }

    /// Takes the answer to a question: once, from the member who was asked, while it waits. The
    /// answer and its record are one transaction.
    pub async fn answer(
        &self,
        principal: &Principal,
        id: ConfirmationId,
        agreed: bool,
        by: AnsweredBy,
    ) -> Result<Answered, StoreError> {
        let parts = &self.0.parts;
        let entry = parts.store.directory().by_id(principal.tenant()).await?;
        let (Some(entry), Some(member)) = (entry, principal.member()) else {
            return Ok(Answered::Missing);
        };
        let permit = authorize::<ManageOwnConnections>(&entry.rules, principal, &member);
        let (Ok(permit), Some(asked)) = (permit, self.question(principal, id).await?) else {
            return Ok(Answered::Missing);
        };
        let asked = asked.confirmation;
        if by == AnsweredBy::Client {
            let caller = (principal.client().id, principal.grant());
            if caller != (asked.bound.client, asked.bound.grant) {
                return Ok(Answered::Missing);
            }
            // Whoever says no may say so anywhere.
            if agreed && (asked.page_only || entry.rules.confirm_on_page) {
                return Ok(Answered::PageOnly);
            }
        }
        let record = self.entry(principal, &asked, agreed, by);
        let scope = parts.store.scope(principal);
        let with = (permit, member, record);
        let taken = scope.retrying(&with, |tx, (permit, member, record)| {
            Box::pin(async move {
                let taken = tx
                    .confirmations()
                    .answer(permit, *member, id, agreed)
                    .await?;
                if taken {
                    tx.record(record).await?;
                }
                Ok::<_, StoreError>(taken)
            })
        });
        Ok(if taken.await? {
            Answered::Taken
        } else {
            Answered::TooLate
        })
    }

    fn entry(
        &self,
        principal: &Principal,
        asked: &Confirmation,
        agreed: bool,
        by: AnsweredBy,
    ) -> LedgerEntry {
        let parts = &self.0.parts;
        let by = match by {
            AnsweredBy::Page => "page",
            AnsweredBy::Client => "client",
        };
        let detail = json!({
            "confirmation": asked.id.to_string(),
            "call": asked.asked_by.to_string(),
            "tool": asked.bound.tool,
            "arguments_sha256": hex::encode(asked.bound.digest),
            "by": by,
        });
        let action = if agreed { "call.agree" } else { "call.decline" };
        LedgerEntry {
            tenant: principal.tenant(),
            id: CallId::mint(&*parts.clock, &*parts.entropy),
            kind: EntryKind::Consent,
            at: parts.clock.now(),
            member: principal.member(),
            account: None,
            client: asked.bound.client,
            client_name: asked.client_name.clone(),
            grant: asked.bound.grant,
            channel: principal.channel(),
            action: action.to_owned(),
            effect: String::new(),
            target: None,
            policy_version: Some(asked.bound.policy_version),
            decision: None,
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: detail.to_string(),
        }
    }
}
