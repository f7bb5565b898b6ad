//! How far an object reaches beyond its collaborators: the settings of version 2, and those of
//! version 1 that say the same with fewer words.

use serde_json::{Value, json};

use super::super::super::access::{Level, Viewer};
use super::super::super::common::fault;
use super::super::Link;
use super::object;
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// `GET drive/v2/permissions/:token/public`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::View)?;
    Ok(Reply::Data(settings(state, &token)))
}

fn reach(state: &State, token: &str) -> (Link, bool) {
    state
        .drive
        .entries
        .get(token)
        .map_or((Link::Closed, false), |entry| (entry.link, entry.external))
}

fn settings(state: &State, token: &str) -> Value {
    let (link, external) = reach(state, token);
    json!({ "permission_public": {
        "external_access_entity": if external { "open" } else { "closed" },
        "security_entity": "anyone_can_view",
        "comment_entity": "anyone_can_view",
        "share_entity": if external { "anyone" } else { "same_tenant" },
        "manage_collaborator_entity": "collaborator_full_access",
        "link_share_entity": link.word(),
        "copy_entity": "anyone_can_view",
        "lock_switch": false,
    }})
}

/// `PATCH drive/v2/permissions/:token/public`: only the reach of the link and the door to other
/// tenants have an effect here.
pub(crate) fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let external = match call
        .body
        .get("external_access_entity")
        .and_then(Value::as_str)
    {
        None => None,
        Some("closed") => Some(false),
        Some("open") => Some(true),
        // No tenant of the sandbox has partners.
        Some(_) => return Err(fault(1_063_003)),
    };
    let link = link(call)?;
    change(state, &viewer, &token, external, link)?;
    Ok(Reply::Data(settings(state, &token)))
}

fn link(call: &Call<'_>) -> Result<Option<Link>, ApiError> {
    let word = call.body.get("link_share_entity").and_then(Value::as_str);
    word.map(|word| Link::parse(word).ok_or_else(|| fault(1_063_003)))
        .transpose()
}

/// The tenant must allow what reaches outside, and the object's own door must be open for it.
fn change(
    state: &mut State,
    viewer: &Viewer,
    token: &str,
    external: Option<bool>,
    link: Option<Link>,
) -> Result<(), ApiError> {
    let (before, open) = reach(state, token);
    let open = external.unwrap_or(open);
    let mut link = link.unwrap_or(before);
    if !open && link.reaches_outside() {
        if external == Some(false) && link == before {
            // Closing the door draws the link back inside.
            link = if before == Link::AnyoneEditable {
                Link::TenantEditable
            } else {
                Link::TenantReadable
            };
        } else {
            return Err(fault(1_063_003));
        }
    }
    let tenant = state.identity.tenant(&viewer.tenant);
    if open && !tenant.is_some_and(|tenant| tenant.shares_outside) {
        return Err(fault(1_063_003));
    }
    if let Some(entry) = state.drive.entries.get_mut(token) {
        entry.link = link;
        entry.external = open;
    }
    Ok(())
}

/// `GET drive/v1/permissions/:token/public`.
pub(crate) fn get_v1(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::View)?;
    Ok(Reply::Data(settings_v1(state, &token)))
}

fn settings_v1(state: &State, token: &str) -> Value {
    let (link, external) = reach(state, token);
    json!({ "permission_public": {
        "external_access": external,
        "security_entity": "anyone_can_view",
        "comment_entity": "anyone_can_view",
        "share_entity": if external { "anyone" } else { "same_tenant" },
        "link_share_entity": link.word(),
        "invite_external": external,
        "lock_switch": false,
    }})
}

/// `PATCH drive/v1/permissions/:token/public`.
pub(crate) fn patch_v1(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let external = call.body.get("external_access").and_then(Value::as_bool);
    let link = link(call)?;
    change(state, &viewer, &token, external, link)?;
    Ok(Reply::Data(settings_v1(state, &token)))
}
