//! Tokens of a self-built app itself. Bad credentials come with HTTP 200.

use serde_json::json;

use crate::apps::App;
use crate::gateway::{ApiError, Call, Reply, Shape};
use crate::oauth::service_token;
use crate::state::State;
use crate::tokens::TokenKind;

/// `POST auth/v3/tenant_access_token/internal`.
pub(super) fn tenant_token(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let app = credentials(state, call)?;
    let (token, expire) = service_token(state, call.ids, &app, TokenKind::Tenant, call.now_ms);
    Ok(Reply::Flat(
        json!({"msg": "ok", "tenant_access_token": token, "expire": expire}),
    ))
}

/// `POST auth/v3/app_access_token/internal`.
pub(super) fn app_token(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let app = credentials(state, call)?;
    let (token, expire) = service_token(state, call.ids, &app, TokenKind::App, call.now_ms);
    let (tenant, _) = service_token(state, call.ids, &app, TokenKind::Tenant, call.now_ms);
    Ok(Reply::Flat(json!({
        "msg": "ok",
        "app_access_token": token,
        "tenant_access_token": tenant,
        "expire": expire,
    })))
}

fn credentials(state: &State, call: &Call<'_>) -> Result<App, ApiError> {
    let bare = |code: i64, msg: &str| {
        let mut error = ApiError::new(200, code, msg);
        error.shape = Shape::Bare;
        error
    };
    let app_id = call.text("app_id").unwrap_or_default();
    let well_formed = app_id
        .strip_prefix("cli_")
        .is_some_and(|rest| rest.len() == 16 && rest.chars().all(|c| c.is_ascii_alphanumeric()));
    if !well_formed {
        return Err(bare(10_003, "invalid param"));
    }
    let app = state
        .apps
        .get(app_id)
        .filter(|app| app.brand == call.brand)
        .ok_or_else(|| bare(10_014, "app id not exists"))?;
    if !app.enabled {
        return Err(bare(10_014, "app unauthorized"));
    }
    if call.text("app_secret") != Some(app.secret.as_str()) {
        return Err(bare(10_015, "wrong app secret"));
    }
    Ok(app.clone())
}
