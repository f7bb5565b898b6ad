//! The first generation of user tokens (`u-…`). Its errors come with HTTP 200.

use crate::apps::App;
use crate::gateway::{ApiError, Call, Reply, Shape};
use crate::oauth::issue_legacy;
use crate::state::State;

fn bare(code: i64) -> ApiError {
    let mut error = ApiError::of(code);
    error.http = 200;
    error.shape = Shape::Bare;
    error
}

fn calling_app(state: &State, call: &Call<'_>) -> Result<App, ApiError> {
    state
        .apps
        .get(&call.caller.app_id)
        .cloned()
        .ok_or_else(|| bare(20_014))
}

/// `POST authen/v1/oidc/access_token`.
pub(super) fn redeem(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    if call.text("grant_type") != Some("authorization_code") {
        return Err(bare(20_036));
    }
    let app = calling_app(state, call)?;
    let code = state
        .tokens
        .codes
        .get_mut(call.text("code").unwrap_or_default())
        .filter(|code| !code.used)
        .ok_or_else(|| bare(20_003))?;
    if code.app_id != app.app_id {
        return Err(bare(20_024));
    }
    if code.expires_ms <= call.now_ms {
        return Err(bare(20_004));
    }
    code.used = true;
    let user_key = code.user_key.clone();
    let granted = state
        .tokens
        .grants
        .get(&app.app_id)
        .and_then(|grants| grants.get(&user_key));
    let scopes = granted
        .map(|grant| grant.scopes.iter().cloned().collect())
        .unwrap_or_default();
    Ok(Reply::Data(issue_legacy(
        state,
        call.ids,
        &app,
        &user_key,
        scopes,
        call.now_ms,
    )))
}

/// `POST authen/v1/oidc/refresh_access_token`.
pub(super) fn refresh(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    if call.text("grant_type") != Some("refresh_token") {
        return Err(bare(20_036));
    }
    let app = calling_app(state, call)?;
    let held = state
        .tokens
        .refresh
        .get_mut(call.text("refresh_token").unwrap_or_default())
        .filter(|held| held.legacy && !held.used && !held.revoked)
        .ok_or_else(|| bare(20_026))?;
    if held.app_id != app.app_id {
        return Err(bare(20_024));
    }
    if held.expires_ms <= call.now_ms {
        return Err(bare(20_037));
    }
    held.used = true;
    let (user_key, scopes) = (held.user_key.clone(), held.scopes.clone());
    Ok(Reply::Data(issue_legacy(
        state,
        call.ids,
        &app,
        &user_key,
        scopes,
        call.now_ms,
    )))
}
