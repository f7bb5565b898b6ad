//! User groups; all endpoints take a tenant token only.

use serde_json::{Value, json};

use crate::families::contact::view;
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::{IdKind, UserGroup};
use crate::state::State;

fn group(group: &UserGroup) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "member_user_count": group.users.len(),
        "member_department_count": group.departments.len(),
        "type": group.kind,
    })
}

fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a UserGroup, ApiError> {
    let groups = &view::tenant(state, call)?.groups;
    groups
        .get(call.path.get("group_id"))
        .ok_or_else(|| ApiError::with(42_002, "invalid group_id"))
}

/// `GET group/simplelist`.
pub(super) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let kind = call.query.int("type").unwrap_or(1);
    let items: Vec<Value> = view::tenant(state, call)?
        .groups
        .values()
        .filter(|group| group.kind == kind)
        .map(group)
        .collect();
    view::paged(call, "grouplist", &items, 50, 100).map(Reply::Data)
}

/// `GET group/member_belong`: the groups of one person, one kind per call (default 1).
pub(super) fn belonging(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let kind = IdKind::parse(call.query.get("member_id_type").unwrap_or("open_id"));
    let id = call.query.get("member_id").unwrap_or_default();
    let key = state
        .identity
        .resolve(call.caller, id, kind)
        .map_err(|_| ApiError::with(41_073, "invalid member_id"))?;
    let tenant = view::tenant(state, call)?;
    let wanted = call.query.int("group_type").unwrap_or(1);
    let items: Vec<Value> = tenant
        .groups
        .values()
        .filter(|group| group.kind == wanted && tenant.belongs(&key, group))
        .map(|group| Value::from(group.id.clone()))
        .collect();
    view::paged(call, "group_list", &items, 500, 1000).map(Reply::Data)
}

/// `GET group/:group_id`.
pub(super) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    find(state, call).map(|found| Reply::Data(json!({"group": group(found)})))
}

/// `GET group/:group_id/member/simplelist`: the people or the departments that were put in.
pub(super) fn members(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let found = find(state, call)?;
    let id_type = call.query.get("member_id_type").unwrap_or("open_id");
    let entry = |id: String, member_type: &str, id_type: &str| json!({"member_id": id, "member_type": member_type, "member_id_type": id_type});
    let items: Vec<Value> = if call.query.get("member_type") == Some("department") {
        let custom = id_type == "department_id";
        let named = if custom {
            "department_id"
        } else {
            "open_department_id"
        };
        let id = |key: &String| {
            if custom || key == "0" {
                key.clone()
            } else {
                crate::ids::open_department_id(&call.caller.tenant_key, key)
            }
        };
        found
            .departments
            .iter()
            .map(|key| entry(id(key), "department", named))
            .collect()
    } else {
        let kind = IdKind::parse(id_type);
        let id = |key: &String| state.identity.id_of(call.caller, key, kind);
        found
            .users
            .iter()
            .map(|key| entry(id(key), "user", id_type))
            .collect()
    };
    view::paged(call, "memberlist", &items, 50, 100).map(Reply::Data)
}
