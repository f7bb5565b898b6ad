//! Protected rows and columns.

use serde_json::{Value, json};

use super::book::{Guard, Tab};
use super::dimension::Line;
use super::{
    TOO_MUCH, WRONG_BODY, WRONG_PLACE, all, changed, fault, member, number, open, tab, tab_mut,
    text, token,
};
use crate::State;
use crate::families::Route;
use crate::families::access::{Level, Viewer};
use crate::families::common::wanted;
use crate::families::people::People;
use crate::gateway::{ApiError, Call, Reply};

const WRONG_PEOPLE: i64 = 205;
/// Most protections of one call.
const MANY: usize = 50;

fn dimension(tab: &Tab, guard: &Guard) -> Value {
    json!({
        "sheetId": tab.id,
        "startIndex": guard.start + 1,
        "endIndex": guard.end,
        "majorDimension": if guard.rows { "ROWS" } else { "COLUMNS" },
    })
}

/// As `metainfo` prints it.
pub(super) fn brief(tab: &Tab, guard: &Guard) -> Value {
    json!({
        "dimension": dimension(tab, guard),
        "protectId": guard.id,
        "lockInfo": guard.info,
        "sheetId": tab.id,
    })
}

/// The keys of people named in a call.
pub(super) fn people(
    state: &State,
    call: &Call<'_>,
    listed: &[Value],
) -> Result<Vec<String>, ApiError> {
    let people = People::of(state, call);
    let keys = listed
        .iter()
        .map(|id| people.find(id.as_str().unwrap_or_default()));
    let keys: Option<Vec<String>> = keys.collect();
    keys.ok_or_else(|| fault(call, WRONG_PEOPLE))
}

/// `POST …/protected_dimension`.
fn protect(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let asked = member(call, "addProtectedDimension").as_array();
    let asked = asked.ok_or_else(|| fault(call, WRONG_BODY))?.clone();
    if asked.is_empty() || asked.len() > MANY {
        return Err(fault(call, TOO_MUCH));
    }
    let owner = Viewer::of(state, call).actor;
    let mut made = Vec::new();
    for one in &asked {
        let place = one.get("dimension").unwrap_or(&Value::Null);
        let found = tab(state, call, text(place, "sheetId"))?;
        let line = match text(place, "majorDimension") {
            "" => Some(Line::Rows),
            word => Line::parse(word),
        };
        let line = line.ok_or_else(|| fault(call, WRONG_PLACE))?;
        let most = if line == Line::Rows {
            found.rows
        } else {
            found.columns
        };
        let ends = number(place, "startIndex").zip(number(place, "endIndex"));
        let (start, end) = ends.ok_or_else(|| fault(call, WRONG_PLACE))?;
        if start == 0 || start > end || end > most {
            return Err(fault(call, WRONG_PLACE));
        }
        let listed = one.get("users").and_then(Value::as_array);
        let guard = Guard {
            id: call.ids.number19(),
            rows: line == Line::Rows,
            start: start - 1,
            end,
            owner: owner.clone(),
            editors: people(state, call, listed.map_or(&[], Vec::as_slice))?,
            info: text(one, "lockInfo").to_owned(),
        };
        made.push((found.id.clone(), guard, one.clone()));
    }
    let mut told = Vec::new();
    for (id, guard, mut one) in made {
        one["protectId"] = Value::from(guard.id.as_str());
        told.push(one);
        tab_mut(state, call, &id)?.guards.push(guard);
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "addProtectedDimension": told })))
}

fn shown(state: &State, call: &Call<'_>, tab: &Tab, guard: &Guard) -> Value {
    let people = People::of(state, call);
    let users: Vec<Value> = std::iter::once(&guard.owner)
        .chain(&guard.editors)
        .map(|key| json!({ "memberType": "openId", "memberId": people.id(key) }))
        .collect();
    json!({
        "protectId": guard.id,
        "sheetId": tab.id,
        "dimension": dimension(tab, guard),
        "editors": { "users": users },
        "lockInfo": guard.info,
    })
}

/// `GET …/protected_range_batch_get`.
fn batch_get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let ids: Vec<&str> = wanted(call, "protectIds")?
        .split(',')
        .map(str::trim)
        .collect();
    let mut found = Vec::new();
    for tab in all(state, call) {
        for guard in tab
            .guards
            .iter()
            .filter(|guard| ids.contains(&guard.id.as_str()))
        {
            found.push(shown(state, call, tab, guard));
        }
    }
    Ok(Reply::Data(json!({ "protectedRanges": found })))
}

/// `DELETE …/protected_range_batch_del`.
fn batch_delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let entry = open(state, call, Level::Edit)?;
    let ids = member(call, "protectIds").as_array();
    let ids: Vec<String> = ids
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let actor = Viewer::of(state, call).actor;
    let known: Vec<&Guard> = all(state, call)
        .iter()
        .flat_map(|tab| &tab.guards)
        .collect();
    for id in &ids {
        let guard = known.iter().find(|guard| guard.id == *id);
        let guard = guard.ok_or_else(|| fault(call, WRONG_BODY))?;
        if guard.owner != actor && entry.owner != actor {
            return Err(fault(call, super::LOCKED));
        }
    }
    let tabs = state.sheets.spreadsheets.get_mut(token(call));
    for tab in tabs.into_iter().flatten() {
        tab.guards.retain(|guard| !ids.contains(&guard.id));
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "delProtectIds": ids })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/protected_dimension",
        protect,
    ),
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/protected_range_batch_get",
        batch_get,
    ),
    (
        "DELETE",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/protected_range_batch_del",
        batch_delete,
    ),
];
