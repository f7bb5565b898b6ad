//! The token endpoint, versions 2 and 3.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::apps::App;
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::UserStatus;
use crate::oauth::fault::{fault, missing};
use crate::oauth::issue::{issue_user_tokens, service_token};
use crate::oauth::pkce;
use crate::state::State;
use crate::tokens::{GRANT_MS, TokenKind};

/// Which endpoint was called; version 3 is stricter about PKCE and mints tenant tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// `/open-apis/authen/v2/oauth/token`
    V2,
    /// `/oauth/v3/token`
    V3,
}

/// Serves one token request.
///
/// # Errors
/// The codes of the OAuth table, in the OAuth shape.
pub(crate) fn exchange(
    state: &mut State,
    call: &mut Call<'_>,
    edition: Edition,
) -> Result<Reply, ApiError> {
    if !call.body.is_object() {
        return Err(fault(20_063));
    }
    let app = authenticate(state, call)?;
    match text(call, "grant_type") {
        None => Err(missing("grant_type")),
        Some("authorization_code") => redeem(state, call, &app, edition),
        Some("refresh_token") => refresh(state, call, &app),
        Some("client_credentials") if edition == Edition::V3 => {
            let (token, left) =
                service_token(state, call.ids, &app, TokenKind::Tenant, call.now_ms);
            let answer = json!({"access_token": token, "expires_in": left, "token_type": "Bearer"});
            Ok(Reply::Flat(answer))
        }
        Some(_) => Err(fault(20_036)),
    }
}

fn text<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    call.body
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Finds the app and checks its secret, from the body or from HTTP Basic but not both.
fn authenticate(state: &State, call: &Call<'_>) -> Result<App, ApiError> {
    let basic = call
        .authorization
        .and_then(|value| value.strip_prefix("Basic "));
    let in_body = text(call, "client_secret");
    if basic.is_some() && in_body.is_some() {
        return Err(fault(20_070));
    }
    let (client_id, secret) = match basic {
        Some(encoded) => basic_pair(encoded).ok_or_else(|| fault(20_063))?,
        None => (
            text(call, "client_id")
                .ok_or_else(|| missing("client_id"))?
                .to_owned(),
            in_body.ok_or_else(|| missing("client_secret"))?.to_owned(),
        ),
    };
    let app = state.apps.get(&client_id);
    let app = app
        .filter(|app| app.brand == call.brand)
        .ok_or_else(|| fault(20_048))?;
    if app.secret != secret {
        return Err(fault(20_002));
    }
    if !app.enabled {
        return Err(fault(20_069));
    }
    if !app.in_force() {
        return Err(fault(20_009));
    }
    Ok(app.clone())
}

fn basic_pair(encoded: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Turns a code into tokens.
fn redeem(
    state: &mut State,
    call: &mut Call<'_>,
    app: &App,
    edition: Edition,
) -> Result<Reply, ApiError> {
    let text_of_code = text(call, "code")
        .ok_or_else(|| missing("code"))?
        .to_owned();
    let code = state
        .tokens
        .codes
        .get(&text_of_code)
        .ok_or_else(|| fault(20_003))?
        .clone();
    if code.app_id != app.app_id {
        return Err(fault(20_024));
    }
    if code.used {
        return Err(fault(20_065));
    }
    if code.expires_ms <= call.now_ms {
        return Err(fault(20_004));
    }
    if text(call, "redirect_uri").is_some_and(|uri| uri != code.redirect_uri) {
        return Err(fault(20_071));
    }
    match (&code.challenge, text(call, "code_verifier")) {
        (None, None) => {}
        // Version 2 has not been seen to mind a verifier nobody asked for.
        (None, Some(_)) if edition == Edition::V2 => {}
        (Some(challenge), Some(verifier)) if pkce::verifies(challenge, verifier) => {}
        _ => return Err(fault(20_049)),
    }
    check_person(state, app, &code.user_key)?;
    let grant = state
        .tokens
        .grants
        .get(&app.app_id)
        .and_then(|grants| grants.get(&code.user_key))
        .cloned()
        .unwrap_or_default();
    let granted: BTreeSet<String> = grant
        .scopes
        .into_iter()
        .filter(|scope| app.offers_to_users(scope))
        .collect();
    let scopes = narrow(call, granted)?;
    if let Some(code) = state.tokens.codes.get_mut(&text_of_code) {
        code.used = true;
    }
    let issued = issue_user_tokens(
        state,
        call.ids,
        app,
        &code.user_key,
        scopes,
        grant.granted_ms,
        call.now_ms,
    );
    Ok(Reply::Flat(issued.flat()))
}

/// Turns a refresh token into the next pair; the token is dead afterwards.
fn refresh(state: &mut State, call: &mut Call<'_>, app: &App) -> Result<Reply, ApiError> {
    let old = text(call, "refresh_token")
        .ok_or_else(|| missing("refresh_token"))?
        .to_owned();
    let held = state
        .tokens
        .refresh
        .get(&old)
        .ok_or_else(|| fault(20_026))?
        .clone();
    if held.legacy {
        return Err(fault(20_026));
    }
    if held.app_id != app.app_id {
        return Err(fault(20_024));
    }
    if held.used {
        return Err(fault(20_073));
    }
    if held.revoked {
        return Err(fault(20_064));
    }
    if held.expires_ms <= call.now_ms || held.granted_ms + GRANT_MS <= call.now_ms {
        return Err(fault(20_037));
    }
    if !app.allow_refresh {
        return Err(fault(20_074));
    }
    check_person(state, app, &held.user_key)?;
    let scopes = narrow(call, held.scopes.into_iter().collect())?;
    if let Some(held) = state.tokens.refresh.get_mut(&old) {
        held.used = true;
    }
    let issued = issue_user_tokens(
        state,
        call.ids,
        app,
        &held.user_key,
        scopes,
        held.granted_ms,
        call.now_ms,
    );
    Ok(Reply::Flat(issued.flat()))
}

fn check_person(state: &State, app: &App, user_key: &str) -> Result<(), ApiError> {
    let user = state
        .identity
        .user(&app.tenant_key, user_key)
        .ok_or_else(|| fault(20_008))?;
    if user.status != UserStatus::Active {
        return Err(fault(20_066));
    }
    if app.unavailable_to.contains(user_key) {
        return Err(fault(20_010));
    }
    Ok(())
}

/// Applies the optional `scope` parameter, which can only take away.
fn narrow(call: &Call<'_>, granted: BTreeSet<String>) -> Result<BTreeSet<String>, ApiError> {
    let Some(asked) = text(call, "scope") else {
        return Ok(granted);
    };
    let mut narrowed = BTreeSet::new();
    for scope in asked.split(' ').filter(|scope| !scope.is_empty()) {
        if scope == "auth:user.id:read" {
            continue;
        }
        if !granted.contains(scope) {
            return Err(fault(20_068));
        }
        if !narrowed.insert(scope.to_owned()) {
            return Err(fault(20_067));
        }
    }
    Ok(narrowed)
}
