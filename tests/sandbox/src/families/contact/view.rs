//! How people and departments are printed: base fields always, others with their field scopes.

use serde_json::{Map, Value, json};

use crate::gateway::{ApiError, Call, Page};
use crate::identity::{Department, IdKind, Tenant, User, UserStatus};
use crate::ids;
use crate::state::State;

/// The caller's tenant.
pub(super) fn tenant<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Tenant, ApiError> {
    state
        .identity
        .tenant(&call.caller.tenant_key)
        .ok_or_else(|| ApiError::of(99_991_665))
}

/// Scopes that unlock every field of people and departments.
const EVERYTHING: [&str; 2] = [
    "contact:contact:readonly_as_app",
    "contact:contact:access_as_app",
];

fn unlocked(call: &Call<'_>, scope: &str) -> bool {
    call.caller.has_any(&[
        scope,
        EVERYTHING[0],
        EVERYTHING[1],
        "contact:contact:readonly",
    ])
}

/// The pictures of a person.
pub(super) fn avatar(call: &Call<'_>, user: &User) -> Value {
    let url = format!(
        "{}/sandbox/avatar/{}/{}",
        call.origin, call.caller.tenant_key, user.key
    );
    json!({"avatar_72": url, "avatar_240": url, "avatar_640": url, "avatar_origin": url})
}

/// `status` of a person.
pub(crate) fn status(user: &User) -> Value {
    json!({
        "is_frozen": user.status == UserStatus::Frozen,
        "is_resigned": user.status == UserStatus::Resigned,
        "is_activated": true,
        "is_exited": false,
        "is_unjoin": false,
    })
}

/// A person.
pub(super) fn user(state: &State, call: &Call<'_>, user: &User) -> Value {
    let id = |kind| state.identity.id_of(call.caller, &user.key, kind);
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("union_id", id(IdKind::UnionId).into());
    put("open_id", id(IdKind::OpenId).into());
    if call.caller.has_any(&["contact:user.employee_id:readonly"]) {
        put("user_id", user.user_id.clone().into());
    }
    if unlocked(call, "contact:user.base:readonly") {
        put("name", user.name.clone().into());
        put("en_name", user.en_name.clone().into());
        put("avatar", avatar(call, user));
    }
    if unlocked(call, "contact:user.email:readonly") {
        put("email", user.email.clone().into());
    }
    if unlocked(call, "contact:user.phone:readonly") {
        put("mobile", user.mobile.clone().into());
        put("mobile_visible", true.into());
    }
    if unlocked(call, "contact:user.gender:readonly") {
        put("gender", user.gender.into());
    }
    if unlocked(call, "contact:user.department:readonly") {
        let departments: Vec<String> = user
            .departments
            .iter()
            .map(|key| department_id(call, key))
            .collect();
        put("department_ids", departments.into());
        if let Some(leader) = &user.leader {
            let kind = call.user_id_kind();
            put(
                "leader_user_id",
                state.identity.id_of(call.caller, leader, kind).into(),
            );
        }
    }
    if unlocked(call, "contact:user.employee:readonly") {
        put("status", status(user));
        put("city", user.city.clone().into());
        put("job_title", user.job_title.clone().into());
        put("employee_no", user.employee_no.clone().into());
        put("employee_type", 1.into());
        put("enterprise_email", user.email.clone().into());
        put("join_time", user.join_time.into());
        put("is_tenant_manager", user.is_admin.into());
    }
    Value::Object(out)
}

/// The id of a department in the asked kind; the root is `0` in both.
pub(super) fn department_id(call: &Call<'_>, key: &str) -> String {
    if key == "0" || call.custom_departments() {
        key.to_owned()
    } else {
        ids::open_department_id(&call.caller.tenant_key, key)
    }
}

/// The key of the department an id names (`0` for the root).
///
/// # Errors
/// 40015 when there is none.
pub(super) fn department_key(state: &State, call: &Call<'_>, id: &str) -> Result<String, ApiError> {
    if id == "0" {
        return Ok("0".to_owned());
    }
    tenant(state, call)?
        .departments
        .keys()
        .find(|key| department_id(call, key) == id)
        .cloned()
        .ok_or_else(|| ApiError::with(40_015, "department not exist"))
}

/// A department.
pub(super) fn department(
    state: &State,
    call: &Call<'_>,
    department: &Department,
) -> Result<Value, ApiError> {
    let tenant = tenant(state, call)?;
    let below = tenant.below(&department.key);
    let members = tenant.users.values().filter(|user| {
        user.departments
            .iter()
            .any(|key| below.contains(&key.as_str()))
    });
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    let open_id = ids::open_department_id(&call.caller.tenant_key, &department.key);
    put("open_department_id", open_id.into());
    put("department_id", department.key.clone().into());
    put("member_count", members.count().into());
    if unlocked(call, "contact:department.base:readonly") {
        put("name", department.name.clone().into());
        put(
            "i18n_name",
            json!({"zh_cn": department.name, "en_us": department.en_name}),
        );
    }
    if unlocked(call, "contact:department.organize:readonly") {
        put(
            "parent_department_id",
            department_id(call, &department.parent).into(),
        );
        put("order", department.order.to_string().into());
        put("status", json!({"is_deleted": false}));
        if let Some(leader) = &department.leader {
            let id = state
                .identity
                .id_of(call.caller, leader, call.user_id_kind());
            put("leader_user_id", id.clone().into());
            put("leaders", json!([{"leaderType": 1, "leaderID": id}]));
        }
    }
    Ok(Value::Object(out))
}

/// One page of a list, with `has_more` and `page_token` beside it.
pub(super) fn paged(
    call: &Call<'_>,
    name: &str,
    items: &[Value],
    default: usize,
    max: usize,
) -> Result<Value, ApiError> {
    let binding = format!("{}|{:?}", call.endpoint.name, filters(call));
    let size = call.query.page_size(default, max);
    let page = Page::of(
        items.len(),
        size,
        call.query.get("page_token"),
        &binding,
        40_012,
    )?;
    let mut out = Map::new();
    out.insert(name.to_owned(), items[page.start..page.end].to_vec().into());
    out.insert("has_more".to_owned(), page.has_more.into());
    out.insert("page_token".to_owned(), page.page_token.into());
    Ok(Value::Object(out))
}

/// The query without its paging: what a page token is bound to.
fn filters<'a>(call: &'a Call<'_>) -> Vec<&'a (String, String)> {
    let paging = |name: &str| matches!(name, "page_token" | "page_size");
    call.query
        .0
        .iter()
        .filter(|(name, _)| !paging(name))
        .collect()
}
