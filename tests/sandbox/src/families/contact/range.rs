//! The contact range of an app: everyone.

use serde_json::json;

use crate::families::contact::view;
use crate::gateway::{ApiError, Call, Reply};
use crate::state::State;

/// `GET contact/v3/scopes`: the departments at the top and all groups.
pub(super) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tenant = view::tenant(state, call)?;
    let top: Vec<String> = tenant
        .departments
        .values()
        .filter(|department| department.parent == "0")
        .map(|department| view::department_id(call, &department.key))
        .collect();
    let groups: Vec<&String> = tenant.groups.keys().collect();
    Ok(Reply::Data(json!({
        "department_ids": top,
        "user_ids": [],
        "group_ids": groups,
        "has_more": false,
        "page_token": "",
    })))
}
