//! The app's own settings, and its tenant.

use serde_json::{Value, json};

use crate::apps::App;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};
use crate::state::State;

/// Method, path and handler of each simulated endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("GET", "/open-apis/application/v6/scopes", scopes),
    ("POST", "/open-apis/application/v6/scopes/apply", apply),
    ("GET", "/open-apis/application/v6/applications/:app_id", get),
    ("GET", "/open-apis/tenant/v2/tenant/query", tenant),
];

fn calling_app<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a App, ApiError> {
    state
        .apps
        .get(&call.caller.app_id)
        .ok_or_else(|| ApiError::of(210_506))
}

/// Every enabled scope, once per kind of token.
fn scopes(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let app = calling_app(state, call)?;
    let entry = |scope: &String, kind: &str| json!({"scope_name": scope, "grant_status": 1, "scope_type": kind});
    let user = app.user_scopes.iter().map(|scope| entry(scope, "user"));
    let tenant = app.tenant_scopes.iter().map(|scope| entry(scope, "tenant"));
    Ok(Reply::Data(
        json!({"scopes": user.chain(tenant).collect::<Vec<Value>>()}),
    ))
}

/// Nothing is left to apply for: everything the app configured is granted.
fn apply(_state: &mut State, _call: &mut Call<'_>) -> Result<Reply, ApiError> {
    Err(ApiError::new(400, 212_002, "no permission to apply"))
}

/// The app's settings; `me` is the calling app.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.path.get("app_id");
    let app = calling_app(state, call)?;
    if wanted != "me" && wanted != app.app_id {
        let other = state.apps.get(wanted);
        let same_tenant = other.is_some_and(|other| other.tenant_key == app.tenant_key);
        return Err(ApiError::of(if same_tenant { 210_508 } else { 210_504 }));
    }
    let both = app.user_scopes.union(&app.tenant_scopes);
    let scopes: Vec<Value> = both
        .map(|scope| {
            let user = app.user_scopes.contains(scope).then_some("user");
            let tenant = app.tenant_scopes.contains(scope).then_some("tenant");
            let kinds: Vec<&str> = tenant.into_iter().chain(user).collect();
            json!({"scope": scope, "description": scope, "level": 1, "token_types": kinds})
        })
        .collect();
    let lang = call.query.get("lang").unwrap_or("zh_cn");
    Ok(Reply::Data(json!({"app": {
        "app_id": app.app_id,
        "app_name": app.name,
        "status": i64::from(app.enabled),
        "scene_type": 0,
        "payment_type": 0,
        "create_source": "developer_console",
        "redirect_urls": app.redirect_urls,
        "online_version_id": "oav_sandbox",
        "description": app.name,
        "scopes": scopes,
        "i18n": [{"i18n_key": lang, "name": app.name, "description": app.name}],
        "primary_language": "zh_cn",
        "security": {"redirect_urls": app.redirect_urls},
        "allow_refresh_token": app.allow_refresh,
    }})))
}

/// The tenant of the caller.
fn tenant(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let key = &call.caller.tenant_key;
    let tenant = state
        .identity
        .tenant(key)
        .ok_or_else(|| ApiError::of(99_991_665))?;
    Ok(Reply::Data(json!({"tenant": {
        "name": tenant.name,
        "display_id": format!("F{}", &key[..key.len().min(8)]),
        "tenant_tag": 0,
        "tenant_key": key,
        "domain": tenant.domain,
    }})))
}
