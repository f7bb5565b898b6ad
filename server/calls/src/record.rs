//! Step 6: the entry of the ledger. Nothing leaves before it is committed.

use model::{
    CallId, ConfirmationId, EntryKind, LedgerEntry, Outcome, Principal, Timestamp, policy::Effect,
};
use tools::{ErrorKind, ToolError, ToolOutput};

use crate::redact;

/// What is known of a call while it runs.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) id: CallId,
    pub(crate) tool: String,
    pub(crate) effect: Option<Effect>,
    pub(crate) detail: String,
    pub(crate) policy_version: Option<u64>,
    pub(crate) decision: Option<&'static str>,
    pub(crate) upstream_calls: u32,
    pub(crate) log_id: Option<String>,
    /// The question to a person that this call asked, or whose answer lets it run.
    pub(crate) confirmation: Option<ConfirmationId>,
    /// Why it did not run, when a person has not agreed.
    pub(crate) unconfirmed: Option<Unconfirmed>,
}

/// How a call ends without a person's agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unconfirmed {
    /// It waits.
    Asked,
    /// The person said no.
    Declined,
}

impl Unconfirmed {
    const fn outcome(self) -> Outcome {
        match self {
            Self::Asked => Outcome::Pending,
            Self::Declined => Outcome::Denied,
        }
    }

    const fn fault(self) -> &'static str {
        match self {
            Self::Asked => "confirmation_needed",
            Self::Declined => "confirmation_declined",
        }
    }
}

/// How a result is recorded.
pub(crate) fn outcome(result: &Result<ToolOutput, ToolError>) -> Outcome {
    match result {
        Ok(output) if output.partial => Outcome::Partial,
        Ok(_) => Outcome::Ok,
        Err(error) => match error.kind {
            ErrorKind::Reauthorize | ErrorKind::MissingScope => Outcome::Reauthorize,
            ErrorKind::BlockedByPolicy => Outcome::Denied,
            ErrorKind::RateLimited if error.log_id.is_some() => Outcome::Upstream,
            ErrorKind::RateLimited | ErrorKind::QuotaExhausted => Outcome::Limited,
            ErrorKind::Partial => Outcome::Partial,
            ErrorKind::Upstream | ErrorKind::ForbiddenResource => Outcome::Upstream,
            ErrorKind::Internal => Outcome::Failed,
            ErrorKind::Cancelled => Outcome::Cancelled,
            ErrorKind::NotFound
            | ErrorKind::Ambiguous
            | ErrorKind::Conflict
            | ErrorKind::Invalid => Outcome::Invalid,
        },
    }
}

impl Story {
    /// The entry for the call's end, or (before it runs) for its intent.
    pub(crate) fn entry(
        &self,
        kind: EntryKind,
        principal: &Principal,
        began: Timestamp,
        now: Timestamp,
        result: Option<&Result<ToolOutput, ToolError>>,
    ) -> LedgerEntry {
        let unconfirmed = result.and(self.unconfirmed);
        let target = result.and_then(|result| result.as_ref().ok()?.target.clone());
        let fault = result.and_then(|result| Some(result.as_ref().err()?.kind.name()));
        let fault = fault.or(unconfirmed.map(Unconfirmed::fault));
        LedgerEntry {
            tenant: principal.tenant(),
            id: self.id,
            kind,
            at: now,
            member: principal.member(),
            account: principal.account(),
            client: principal.client().id,
            client_name: principal.client().name.clone(),
            grant: principal.grant(),
            channel: principal.channel(),
            action: self.tool.clone(),
            effect: self.effect.map_or("", Effect::name).to_owned(),
            target,
            policy_version: self.policy_version,
            decision: self.decision.map(str::to_owned),
            outcome: result.map_or(Outcome::Pending, |result| self.outcome(result)),
            fault: fault.map(str::to_owned),
            feishu_log_id: self.log_id.clone(),
            upstream_calls: self.upstream_calls,
            duration_us: u64::try_from(now.since(began).as_micros()).unwrap_or(u64::MAX),
            detail: self.detail(principal),
        }
    }

    /// The arguments, and what is known beside them.
    fn detail(&self, principal: &Principal) -> String {
        let mut detail = self.detail.clone();
        if let Some(id) = self.confirmation {
            detail = redact::with(&detail, "confirmation", &id.to_string());
        }
        if let Some(rule) = principal.service() {
            detail = redact::with(&detail, "rule", &rule.to_string());
        }
        detail
    }

    /// How this call is recorded with its result.
    pub(crate) fn outcome(&self, result: &Result<ToolOutput, ToolError>) -> Outcome {
        match (result, self.unconfirmed) {
            (Ok(_), Some(unconfirmed)) => unconfirmed.outcome(),
            _ => outcome(result),
        }
    }
}
