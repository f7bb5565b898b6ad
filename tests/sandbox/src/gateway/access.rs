//! Who calls, and may they: token, app scope, user privilege, in this order.

use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::facts::Endpoint;
use crate::gateway::{ApiError, Caller, CallerIdentity, scopes};
use crate::identity::{IdKind, UserStatus};
use crate::state::State;
use crate::tokens::{AccessToken, TokenKind};

const MISSING: &str =
    "Missing access token for authorization. Please make a request with token attached.";
const INVALID: &str =
    "Invalid access token for authorization. Please make a request with token attached.";

/// The bearer token of a request.
///
/// # Errors
/// 99991661 without one.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim)
        .filter(|token| !token.is_empty())
        .ok_or_else(|| ApiError::new(400, 99_991_661, MISSING))
}

/// Turns a token into a caller.
///
/// # Errors
/// 99991663/64/68/71 for tokens that are not valid here, 99991677 for an expired user token.
pub(crate) fn identify(
    state: &State,
    endpoint: &Endpoint,
    token: &str,
    now_ms: i64,
) -> Result<Caller, ApiError> {
    let Some(held) = state.tokens.access.get(token) else {
        return Err(unknown(token));
    };
    if held.revoked {
        return Err(unknown(token));
    }
    if held.expires_ms <= now_ms {
        return Err(match held.kind {
            TokenKind::User => ApiError::new(
                401,
                99_991_677,
                "Authentication token expired. Please request a new one.",
            ),
            _ => unknown(token),
        });
    }
    let app = state.apps.get(&held.app_id).ok_or_else(|| unknown(token))?;
    if !app.enabled {
        return Err(ApiError::new(400, 99_991_662, "app not in use"));
    }
    if app.refuses_address {
        let text = "ip 127.0.0.1 is denied by app setting";
        return Err(ApiError::new(403, 99_991_401, text));
    }
    let letter = match held.kind {
        TokenKind::User => 'u',
        TokenKind::Tenant => 't',
        TokenKind::App => 'a',
    };
    if !endpoint.tokens.contains(letter) {
        return Err(match held.kind {
            TokenKind::User => ApiError::new(400, 99_991_668, "user access token not support"),
            TokenKind::Tenant => ApiError::new(400, 99_991_663, "tenant access token not support"),
            TokenKind::App => ApiError::new(400, 99_991_664, "app access token not support"),
        });
    }
    Ok(Caller {
        app_id: held.app_id.clone(),
        tenant_key: held.tenant_key.clone(),
        identity: person(state, held, token)?,
        scopes: match held.kind {
            TokenKind::User => held
                .scopes
                .iter()
                .filter(|scope| app.offers_to_users(scope))
                .cloned()
                .collect(),
            _ => app.tenant_scopes.iter().cloned().collect(),
        },
    })
}

fn person(state: &State, held: &AccessToken, token: &str) -> Result<CallerIdentity, ApiError> {
    let Some(user_key) = &held.user_key else {
        return Ok(CallerIdentity::App);
    };
    let user = state
        .identity
        .user(&held.tenant_key, user_key)
        .ok_or_else(|| unknown(token))?;
    match user.status {
        UserStatus::Active => {}
        UserStatus::Resigned => return Err(ApiError::with(20_021, "User resigned")),
        UserStatus::Frozen => return Err(ApiError::with(20_022, "User frozen")),
    }
    let open_id =
        state
            .identity
            .app_id_of(&held.app_id, &held.tenant_key, user_key, IdKind::OpenId);
    Ok(CallerIdentity::User {
        user_key: user_key.clone(),
        open_id,
    })
}

fn unknown(token: &str) -> ApiError {
    if token.starts_with("t-") {
        ApiError::new(400, 99_991_663, INVALID)
    } else if token.starts_with("a-") {
        ApiError::new(400, 99_991_664, "invalid app token")
    } else if token.starts_with("u-") || token.starts_with("eyJ") {
        ApiError::new(400, 99_991_668, INVALID)
    } else {
        ApiError::new(400, 99_991_671, "Invalid token: must start with t-/u-")
    }
}

/// Checks the scopes of an endpoint: first the app's, then the person's.
///
/// # Errors
/// 99991672 when the app lacks all of them, 99991679 when the person has granted none.
pub(crate) fn authorize(
    state: &State,
    endpoint: &Endpoint,
    caller: &Caller,
) -> Result<(), ApiError> {
    if endpoint.scopes.is_empty() {
        return Ok(());
    }
    let Some(app) = state.apps.get(&caller.app_id) else {
        return Ok(());
    };
    let by_user = caller.user_key().is_some();
    let enabled = if by_user {
        &app.user_scopes
    } else {
        &app.tenant_scopes
    };
    let enabled: Vec<&String> = endpoint
        .scopes
        .iter()
        .filter(|wanted| scopes::holds_in(enabled, wanted))
        .collect();
    if enabled.is_empty() {
        return Err(app_lacks(endpoint, caller, by_user));
    }
    if by_user
        && !endpoint
            .scopes
            .iter()
            .any(|wanted| scopes::holds(&caller.scopes, wanted))
    {
        return Err(user_lacks(endpoint));
    }
    Ok(())
}

fn violations(endpoint: &Endpoint, kind: &str) -> Value {
    endpoint
        .scopes
        .iter()
        .map(|scope| json!({"type": kind, "subject": scope}))
        .collect()
}

fn app_lacks(endpoint: &Endpoint, caller: &Caller, by_user: bool) -> ApiError {
    let url = format!(
        "https://open.feishu.cn/app/{}/auth?q={}&op_from=openapi&token_type={}",
        caller.app_id,
        endpoint.scopes.join(","),
        if by_user { "user" } else { "tenant" }
    );
    let msg = format!(
        "Access denied. One of the following scopes is required: [{}]. {url}",
        endpoint.scopes.join(", ")
    );
    ApiError::new(400, 99_991_672, msg)
        .detail(
            "permission_violations",
            violations(endpoint, "action_scope_required"),
        )
        .detail(
            "helps",
            json!([{"url": url, "description": "Enable one of the scopes"}]),
        )
}

fn user_lacks(endpoint: &Endpoint) -> ApiError {
    let msg = format!(
        "Unauthorized. You do not have permission to perform the requested operation on the \
         resource. Please request user re-authorization and try again. required one of these \
         privileges under the user identity: [{}]",
        endpoint.scopes.join(", ")
    );
    ApiError::new(400, 99_991_679, msg).detail(
        "permission_violations",
        violations(endpoint, "action_privilege_required"),
    )
}
