//! Step 5: the entry of the ledger. Nothing leaves before it is committed.

use model::{CallId, EntryKind, LedgerEntry, Outcome, Principal, Timestamp, policy::Effect};
use tools::{ErrorKind, ToolError, ToolOutput};

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
        let target = result.and_then(|result| result.as_ref().ok()?.target.clone());
        let fault = result.and_then(|result| Some(result.as_ref().err()?.kind.name().to_owned()));
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
            outcome: result.map_or(Outcome::Pending, outcome),
            fault,
            feishu_log_id: self.log_id.clone(),
            upstream_calls: self.upstream_calls,
            duration_us: u64::try_from(now.since(began).as_micros()).unwrap_or(u64::MAX),
            detail: self.detail.clone(),
        }
    }
}
