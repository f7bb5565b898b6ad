//! One entry outside the database.

use serde::{Deserialize, Serialize};

use crate::{
    CallId, ChainHash, Channel, Day, EntryKind, LedgerEntry, Outcome, TenantId, Timestamp,
};

/// An entry with its place in the chain, as exports and streams carry it. All but `time` and
/// `who` is covered by `hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Place in the chain; 1 is the first.
    pub seq: u64,
    /// When, for people (RFC 3339, UTC).
    pub time: String,
    /// Kind of the entry.
    pub kind: String,
    /// Tool or act.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// Name of the member or account, as it is now; not part of the chain.
    pub who: String,
    /// Member.
    pub member: String,
    /// Account of the console.
    pub account: String,
    /// Name of the client.
    pub client_name: String,
    /// Client.
    pub client: String,
    /// Grant.
    pub grant: String,
    /// Door.
    pub channel: String,
    /// Effect of a call.
    pub effect: String,
    /// On what.
    pub target: Option<String>,
    /// Version of the rules.
    pub policy_version: Option<u64>,
    /// What the rules said.
    pub decision: Option<String>,
    /// Stable code of the failure.
    pub fault: Option<String>,
    /// Feishu's log id.
    pub feishu_log_id: Option<String>,
    /// Calls made to Feishu.
    pub upstream_calls: u32,
    /// Duration in microseconds.
    pub duration_us: u64,
    /// Arguments or details, redacted, as compact JSON.
    pub detail: String,
    /// Identity of the entry; with `kind` the key for telling repeats.
    pub id: CallId,
    /// Tenant.
    pub tenant: TenantId,
    /// When, milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Hash of the entry before.
    pub prev: ChainHash,
    /// `SHA-256(prev ‖ canonical(entry))`.
    pub hash: ChainHash,
}

/// The row holds something that no entry holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is not what the platform writes")]
pub struct RowError(pub &'static str);

impl Row {
    /// The row of an entry that stands at `seq` after `prev`.
    pub fn new(seq: u64, prev: ChainHash, hash: ChainHash, entry: LedgerEntry, who: &str) -> Self {
        let text = |id: Option<String>| id.unwrap_or_default();
        Self {
            seq,
            time: time(entry.at),
            kind: entry.kind.name().to_owned(),
            action: entry.action,
            outcome: entry.outcome.name().to_owned(),
            who: who.to_owned(),
            member: text(entry.member.map(|id| id.to_string())),
            account: text(entry.account.map(|id| id.to_string())),
            client_name: entry.client_name,
            client: text(entry.client.map(|id| id.to_string())),
            grant: text(entry.grant.map(|id| id.to_string())),
            channel: entry.channel.name().to_owned(),
            effect: entry.effect,
            target: entry.target,
            policy_version: entry.policy_version,
            decision: entry.decision,
            fault: entry.fault,
            feishu_log_id: entry.feishu_log_id,
            upstream_calls: entry.upstream_calls,
            duration_us: entry.duration_us,
            detail: entry.detail,
            id: entry.id,
            tenant: entry.tenant,
            at: entry.at.millis(),
            prev,
            hash,
        }
    }

    /// The entry.
    ///
    /// # Errors
    /// [`RowError`] for values that no entry holds.
    pub fn entry(&self) -> Result<LedgerEntry, RowError> {
        fn id<T: std::str::FromStr>(text: &str, name: &'static str) -> Result<Option<T>, RowError> {
            if text.is_empty() {
                return Ok(None);
            }
            text.parse().map(Some).map_err(|_| RowError(name))
        }
        if self.time != time(Timestamp::from_millis(self.at)) {
            return Err(RowError("time"));
        }
        Ok(LedgerEntry {
            tenant: self.tenant,
            id: self.id,
            kind: EntryKind::from_name(&self.kind).ok_or(RowError("kind"))?,
            at: Timestamp::from_millis(self.at),
            member: id(&self.member, "member")?,
            account: id(&self.account, "account")?,
            client: id(&self.client, "client")?,
            client_name: self.client_name.clone(),
            grant: id(&self.grant, "grant")?,
            channel: Channel::from_name(&self.channel).ok_or(RowError("channel"))?,
            action: self.action.clone(),
            effect: self.effect.clone(),
            target: self.target.clone(),
            policy_version: self.policy_version,
            decision: self.decision.clone(),
            outcome: Outcome::from_name(&self.outcome).ok_or(RowError("outcome"))?,
            fault: self.fault.clone(),
            feishu_log_id: self.feishu_log_id.clone(),
            upstream_calls: self.upstream_calls,
            duration_us: self.duration_us,
            detail: self.detail.clone(),
        })
    }

    /// Whether the row is what its hash says.
    pub fn holds(&self) -> bool {
        self.entry()
            .is_ok_and(|entry| self.prev.then(self.seq, &entry) == self.hash)
    }

    /// The row as one line of JSON, without a line break.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A moment as RFC 3339 text with milliseconds, in UTC.
fn time(at: Timestamp) -> String {
    let of_day = at.millis().rem_euclid(86_400_000);
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}Z",
        Day::of(at),
        of_day / 3_600_000,
        of_day / 60_000 % 60,
        of_day / 1000 % 60,
        of_day % 1000
    )
}
