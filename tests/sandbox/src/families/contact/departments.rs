//! Departments.

use serde_json::{Value, json};

use crate::families::contact::view;
use crate::gateway::{ApiError, Call, Reply};
use crate::identity::Department;
use crate::state::State;

/// `GET departments/:department_id`.
pub(super) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let key = view::department_key(state, call, call.path.get("department_id"))?;
    let tenant = view::tenant(state, call)?;
    let root = Department {
        key: "0".to_owned(),
        name: tenant.name.clone(),
        ..Department::default()
    };
    let department = tenant.departments.get(&key).unwrap_or(&root);
    Ok(Reply::Data(
        json!({"department": view::department(state, call, department)?}),
    ))
}

/// `GET departments/batch`: unknown ids are left out.
pub(super) fn batch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let tenant = view::tenant(state, call)?;
    let items: Vec<Value> = call
        .query
        .get_all("department_ids")
        .filter_map(|id| view::department_key(state, call, id).ok())
        .filter_map(|key| tenant.departments.get(&key))
        .map(|department| view::department(state, call, department))
        .collect::<Result<_, _>>()?;
    Ok(Reply::Data(json!({"items": items})))
}

/// `GET departments/:department_id/children`, with `fetch_child` all the way down.
pub(super) fn children(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let key = view::department_key(state, call, call.path.get("department_id"))?;
    let tenant = view::tenant(state, call)?;
    let deep = call.query.flag("fetch_child") == Some(true);
    let below = tenant.below(&key);
    let mut found: Vec<&Department> = tenant
        .departments
        .values()
        .filter(|department| {
            department.key != key
                && (department.parent == key || deep && below.contains(&department.key.as_str()))
        })
        .collect();
    found.sort_by_key(|department| department.order);
    let items: Vec<Value> = found
        .into_iter()
        .map(|department| view::department(state, call, department))
        .collect::<Result<_, _>>()?;
    view::paged(call, "items", &items, 10, 50).map(Reply::Data)
}

/// `GET departments/parent`: from the nearest to the furthest.
pub(super) fn parents(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let id = call.query.get("department_id").unwrap_or_default();
    let key = view::department_key(state, call, id)?;
    let tenant = view::tenant(state, call)?;
    let parent_of = |key: &str| {
        tenant
            .departments
            .get(key)
            .and_then(|department| tenant.departments.get(&department.parent))
    };
    let chain = std::iter::successors(parent_of(&key), |department| parent_of(&department.key));
    let items: Vec<Value> = chain
        .map(|department| view::department(state, call, department))
        .collect::<Result<_, _>>()?;
    view::paged(call, "items", &items, 10, 50).map(Reply::Data)
}

/// `POST departments/search`: by part of a name.
pub(super) fn search(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let query = call.text("query").unwrap_or_default().to_lowercase();
    let tenant = view::tenant(state, call)?;
    let items: Vec<Value> = tenant
        .departments
        .values()
        .filter(|department| {
            department.name.to_lowercase().contains(&query)
                || department.en_name.to_lowercase().contains(&query)
        })
        .map(|department| view::department(state, call, department))
        .collect::<Result<_, _>>()?;
    view::paged(call, "items", &items, 10, 50).map(Reply::Data)
}
