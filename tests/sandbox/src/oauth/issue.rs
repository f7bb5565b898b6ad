//! Makes tokens.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::apps::App;
use crate::ids::IdSource;
use crate::state::State;
use crate::tokens::{ACCESS_MS, AccessToken, REFRESH_MS, RefreshToken, TokenKind};

/// A tenant or app token is handed out again while more than this is left of it.
const REUSE_MS: i64 = 30 * 60 * 1000;
/// Refresh tokens of the legacy endpoints live 30 days.
const LEGACY_REFRESH_MS: i64 = 30 * 86_400 * 1000;
/// Held by every user token.
const BASE_SCOPE: &str = "auth:user.id:read";

/// A person's freshly issued tokens.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scopes: BTreeSet<String>,
}

impl Issued {
    /// The flat answer of the v2 and v3 endpoints.
    pub(crate) fn flat(self) -> Value {
        let mut scopes = self.scopes;
        scopes.insert(BASE_SCOPE.to_owned());
        let scope: Vec<String> = scopes.into_iter().collect();
        let mut answer = Map::new();
        answer.insert("access_token".to_owned(), self.access_token.into());
        answer.insert("expires_in".to_owned(), (ACCESS_MS / 1000).into());
        if let Some(refresh) = self.refresh_token {
            answer.insert("refresh_token".to_owned(), refresh.into());
            answer.insert(
                "refresh_token_expires_in".to_owned(),
                (REFRESH_MS / 1000).into(),
            );
        }
        answer.insert("scope".to_owned(), scope.join(" ").into());
        answer.insert("token_type".to_owned(), "Bearer".into());
        Value::Object(answer)
    }
}

/// Issues a person's tokens of the current generation.
pub(crate) fn issue_user_tokens(
    state: &mut State,
    ids: &mut IdSource,
    app: &App,
    user_key: &str,
    scopes: BTreeSet<String>,
    granted_ms: i64,
    now_ms: i64,
) -> Issued {
    state.tokens.sweep(now_ms);
    // The look of a signed token: header, payload, signature. Nothing in it is meant to be read.
    let jwt = |ids: &mut IdSource| {
        format!(
            "eyJhbGciOiJFUzI1NiIsImtpZCI6InNhbmRib3gifQ.{}.{}",
            ids.secret(3),
            ids.secret(2)
        )
    };
    let list: Vec<String> = scopes.iter().cloned().collect();
    let access_token = jwt(ids);
    state.tokens.access.insert(
        access_token.clone(),
        AccessToken {
            kind: TokenKind::User,
            app_id: app.app_id.clone(),
            tenant_key: app.tenant_key.clone(),
            user_key: Some(user_key.to_owned()),
            scopes: list.clone(),
            expires_ms: now_ms + ACCESS_MS,
            revoked: false,
        },
    );
    let refresh_token = scopes.contains("offline_access").then(|| {
        let text = jwt(ids);
        let token = RefreshToken {
            app_id: app.app_id.clone(),
            user_key: user_key.to_owned(),
            scopes: list,
            granted_ms,
            expires_ms: now_ms + REFRESH_MS,
            used: false,
            revoked: false,
            legacy: false,
        };
        state.tokens.refresh.insert(text.clone(), token);
        text
    });
    Issued {
        access_token,
        refresh_token,
        scopes,
    }
}

/// Issues a person's tokens of the legacy generation (`u-…`, `ur-…`), as its `data`.
pub(crate) fn issue_legacy(
    state: &mut State,
    ids: &mut IdSource,
    app: &App,
    user_key: &str,
    scopes: Vec<String>,
    now_ms: i64,
) -> Value {
    let access = format!("u-{}", ids.secret(1));
    let refresh = format!("ur-{}", ids.secret(1));
    let scope = scopes.join(" ");
    state.tokens.access.insert(
        access.clone(),
        AccessToken {
            kind: TokenKind::User,
            app_id: app.app_id.clone(),
            tenant_key: app.tenant_key.clone(),
            user_key: Some(user_key.to_owned()),
            scopes: scopes.clone(),
            expires_ms: now_ms + ACCESS_MS,
            revoked: false,
        },
    );
    state.tokens.refresh.insert(
        refresh.clone(),
        RefreshToken {
            app_id: app.app_id.clone(),
            user_key: user_key.to_owned(),
            scopes,
            granted_ms: now_ms,
            expires_ms: now_ms + LEGACY_REFRESH_MS,
            used: false,
            revoked: false,
            legacy: true,
        },
    );
    serde_json::json!({
        "access_token": access,
        "refresh_token": refresh,
        "token_type": "Bearer",
        "expires_in": ACCESS_MS / 1000 - 1,
        "refresh_expires_in": LEGACY_REFRESH_MS / 1000 - 1,
        "scope": scope,
    })
}

/// The tenant or app token of an app and the seconds it has left: the current one while it
/// lasts, else a new one.
pub(crate) fn service_token(
    state: &mut State,
    ids: &mut IdSource,
    app: &App,
    kind: TokenKind,
    now_ms: i64,
) -> (String, i64) {
    let letter = if kind == TokenKind::App { 'a' } else { 't' };
    let slot = format!("{}|{letter}", app.app_id);
    let current = state.tokens.current.get(&slot).and_then(|text| {
        let token = state.tokens.access.get(text)?;
        let left = token.expires_ms - now_ms;
        (!token.revoked && left > REUSE_MS).then(|| (text.clone(), left / 1000))
    });
    if let Some(current) = current {
        return current;
    }
    let text = format!("{letter}-{}", ids.secret(1));
    let token = AccessToken {
        kind,
        app_id: app.app_id.clone(),
        tenant_key: app.tenant_key.clone(),
        user_key: None,
        scopes: Vec::new(),
        expires_ms: now_ms + ACCESS_MS,
        revoked: false,
    };
    state.tokens.access.insert(text.clone(), token);
    state.tokens.current.insert(slot, text.clone());
    (text, ACCESS_MS / 1000)
}
