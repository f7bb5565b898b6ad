//! Giving an object to somebody else.

use serde_json::{Value, json};

use super::super::super::access::{Level, Viewer};
use super::super::super::common::{body_text, fault, flag, optional};
use super::super::super::people::People;
use super::super::Member;
use super::object;
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// `POST drive/v1/permissions/:token/members/transfer_owner`: only the owner may.
pub(crate) fn transfer(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::View)?;
    let kind = body_text(call, "member_type")?;
    let id = body_text(call, "member_id")?;
    let people = People::of(state, call);
    let heir = match kind {
        "openid" | "userid" | "email" => people.find_as(id, kind),
        _ => None,
    };
    let heir = heir.ok_or_else(|| fault(1_063_001))?;
    let leaves = flag(call, "remove_old_owner")?.unwrap_or(false);
    let stays_put = flag(call, "stay_put")?.unwrap_or(false);
    let kept = match optional(call, "old_owner_perm") {
        None => Level::Full,
        Some(word) => Level::parse(word).ok_or_else(|| fault(1_063_001))?,
    };
    let root = {
        let heirs = Viewer {
            tenant: viewer.tenant.clone(),
            actor: heir.clone(),
            is_app: false,
            circles: Vec::new(),
        };
        state.drive.root_of(&heirs, call.ids, call.now_ms)
    };
    let own_roots: Vec<String> = state.drive.roots.values().cloned().collect();
    let Some(entry) = state.drive.entries.get_mut(&token) else {
        return Err(fault(1_063_001));
    };
    if entry.owner != viewer.actor {
        return Err(fault(1_063_002));
    }
    if entry.owner == heir || own_roots.contains(&token) {
        return Err(fault(1_063_003));
    }
    let before = std::mem::replace(&mut entry.owner, heir.clone());
    entry
        .members
        .retain(|member| member.who != heir && member.who != before);
    if !leaves {
        entry.members.push(Member {
            kind: if before.starts_with("cli_") {
                "appid"
            } else {
                "openid"
            }
            .to_owned(),
            who: before,
            level: kept,
            perm_type: "container".to_owned(),
        });
    }
    // What lay in the old owner's root goes to the new owner's.
    let in_root = entry
        .parent
        .as_ref()
        .is_some_and(|parent| own_roots.contains(parent));
    if in_root && !stays_put {
        entry.parent = Some(root);
    }
    Ok(Reply::Data(json!(Value::Object(serde_json::Map::new()))))
}
