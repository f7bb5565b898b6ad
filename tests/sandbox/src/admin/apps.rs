//! Approvals without a browser, settings of apps, status of people, members of groups.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::{answer, read};
use crate::gateway::ApiError;
use crate::identity::{User, UserStatus};
use crate::oauth::{self, AuthorizeRequest};
use crate::shared::SharedState;

/// The parameters of the authorize page plus `user`; answers `{"code": …}`.
pub(super) async fn approve(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(read::<AuthorizeRequest>(&body).and_then(|mut request| {
        "code".clone_into(&mut request.response_type);
        let code = shared
            .with(|state, ids| oauth::approve(state, ids, &request, &request.user.clone()))?;
        Ok(json!({"code": code}))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeApp {
    secret: Option<String>,
    enabled: Option<bool>,
    allow_refresh: Option<bool>,
    redirect_urls: Option<Vec<String>>,
    user_scopes: Option<Vec<String>>,
    tenant_scopes: Option<Vec<String>>,
    /// Scopes to take away from both lists.
    #[serde(default)]
    remove_scopes: Vec<String>,
    unavailable_to: Option<Vec<String>>,
    installed: Option<bool>,
    online_version: Option<String>,
    review_version: Option<String>,
    waiting_user_scopes: Option<Vec<String>>,
    refuses_address: Option<bool>,
    encrypt_key: Option<String>,
    verification_token: Option<String>,
}

pub(super) async fn change_app(
    State(shared): State<SharedState>,
    Path(app_id): Path<String>,
    body: Bytes,
) -> Response {
    answer(read::<ChangeApp>(&body).and_then(|change| {
        shared.with(|state, _| {
            let app = state
                .apps
                .get_mut(&app_id)
                .ok_or_else(|| ApiError::new(404, 404, "no such app"))?;
            app.enabled = change.enabled.unwrap_or(app.enabled);
            app.allow_refresh = change.allow_refresh.unwrap_or(app.allow_refresh);
            if let Some(secret) = change.secret {
                app.secret = secret;
            }
            if let Some(urls) = change.redirect_urls {
                app.redirect_urls = urls;
            }
            if let Some(scopes) = change.user_scopes {
                app.user_scopes = scopes.into_iter().collect();
            }
            if let Some(scopes) = change.tenant_scopes {
                app.tenant_scopes = scopes.into_iter().collect();
            }
            for scope in &change.remove_scopes {
                app.user_scopes.remove(scope);
                app.tenant_scopes.remove(scope);
            }
            if let Some(users) = change.unavailable_to {
                app.unavailable_to = users.into_iter().collect();
            }
            app.installed = change.installed.unwrap_or(app.installed);
            app.refuses_address = change.refuses_address.unwrap_or(app.refuses_address);
            if let Some(key) = change.encrypt_key {
                app.encrypt_key = key;
            }
            if let Some(token) = change.verification_token {
                app.verification_token = token;
            }
            if let Some(version) = change.online_version {
                app.online_version = version;
            }
            if let Some(version) = change.review_version {
                app.review_version = version;
            }
            if let Some(scopes) = change.waiting_user_scopes {
                app.waiting_user_scopes = scopes.into_iter().collect();
            }
            Ok(json!({"app_id": app.app_id}))
        })
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeUser {
    /// `active`, `frozen` or `resigned`.
    status: Option<String>,
    /// Keys of departments, the main one first.
    departments: Option<Vec<String>>,
}

pub(super) async fn change_user(
    State(shared): State<SharedState>,
    Path((tenant_key, user_key)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    answer(read::<ChangeUser>(&body).and_then(|change| {
        let status = match change.status.as_deref() {
            None => None,
            Some("active") => Some(UserStatus::Active),
            Some("frozen") => Some(UserStatus::Frozen),
            Some("resigned") => Some(UserStatus::Resigned),
            Some(_) => {
                return Err(ApiError::new(
                    400,
                    400,
                    "status is active, frozen or resigned",
                ));
            }
        };
        change_person(&shared, &tenant_key, &user_key, |user| {
            user.status = status.unwrap_or(user.status);
            if let Some(departments) = change.departments {
                user.departments = departments;
            }
        })
    }))
}

/// Takes a person out of the organisation, as its administrators do.
pub(super) async fn delete_user(
    State(shared): State<SharedState>,
    Path((tenant_key, user_key)): Path<(String, String)>,
) -> Response {
    answer(change_person(&shared, &tenant_key, &user_key, |user| {
        user.status = UserStatus::Resigned;
    }))
}

fn change_person(
    shared: &SharedState,
    tenant_key: &str,
    user_key: &str,
    change: impl FnOnce(&mut User),
) -> Result<Value, ApiError> {
    let changed = shared.change_tenant(tenant_key, |tenant| {
        tenant.users.get_mut(user_key).map(change)
    });
    match changed.flatten() {
        Some(()) => Ok(json!({"user": user_key})),
        None => Err(ApiError::new(404, 404, "no such person")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeGroup {
    /// Keys of the people who belong to it from now on.
    users: Option<Vec<String>>,
    /// Keys of the departments.
    departments: Option<Vec<String>>,
}

pub(super) async fn change_group(
    State(shared): State<SharedState>,
    Path((tenant_key, group_id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    answer(read::<ChangeGroup>(&body).and_then(|change| {
        shared.with(|state, _| {
            let tenant = state.identity.tenants.get_mut(&tenant_key);
            let group = tenant
                .and_then(|tenant| tenant.groups.get_mut(&group_id))
                .ok_or_else(|| ApiError::new(404, 404, "no such group"))?;
            if let Some(users) = change.users {
                group.users = users;
            }
            if let Some(departments) = change.departments {
                group.departments = departments;
            }
            Ok(json!({"group": group.id, "users": group.users, "departments": group.departments}))
        })
    }))
}
