//! The vocabulary of the ledger: the append-only record of calls and acts. Audit and usage are
//! its two views.
//!
//! A tenant's entries form a hash chain: `hash = SHA-256(prev ‖ canonical(entry))`, so a changed,
//! removed or reordered entry shows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{AccountId, CallId, Channel, ClientId, GrantId, MemberId, TenantId, Timestamp};

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A call of a tool, with its outcome.
    Call,
    /// A writing call is about to run (written before; the outcome follows as `Call`).
    Intent,
    /// A member signed in through Feishu.
    SignIn,
    /// A member gave a client access, or answered a question about one call.
    Consent,
    /// Access was taken back, by a person or by a replay rule.
    Revocation,
    /// A Feishu grant changed state (refreshed, uncertain, needs sign-in).
    FeishuGrant,
    /// An administrative act.
    Admin,
    /// Somebody read the ledger.
    Look,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Call,
        Self::Intent,
        Self::SignIn,
        Self::Consent,
        Self::Revocation,
        Self::FeishuGrant,
        Self::Admin,
        Self::Look,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Intent => "intent",
            Self::SignIn => "sign_in",
            Self::Consent => "consent",
            Self::Revocation => "revocation",
            Self::FeishuGrant => "feishu_grant",
            Self::Admin => "admin",
            Self::Look => "look",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Ok,
    /// Done in part.
    Partial,
    /// The caller's mistake.
    Invalid,
    /// Refused by policy.
    Denied,
    /// Refused by a limit or quota.
    Limited,
    /// The member must sign in to Feishu again, or grant a scope.
    Reauthorize,
    /// Feishu refused or failed.
    Upstream,
    /// The caller gave up.
    Cancelled,
    /// We failed.
    Failed,
    /// Not known yet: an intent, or a call that waits for a person.
    Pending,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 10] = [
        Self::Ok,
        Self::Partial,
        Self::Invalid,
        Self::Denied,
        Self::Limited,
        Self::Reauthorize,
        Self::Upstream,
        Self::Cancelled,
        Self::Failed,
        Self::Pending,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Invalid => "invalid",
            Self::Denied => "denied",
            Self::Limited => "limited",
            Self::Reauthorize => "reauthorize",
            Self::Upstream => "upstream",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Pending => "pending",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Whether the call counts towards usage: only what was delivered is billed.
    pub const fn billable(self) -> bool {
        matches!(self, Self::Ok | Self::Partial)
    }
}

/// One entry, before it gets its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The tenant.
    pub tenant: TenantId,
    /// Identity, minted before anything runs: the usage record's idempotency key.
    pub id: CallId,
    /// What is recorded.
    pub kind: EntryKind,
    /// When it ended (for intents: began).
    pub at: Timestamp,
    /// Who, when a member acted.
    pub member: Option<MemberId>,
    /// Who, when an account of the console acted.
    pub account: Option<AccountId>,
    /// By which client.
    pub client: Option<ClientId>,
    /// Name of the client for people.
    pub client_name: String,
    /// Under which grant.
    pub grant: Option<GrantId>,
    /// By which door.
    pub channel: Channel,
    /// What: the tool's name, or the act (`grant.revoke`).
    pub action: String,
    /// Effect of a call (`read`, `write`, `destroy`), empty for other kinds.
    pub effect: String,
    /// On what, as a reference (`docx:…`), if one object is meant.
    pub target: Option<String>,
    /// Version of the tenant's rules that the decision was made by, where one was made.
    pub policy_version: Option<u64>,
    /// What the rules said: `allowed`, or the name of the reason against it.
    pub decision: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Stable code of the failure.
    pub fault: Option<String>,
    /// Feishu's log id of the last upstream call.
    pub feishu_log_id: Option<String>,
    /// Calls made to Feishu.
    pub upstream_calls: u32,
    /// Duration in microseconds.
    pub duration_us: u64,
    /// Arguments or details, redacted by rule, as compact JSON.
    pub detail: String,
}

/// A link of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What stands before a tenant's first entry.
    pub const GENESIS: Self = Self([0; 32]);

    /// The hash of `entry` at place `seq` (1 for the first), standing after `self`.
    ///
    /// Canonical form: each field as `length:bytes`, in the order of the struct, so no two
    /// entries share one.
    #[must_use]
    pub fn then(self, seq: u64, entry: &LedgerEntry) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        let mut field = |bytes: &[u8]| {
            hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        let optional = |value: Option<String>| value.map_or_else(String::new, |v| format!("={v}"));
        field(&seq.to_be_bytes());
        field(entry.tenant.uuid().as_bytes());
        field(entry.id.uuid().as_bytes());
        field(entry.kind.name().as_bytes());
        field(&entry.at.millis().to_be_bytes());
        field(optional(entry.member.map(|id| id.to_string())).as_bytes());
        field(optional(entry.account.map(|id| id.to_string())).as_bytes());
        field(optional(entry.client.map(|id| id.to_string())).as_bytes());
        field(entry.client_name.as_bytes());
        field(optional(entry.grant.map(|id| id.to_string())).as_bytes());
        field(entry.channel.name().as_bytes());
        field(entry.action.as_bytes());
        field(entry.effect.as_bytes());
        field(optional(entry.target.clone()).as_bytes());
        field(optional(entry.policy_version.map(|v| v.to_string())).as_bytes());
        field(optional(entry.decision.clone()).as_bytes());
        field(entry.outcome.name().as_bytes());
        field(optional(entry.fault.clone()).as_bytes());
        field(optional(entry.feishu_log_id.clone()).as_bytes());
        field(&entry.upstream_calls.to_be_bytes());
        field(&entry.duration_us.to_be_bytes());
        field(entry.detail.as_bytes());
        Self(hasher.finalize().into())
    }
}

/// The text is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct ChainHashError;

impl ChainHash {
    /// As hexadecimal text.
    pub fn hex(self) -> String {
        hex::encode(self.0)
    }
}

impl FromStr for ChainHash {
    type Err = ChainHashError;

    fn from_str(text: &str) -> Result<Self, ChainHashError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| ChainHashError)?;
        Ok(Self(bytes))
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
