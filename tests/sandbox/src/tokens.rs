//! Codes, tokens and grants that have been issued.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

/// Lifetime of an authorization code.
pub(crate) const CODE_MS: i64 = 5 * 60 * 1000;
/// Lifetime of user and tenant access tokens.
pub(crate) const ACCESS_MS: i64 = 7200 * 1000;
/// Lifetime of a refresh token.
pub(crate) const REFRESH_MS: i64 = 604_800 * 1000;
/// How long a grant can be refreshed before the person has to consent again.
pub(crate) const GRANT_MS: i64 = 365 * 86_400 * 1000;

/// Old tokens are looked for when their number is a multiple of this.
const SWEEP_EVERY: usize = 512;

/// Kinds of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenKind {
    /// `t-…`
    Tenant,
    /// `a-…`
    App,
    /// `eyJ…` of the current OAuth endpoints, `u-…` of the legacy ones.
    User,
}

/// An access token that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessToken {
    pub(crate) kind: TokenKind,
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    /// Set for user tokens.
    pub(crate) user_key: Option<String>,
    /// Granted scopes of user tokens.
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_ms: i64,
    pub(crate) revoked: bool,
}

/// A refresh token that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    pub(crate) app_id: String,
    pub(crate) user_key: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) granted_ms: i64,
    pub(crate) expires_ms: i64,
    pub(crate) used: bool,
    pub(crate) revoked: bool,
    /// Made by the legacy v1 endpoints; v2 refuses it.
    pub(crate) legacy: bool,
}

/// An authorization code that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) app_id: String,
    pub(crate) user_key: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) expires_ms: i64,
    pub(crate) used: bool,
}

/// A PKCE challenge (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) text: String,
    /// `S256`, otherwise `plain`.
    pub(crate) s256: bool,
}

/// What a person has consented to for an app; it only grows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) granted_ms: i64,
}

/// Everything issued.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tokens {
    pub(crate) access: HashMap<String, AccessToken>,
    pub(crate) refresh: HashMap<String, RefreshToken>,
    pub(crate) codes: HashMap<String, Code>,
    /// By app id, then user key.
    pub(crate) grants: HashMap<String, HashMap<String, Grant>>,
    /// The tenant and app token an app currently gets, by app id and kind letter.
    pub(crate) current: HashMap<String, String>,
}

/// Which tokens an administrator's switch touches.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenFilter {
    /// One token, access or refresh.
    pub token: Option<String>,
    /// All of an app.
    pub app_id: Option<String>,
    /// All of a person.
    pub user: Option<String>,
    /// `access`, `refresh` or both when absent.
    pub kind: Option<String>,
}

impl TokenFilter {
    fn wants(&self, kind: &str, token: &str, app_id: &str, user: Option<&str>) -> bool {
        self.kind.as_deref().is_none_or(|wanted| wanted == kind)
            && self.token.as_deref().is_none_or(|wanted| wanted == token)
            && self.app_id.as_deref().is_none_or(|wanted| wanted == app_id)
            && self
                .user
                .as_deref()
                .is_none_or(|wanted| user == Some(wanted))
    }
}

impl Tokens {
    /// Lets tokens expire at once; returns how many.
    pub(crate) fn expire(&mut self, filter: &TokenFilter, now_ms: i64) -> usize {
        self.touch(
            filter,
            |access| access.expires_ms = now_ms,
            |refresh| refresh.expires_ms = now_ms,
        )
    }

    /// Revokes tokens; returns how many.
    pub(crate) fn revoke(&mut self, filter: &TokenFilter) -> usize {
        self.touch(
            filter,
            |access| access.revoked = true,
            |refresh| refresh.revoked = true,
        )
    }

    fn touch(
        &mut self,
        filter: &TokenFilter,
        on_access: impl Fn(&mut AccessToken),
        on_refresh: impl Fn(&mut RefreshToken),
    ) -> usize {
        let mut count = 0;
        for (text, token) in &mut self.access {
            if filter.wants("access", text, &token.app_id, token.user_key.as_deref()) {
                on_access(token);
                count += 1;
            }
        }
        for (text, token) in &mut self.refresh {
            if filter.wants("refresh", text, &token.app_id, Some(&token.user_key)) {
                on_refresh(token);
                count += 1;
            }
        }
        count
    }

    /// Forgets what expired a day ago, so that long runs do not grow without end.
    pub(crate) fn sweep(&mut self, now_ms: i64) {
        if !self.access.len().is_multiple_of(SWEEP_EVERY) {
            return;
        }
        let horizon = now_ms - 86_400_000;
        self.access.retain(|_, token| token.expires_ms > horizon);
        self.codes.retain(|_, code| code.expires_ms > horizon);
        self.refresh.retain(|_, token| token.expires_ms > horizon);
    }
}
