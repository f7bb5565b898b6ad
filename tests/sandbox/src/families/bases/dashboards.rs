//! Dashboards: they can be listed and copied.

use serde_json::{Value, json};

use super::lists::totalled;
use super::{enter, touched};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{body_text, fault, path};
use crate::gateway::{ApiError, Call, Reply};

/// `GET …/dashboards`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::View)?;
    let base = state.bases.apps.get(&token);
    let boards = base.into_iter().flat_map(|base| &base.dashboards);
    let items: Vec<Value> = boards
        .map(|(id, name)| json!({ "block_id": id, "name": name }))
        .collect();
    totalled(
        &items,
        call,
        ("dashboards", &format!("boards/{token}")),
        500,
    )
}

/// `POST …/dashboards/:block_id/copy`.
fn copy(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = enter(state, call, Level::Edit)?;
    let name = body_text(call, "name")?.to_owned();
    let base = state.bases.apps.entry(token.clone()).or_default();
    let block = path(call, "block_id");
    if !base.dashboards.iter().any(|(id, _)| id == block) {
        return Err(fault(1_254_050));
    }
    if base.dashboards.iter().any(|(_, known)| *known == name) {
        return Err(fault(1_254_039));
    }
    let id = format!("blk{}", call.ids.hex(13));
    base.dashboards.push((id.clone(), name.clone()));
    touched(state, call, &token);
    Ok(Reply::Data(json!({ "block_id": id, "name": name })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/bitable/v1/apps/:app_token/dashboards",
        list,
    ),
    (
        "POST",
        "/open-apis/bitable/v1/apps/:app_token/dashboards/:block_id/copy",
        copy,
    ),
];
