//! Roles of the advanced permissions, and who has them.

use serde_json::{Value, json};

use super::lists::totalled;
use super::{Base, Role, enter, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{body_list, body_text, fault, optional, path};
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::IdKind;

/// Most roles of a base and most members of a role.
const ROLES_MAX: usize = 30;
const MEMBERS_MAX: usize = 200;

fn show(base: &Base, role: &Role) -> Value {
    let tables = role.tables.iter().map(|rule| {
        let mut rule = rule.clone();
        let id = rule["table_id"].as_str().unwrap_or_default();
        if let Some(table) = base.table(id) {
            rule["table_name"] = table.name.as_str().into();
        }
        rule
    });
    json!({
        "role_id": role.id,
        "role_name": role.name,
        "table_roles": tables.collect::<Vec<_>>(),
        "block_roles": role.blocks,
    })
}

/// The base of the path, when its advanced permissions are on.
fn advanced<'s>(state: &'s mut State, call: &Call<'_>) -> Result<&'s mut Base, ApiError> {
    let token = enter(state, call, Level::Full)?;
    let base = state.bases.apps.entry(token).or_default();
    if base.advanced {
        Ok(base)
    } else {
        Err(fault(1_254_301))
    }
}

fn filled(base: &Base, call: &Call<'_>, but: Option<&str>) -> Result<Role, ApiError> {
    let name = body_text(call, "role_name")?;
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(fault(1_254_032));
    }
    let mut others = base
        .roles
        .iter()
        .filter(|role| Some(role.id.as_str()) != but);
    if others.any(|role| role.name == name) {
        return Err(fault(1_254_033));
    }
    let tables = body_list(call, "table_roles");
    for rule in tables {
        let named = |key: &str| rule[key].as_str().unwrap_or_default();
        let known = base.table(named("table_id")).or_else(|| {
            let mut all = base.tables.iter();
            all.find(|table| table.name == named("table_name"))
        });
        known.ok_or_else(|| fault(1_254_041))?;
    }
    Ok(Role {
        name: name.to_owned(),
        tables: tables.to_vec(),
        blocks: body_list(call, "block_roles").to_vec(),
        ..Role::default()
    })
}

/// `GET …/roles`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let base = advanced(state, call)?;
    let items: Vec<Value> = base.roles.iter().map(|role| show(base, role)).collect();
    let scope = format!("roles/{}", path(call, "app_token"));
    totalled(&items, call, ("items", &scope), 30)
}

/// `POST …/roles`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = format!("rol{}", call.ids.hex(7));
    let base = advanced(state, call)?;
    if base.roles.len() >= ROLES_MAX {
        return Err(fault(1_254_110));
    }
    let role = Role {
        id,
        ..filled(base, call, None)?
    };
    let reply = json!({ "role": show(base, &role) });
    base.roles.push(role);
    let token = path(call, "app_token").to_owned();
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

/// `PUT …/roles/:role_id`.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = path(call, "role_id").to_owned();
    let base = advanced(state, call)?;
    let at = base.roles.iter().position(|role| role.id == id);
    let at = at.ok_or_else(|| fault(1_254_047))?;
    let role = filled(base, call, Some(&id))?;
    let role = Role {
        id,
        members: base.roles[at].members.clone(),
        ..role
    };
    let reply = json!({ "role": show(base, &role) });
    base.roles[at] = role;
    let token = path(call, "app_token").to_owned();
    touched(state, call, &token);
    Ok(Reply::Data(reply))
}

fn role_in<'b>(base: &'b mut Base, call: &Call<'_>) -> Result<&'b mut Role, ApiError> {
    let id = path(call, "role_id");
    let role = base.roles.iter_mut().find(|role| role.id == id);
    role.ok_or_else(|| fault(1_254_047))
}

/// `DELETE …/roles/:role_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let base = advanced(state, call)?;
    let id = role_in(base, call)?.id.clone();
    base.roles.retain(|role| role.id != id);
    Ok(Reply::Data(json!({})))
}

/// `GET …/roles/:role_id/members`.
fn members(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let role = role_in(advanced(state, call)?, call)?.clone();
    let tenant = &call.caller.tenant_key;
    let items: Vec<Value> = role
        .members
        .iter()
        .map(|(kind, id)| {
            let key = state.identity.resolve(call.caller, id, IdKind::OpenId);
            let name = key.map_or_else(|_| id.clone(), |key| state.identity.name_of(tenant, &key));
            let sort = match kind.as_str() {
                "chat_id" => "chat",
                "department_id" | "open_department_id" => "department",
                _ => "user",
            };
            json!({ kind: id, "member_name": name, "member_type": sort })
        })
        .collect();
    let scope = format!("members/{}", role.id);
    totalled(&items, call, ("items", &scope), 100)
}

fn enrol(state: &mut State, call: &Call<'_>, new: &[(String, String)]) -> Result<Reply, ApiError> {
    for (kind, id) in new {
        let known = match kind.as_str() {
            "open_id" => state
                .identity
                .resolve(call.caller, id, IdKind::OpenId)
                .is_ok(),
            "union_id" => state
                .identity
                .resolve(call.caller, id, IdKind::UnionId)
                .is_ok(),
            "user_id" => state
                .identity
                .resolve(call.caller, id, IdKind::UserId)
                .is_ok(),
            _ => !id.is_empty(),
        };
        if !known {
            return Err(fault(1_254_048));
        }
    }
    let role = role_in(advanced(state, call)?, call)?;
    for member in new {
        if !role.members.contains(member) {
            role.members.push(member.clone());
        }
    }
    if role.members.len() > MEMBERS_MAX {
        return Err(fault(1_254_111));
    }
    Ok(Reply::Data(json!({})))
}

fn dismiss(
    state: &mut State,
    call: &Call<'_>,
    gone: &[(String, String)],
) -> Result<Reply, ApiError> {
    let role = role_in(advanced(state, call)?, call)?;
    if gone.iter().any(|one| !role.members.contains(one)) {
        return Err(fault(1_254_048));
    }
    role.members.retain(|one| !gone.contains(one));
    Ok(Reply::Data(json!({})))
}

fn listed(call: &Call<'_>) -> Vec<(String, String)> {
    let all = body_list(call, "member_list").iter();
    all.map(|member| {
        let kind = member["type"].as_str().unwrap_or("open_id");
        let id = member["id"].as_str().unwrap_or_default();
        (kind.to_owned(), id.to_owned())
    })
    .collect()
}

fn kind_of(call: &Call<'_>) -> String {
    optional(call, "member_id_type")
        .unwrap_or("open_id")
        .to_owned()
}

fn add(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let member = (kind_of(call), body_text(call, "member_id")?.to_owned());
    enrol(state, call, &[member])
}

fn add_all(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    enrol(state, call, &listed(call))
}

fn remove(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let member = (kind_of(call), path(call, "member_id").to_owned());
    dismiss(state, call, &[member])
}

fn remove_all(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    dismiss(state, call, &listed(call))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    ("GET", "/open-apis/bitable/v1/apps/:app_token/roles", list),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/roles",
        create,
    ),
    (
        "PUT",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id",
        update,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id",
        delete,
    ),
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id/members",
        members,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id/members",
        add,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id/members/batch_create",
        add_all,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id/members/batch_delete",
        remove_all,
    ),
    (
        "DELETE",
        "/open-apis/bitable/v1/apps/:app_token/roles/:role_id/members/:member_id",
        remove,
    ),
];
