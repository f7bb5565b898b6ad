//! People.

use serde_json::{Value, json};

use crate::families::contact::view;
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::{User, UserStatus};
use crate::state::State;

fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// `GET users/:user_id`.
pub(super) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let key = state
        .identity
        .resolve(call.caller, call.path.get("user_id"), call.user_id_kind())?;
    let tenant = view::tenant(state, call)?;
    let user = tenant.users.get(&key).ok_or_else(|| ApiError::of(41_012))?;
    Ok(Reply::Data(json!({"user": view::user(state, call, user)})))
}

/// `GET users/batch`: unknown ids are left out.
pub(super) fn batch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let ids: Vec<&str> = call
        .query
        .get_all("user_ids")
        .flat_map(|ids| ids.split(','))
        .collect();
    if ids.len() > 50 {
        return Err(ApiError::field("user_ids", "the max len is 50"));
    }
    let tenant = view::tenant(state, call)?;
    let items: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| {
            state
                .identity
                .resolve(call.caller, id, call.user_id_kind())
                .ok()
        })
        .filter_map(|key| tenant.users.get(&key))
        .map(|user| view::user(state, call, user))
        .collect();
    Ok(Reply::Data(json!({"items": items})))
}

/// `POST users/basic_batch`: names only.
pub(super) fn basic_batch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tenant = view::tenant(state, call)?;
    let users: Vec<Value> = texts(call.body, "user_ids")
        .into_iter()
        .filter_map(|id| {
            let key = state
                .identity
                .resolve(call.caller, id, call.user_id_kind())
                .ok()?;
            let user = tenant.users.get(&key)?;
            Some(json!({
                "user_id": id,
                "name": user.name,
                "i18n_name": {"zh_cn": user.name, "en_us": user.en_name},
            }))
        })
        .collect();
    Ok(Reply::Data(json!({"users": users})))
}

/// `POST users/batch_get_id`: an unknown address comes back without an id.
pub(super) fn batch_get_id(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tenant = view::tenant(state, call)?;
    let resigned = call.body.get("include_resigned") == Some(&Value::Bool(true));
    let entry = |field: &str, text: &str, found: Option<&User>| {
        let found = found.filter(|user| resigned || user.status != UserStatus::Resigned);
        found.map_or_else(
            || json!({field: text}),
            |user| {
                let id = state
                    .identity
                    .id_of(call.caller, &user.key, call.user_id_kind());
                json!({"user_id": id, field: text, "status": view::status(user)})
            },
        )
    };
    let emails = texts(call.body, "emails").into_iter().map(|text| {
        entry(
            "email",
            text,
            tenant.users.values().find(|user| user.email == text),
        )
    });
    let mobiles = texts(call.body, "mobiles").into_iter().map(|text| {
        let same =
            |user: &&User| user.mobile == text || user.mobile.strip_prefix("+86") == Some(text);
        entry("mobile", text, tenant.users.values().find(same))
    });
    let list: Vec<Value> = emails.chain(mobiles).collect();
    Ok(Reply::Data(json!({"user_list": list})))
}

/// `GET users/find_by_department`: direct members only.
pub(super) fn find_by_department(
    state: &mut State,
    call: &mut Call<'_>,
) -> Result<Reply, ApiError> {
    let id = call.query.get("department_id").unwrap_or_default();
    let key = view::department_key(state, call, id)?;
    let items: Vec<Value> = view::tenant(state, call)?
        .users
        .values()
        .filter(|user| user.status != UserStatus::Resigned && user.departments.contains(&key))
        .map(|user| view::user(state, call, user))
        .collect();
    view::paged(call, "items", &items, 10, 50).map(Reply::Data)
}
