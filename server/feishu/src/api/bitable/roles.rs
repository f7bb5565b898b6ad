//! Roles of a base with advanced permissions.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{FeishuError, Request, Session};

/// What a role may do with one table: 0 nothing, 1 read, 2 edit, 4 manage.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TableRole {
    /// The table.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub table_name: String,
    /// How much.
    #[serde(default, deserialize_with = "loose::int")]
    pub table_perm: i64,
}

/// A role.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Role {
    /// Identity, `rol…`.
    #[serde(default)]
    pub role_id: String,
    /// Name.
    #[serde(default)]
    pub role_name: String,
    /// By table.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub table_roles: Vec<TableRole>,
}

/// A role as it is made.
#[derive(Debug, Clone, Serialize)]
pub struct RoleBody {
    /// Name.
    pub role_name: String,
    /// One object per table.
    pub table_roles: Vec<Map<String, Value>>,
}

/// Somebody who has a role.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Member {
    /// Open id of a person.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub open_id: String,
    /// Name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub member_name: String,
}

/// `bitable.v1.appRole.list`: the most that a base can have is 30.
pub async fn list(session: &Session, app: &str) -> Result<Vec<Role>, FeishuError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Role>,
    }
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}/roles")
        .path("app_token", app)?
        .query("page_size", "30");
    Ok(session.fetch::<Page>(request).await?.items)
}

/// `bitable.v1.appRole.create`: gives its id.
pub async fn create(session: &Session, app: &str, role: &RoleBody) -> Result<String, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        role: Role,
    }
    let request = Request::post("/open-apis/bitable/v1/apps/{app_token}/roles")
        .path("app_token", app)?
        .json(role);
    Ok(session.fetch::<Reply>(request).await?.role.role_id)
}

/// `bitable.v1.appRole.delete`.
pub async fn delete(session: &Session, app: &str, role: &str) -> Result<(), FeishuError> {
    let request = Request::delete("/open-apis/bitable/v1/apps/{app_token}/roles/{role_id}")
        .path("app_token", app)?
        .path("role_id", role)?;
    session.call(request).await.map(|_reply| ())
}

/// `bitable.v1.appRoleMember.list`: the first hundred.
pub async fn members(session: &Session, app: &str, role: &str) -> Result<Vec<Member>, FeishuError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Member>,
    }
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}/roles/{role_id}/members")
        .path("app_token", app)?
        .path("role_id", role)?
        .query("page_size", "100");
    Ok(session.fetch::<Page>(request).await?.items)
}

#[derive(Serialize)]
struct One<'a> {
    r#type: &'static str,
    id: &'a str,
}

#[derive(Serialize)]
struct Members<'a> {
    member_list: Vec<One<'a>>,
}

fn listed<'a>(open_ids: &'a [String]) -> Members<'a> {
    let one = |id: &'a String| One {
        r#type: "open_id",
        id,
    };
    Members {
        member_list: open_ids.iter().map(one).collect(),
    }
}

/// `bitable.v1.appRoleMember.batchCreate`: gives people the role.
pub async fn add(
    session: &Session,
    (app, role): (&str, &str),
    open_ids: &[String],
) -> Result<(), FeishuError> {
    let request = Request::post(
        "/open-apis/bitable/v1/apps/{app_token}/roles/{role_id}/members/batch_create",
    )
    .path("app_token", app)?
    .path("role_id", role)?
    .json(&listed(open_ids))
    .idempotent(true);
    session.call(request).await.map(|_reply| ())
}

/// `bitable.v1.appRoleMember.batchDelete`: takes the role from people.
pub async fn remove(
    session: &Session,
    (app, role): (&str, &str),
    open_ids: &[String],
) -> Result<(), FeishuError> {
    let request = Request::post(
        "/open-apis/bitable/v1/apps/{app_token}/roles/{role_id}/members/batch_delete",
    )
    .path("app_token", app)?
    .path("role_id", role)?
    .json(&listed(open_ids));
    session.call(request).await.map(|_reply| ())
}
