//! Collaborators and what the caller may do.

pub(crate) mod owner;
pub(crate) mod public;

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{fault, optional, path, wanted};
use super::super::people::People;
use super::{Entry, Member};
use crate::State;
use crate::gateway::{ApiError, Call, Reply};

/// Most collaborators per batch.
const BATCH_MAX: usize = 10;

/// The object that a permission call is about; `type=wiki` names a node.
fn object(
    state: &State,
    call: &Call<'_>,
    viewer: &Viewer,
    need: Level,
) -> Result<String, ApiError> {
    let (token, kind) = (path(call, "token"), wanted(call, "type")?);
    let object = match kind {
        "wiki" => state
            .wiki
            .nodes
            .get(token)
            .map_or("", |node| node.obj_token.as_str()),
        _ => token,
    };
    let entry = state
        .drive
        .entries
        .get(object)
        .ok_or_else(|| fault(1_063_001))?;
    if entry.deleted {
        return Err(fault(1_063_005));
    }
    if kind != "wiki" && kind != entry.kind {
        return Err(fault(1_063_001));
    }
    if state.level(object, viewer) < need {
        return Err(fault(1_063_002));
    }
    Ok(object.to_owned())
}

/// `GET drive/v1/permissions/:token/members/auth`.
pub(crate) fn auth(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::None)?;
    let need = match wanted(call, "action")? {
        "view" | "comment" | "export" | "copy" | "print" => Level::View,
        "edit" => Level::Edit,
        "share" | "manage_public" => Level::Full,
        _ => return Err(fault(1_063_001)),
    };
    Ok(Reply::Data(
        json!({ "auth_result": state.level(&token, &viewer) >= need }),
    ))
}

/// `GET drive/v1/permissions/:token/members`.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::View)?;
    let people = People::of(state, call);
    let Some(entry) = state.drive.entries.get(&token) else {
        return Err(fault(1_063_001));
    };
    let owner = Member {
        who: entry.owner.clone(),
        kind: if entry.owner.starts_with("cli_") {
            "appid"
        } else {
            "openid"
        }
        .to_owned(),
        level: Level::Full,
        perm_type: "container".to_owned(),
    };
    let items: Vec<Value> = std::iter::once(&owner)
        .chain(&entry.members)
        .map(|member| {
            let mut out = print(&people, member);
            if let Some(out) = out.as_object_mut() {
                out.insert(
                    "name".to_owned(),
                    Value::from(people.name(&member.who, false)),
                );
                out.insert("external_label".to_owned(), Value::Bool(false));
            }
            out
        })
        .collect();
    Ok(Reply::Data(json!({ "items": items })))
}

fn print(people: &People<'_>, member: &Member) -> Value {
    let person = member.kind == "openid";
    let kind = match member.kind.as_str() {
        "groupid" => "group",
        "openchat" => "chat",
        "opendepartmentid" => "department",
        _ => "user",
    };
    json!({
        "member_type": member.kind,
        "member_id": if person { people.id(&member.who) } else { member.who.clone() },
        "perm": member.level.word(),
        "perm_type": member.perm_type,
        "type": kind,
    })
}

/// Reads one collaborator of a request.
fn read(people: &People<'_>, value: &Value) -> Result<Member, ApiError> {
    let field = |key: &str| value.get(key).and_then(Value::as_str);
    let (kind, id) = (
        field("member_type").unwrap_or_default(),
        field("member_id").unwrap_or_default(),
    );
    let level = field("perm")
        .and_then(Level::parse)
        .ok_or_else(|| fault(1_063_001))?;
    let (kind, who) = locate(people, kind, id)?;
    let perm_type = field("perm_type").unwrap_or("container").to_owned();
    Ok(Member {
        who,
        kind,
        level,
        perm_type,
    })
}

/// The stored form of a collaborator's id.
fn locate(people: &People<'_>, kind: &str, id: &str) -> Result<(String, String), ApiError> {
    match kind {
        "openid" | "unionid" | "userid" | "email" => {
            let who = people.find_as(id, kind).ok_or_else(|| fault(1_063_001))?;
            Ok(("openid".to_owned(), who))
        }
        "groupid" | "opendepartmentid" | "openchat" | "appid" | "wikispaceid" if !id.is_empty() => {
            Ok((kind.to_owned(), id.to_owned()))
        }
        _ => Err(fault(1_063_001)),
    }
}

fn add(entry: &mut Entry, member: Member) -> Result<(), ApiError> {
    if entry.owner == member.who {
        return Err(fault(1_063_003));
    }
    match entry
        .members
        .iter_mut()
        .find(|known| known.who == member.who)
    {
        Some(known) => *known = member,
        None => entry.members.push(member),
    }
    Ok(())
}

/// `POST drive/v1/permissions/:token/members`.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let people = People::of(state, call);
    let member = read(&people, call.body)?;
    let printed = print(&people, &member);
    if let Some(entry) = state.drive.entries.get_mut(&token) {
        add(entry, member)?;
    }
    Ok(Reply::Data(json!({ "member": printed })))
}

/// `POST drive/v1/permissions/:token/members/batch_create`.
pub(crate) fn batch_create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let list = call
        .body
        .get("members")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if list.is_empty() || list.len() > BATCH_MAX {
        return Err(fault(1_063_001));
    }
    let people = People::of(state, call);
    let members = list
        .iter()
        .map(|value| read(&people, value))
        .collect::<Result<Vec<_>, _>>()?;
    let printed: Vec<Value> = members
        .iter()
        .map(|member| print(&people, member))
        .collect();
    if let Some(entry) = state.drive.entries.get_mut(&token) {
        members
            .into_iter()
            .try_for_each(|member| add(entry, member))?;
    }
    Ok(Reply::Data(json!({ "members": printed })))
}

/// `PUT drive/v1/permissions/:token/members/:member_id`.
pub(crate) fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let people = People::of(state, call);
    let kind = call
        .body
        .get("member_type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let (_, who) = locate(&people, kind, path(call, "member_id"))?;
    let level = call
        .body
        .get("perm")
        .and_then(Value::as_str)
        .and_then(Level::parse);
    let level = level.ok_or_else(|| fault(1_063_001))?;
    let known = state
        .drive
        .entries
        .get(&token)
        .and_then(|entry| entry.members.iter().find(|m| m.who == who));
    let mut member = known.cloned().ok_or_else(|| fault(1_063_001))?;
    member.level = level;
    let printed = print(&people, &member);
    if let Some(entry) = state.drive.entries.get_mut(&token) {
        add(entry, member)?;
    }
    Ok(Reply::Data(json!({ "member": printed })))
}

/// `DELETE drive/v1/permissions/:token/members/:member_id`.
pub(crate) fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = object(state, call, &viewer, Level::Full)?;
    let kind = optional(call, "member_type").unwrap_or_default();
    let (_, who) = locate(&People::of(state, call), kind, path(call, "member_id"))?;
    let Some(entry) = state.drive.entries.get_mut(&token) else {
        return Err(fault(1_063_001));
    };
    let before = entry.members.len();
    entry.members.retain(|member| member.who != who);
    if entry.members.len() == before {
        Err(fault(1_063_001))
    } else {
        Ok(Reply::Data(json!({})))
    }
}
