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
    (
        "POST",
        "/open-apis/application/v6/applications/:app_id/visibility/check_white_black_list",
        availability,
    ),
    ("GET", "/open-apis/tenant/v2/tenant/query", tenant),
];

fn calling_app<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a App, ApiError> {
    state
        .apps
        .get(&call.caller.app_id)
        .ok_or_else(|| ApiError::of(210_506))
}

/// Every scope of the app, once per kind of token: 1 in force, 2 applied for.
fn scopes(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let app = calling_app(state, call)?;
    if !app.installed {
        return Err(ApiError::of(212_100));
    }
    let lists = [
        (&app.user_scopes, "user", 1),
        (&app.tenant_scopes, "tenant", 1),
        (&app.waiting_user_scopes, "user", 2),
        (&app.waiting_tenant_scopes, "tenant", 2),
    ];
    let entries = lists.into_iter().flat_map(|(scopes, kind, status)| {
        scopes.iter().map(
            move |scope| json!({"scope_name": scope, "grant_status": status, "scope_type": kind}),
        )
    });
    Ok(Reply::Data(
        json!({"scopes": entries.collect::<Vec<Value>>()}),
    ))
}

/// Asks the tenant's admin for what is configured and not in force.
fn apply(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let app = calling_app(state, call)?;
    if app.waiting_user_scopes.is_empty() && app.waiting_tenant_scopes.is_empty() {
        return Err(ApiError::new(
            400,
            212_002,
            "unauthorized scopes were empty",
        ));
    }
    Ok(Reply::Data(json!({})))
}

/// Whether people may use the app.
fn availability(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.path.get("app_id");
    let app = calling_app(state, call)?;
    if wanted != "me" && wanted != app.app_id {
        return Err(ApiError::of(210_504));
    }
    let kind = call.user_id_kind();
    let asked = call.body.get("user_ids").and_then(Value::as_array);
    let list: Vec<Value> = asked
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|id| {
            let key = state.identity.resolve(call.caller, id, kind).ok()?;
            let inside = !app.unavailable_to.contains(&key);
            Some(json!({
                "user_id": id, "in_white_list": inside, "in_black_list": false, "in_paid_list": false,
            }))
        })
        .collect();
    Ok(Reply::Data(json!({"user_visibility_list": list})))
}

/// The app's settings; `me` is the calling app.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.path.get("app_id");
    let app = calling_app(state, call)?;
    if !app.installed {
        return Err(ApiError::of(210_504));
    }
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
        "online_version_id": app.online_version,
        "unaudit_version_id": app.review_version,
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
