//! A rule's own address: whoever knows it can begin the rule.

use std::time::Duration;

use bus::{BucketKey, BucketScope};
use model::{
    Rate, RunId, Tenant, TenantStatus,
    automation::{Happening, Kind, RuleState, Trigger},
};
use serde_json::{Value, json};
use store::{Rule, StoreError};
use subtle::ConstantTimeEq as _;
use vault::{TokenHash, TokenKind};

use crate::{Automation, run::moment};

/// Requests to one rule.
const PACE: Rate = Rate {
    per_minute: 600,
    burst: 300,
};
/// Largest body in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// Longest id of a request.
const MAX_ID: usize = 128;
/// How far the time of a signed request may be from ours, in seconds.
const WINDOW: i64 = 300;

/// A request, as it came. Headers that are missing are empty.
#[derive(Debug, Clone, Copy)]
pub struct HookCall<'a> {
    /// The secret part of the address.
    pub token: &'a str,
    /// `Idempotency-Key`: the same for every sending of the same thing.
    pub id: &'a str,
    /// `Feishu-Mcp-Timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `Feishu-Mcp-Signature`: `v1=` and the hexadecimal HMAC-SHA-256 of `timestamp.body`.
    pub signature: &'a str,
    /// The bytes of the body: JSON, or nothing.
    pub body: &'a [u8],
}

/// What became of a request that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookTaken {
    /// It begins this run.
    Run(RunId),
    /// It came before.
    Known,
}

/// Why a request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HookTurned {
    /// There is no such address, or its rule is paused.
    #[error("nothing is taken here")]
    Off,
    /// It is not signed as it must be.
    #[error("the request is not signed")]
    Unsigned,
    /// The body is no JSON, or too large.
    #[error("the body cannot be read")]
    Body,
    /// Too many at once.
    #[error("there are too many requests")]
    TooMany(Duration),
    /// It could not be kept.
    #[error("the request could not be kept")]
    Store(#[from] StoreError),
}

impl Automation {
    /// Takes a request to a rule's address; what follows is done afterwards.
    ///
    /// # Errors
    /// [`HookTurned`]: whoever asked is told no more than that.
    pub async fn hook(
        &self,
        tenant: &Tenant,
        call: &HookCall<'_>,
    ) -> Result<HookTaken, HookTurned> {
        let rule = self.hooked(tenant, call).await?.ok_or(HookTurned::Off)?;
        let Trigger::Hook { signed } = rule.definition.trigger else {
            return Err(HookTurned::Off);
        };
        if call.body.len() > MAX_BODY {
            return Err(HookTurned::Body);
        }
        let scope = self.scope(tenant.id);
        if signed {
            let key = scope.read().await?.automations().hook_key(rule.id).await?;
            let proven = key.is_some_and(|key| self.is_signed(&key, call));
            if !proven {
                return Err(HookTurned::Unsigned);
            }
        }
        let bucket = BucketKey {
            tenant: Some(tenant.id),
            scope: BucketScope::Tool(format!("hook of {}", rule.id)),
        };
        let verdict = self.parts().bus.take(&bucket, PACE, 1).await;
        if !verdict.allowed {
            return Err(HookTurned::TooMany(verdict.retry_after));
        }
        let event = self.told(call)?;
        let with = (&rule, &event);
        let made = scope.retrying(&with, |tx, (rule, event)| {
            Box::pin(async move { tx.automations().take_for(rule, event).await })
        });
        let made: Option<RunId> = made.await?;
        let Some(run) = made else {
            return Ok(HookTaken::Known);
        };
        self.soon(tenant.id, vec![run]);
        Ok(HookTaken::Run(run))
    }

    async fn hooked(
        &self,
        tenant: &Tenant,
        call: &HookCall<'_>,
    ) -> Result<Option<Rule>, StoreError> {
        let Some(hash) = TokenHash::of(TokenKind::Hook, call.token) else {
            return Ok(None);
        };
        let found = self.parts().store.lookup(&hash).await?.rule_hook().await?;
        let known = found.filter(|hook| hook.tenant == tenant.id);
        let (Some(hook), TenantStatus::Active) = (known, tenant.status) else {
            return Ok(None);
        };
        let rule = self.scope(tenant.id).read().await?;
        let rule = rule.automations().get(hook.rule).await?;
        Ok(rule.filter(|rule| rule.state == RuleState::Active))
    }

    fn is_signed(&self, key: &vault::Secret, call: &HookCall<'_>) -> bool {
        let Ok(at) = call.timestamp.parse::<i64>() else {
            return false;
        };
        if (self.now().seconds() - at).abs() > WINDOW {
            return false;
        }
        let mut message = call.timestamp.as_bytes().to_vec();
        message.push(b'.');
        message.extend_from_slice(call.body);
        let wanted = format!("v1={}", hex::encode(key.mac(&message)));
        bool::from(wanted.as_bytes().ct_eq(call.signature.as_bytes()))
    }

    fn told(&self, call: &HookCall<'_>) -> Result<Happening, HookTurned> {
        let body: Value = if call.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(call.body).map_err(|_| HookTurned::Body)?
        };
        let parts = self.parts();
        let named = !call.id.is_empty()
            && call.id.len() <= MAX_ID
            && call.id.bytes().all(|byte| byte.is_ascii_graphic());
        let id = if named {
            format!("hook:{}", call.id)
        } else {
            format!("hook#{}", RunId::mint(&*parts.clock, &*parts.entropy))
        };
        let now = self.now();
        Ok(Happening {
            id,
            kind: Kind::Hook,
            place: String::new(),
            table: String::new(),
            change: None,
            data: json!({"kind": "hook", "at": moment(now), "body": body}),
            at: now,
            by_person: true,
        })
    }
}
