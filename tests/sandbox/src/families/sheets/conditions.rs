//! Conditional formats, as far as they can be looked at, made and deleted.

use serde_json::{Value, json};

use super::{WRONG_BODY, changed, fault, member, open, range, tab, tab_mut, text};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::wanted;
use crate::gateway::{ApiError, Call, Reply};

const KINDS: [&str; 7] = [
    "containsBlanks",
    "notContainsBlanks",
    "duplicateValues",
    "uniqueValues",
    "cellIs",
    "containsText",
    "timePeriod",
];
/// Most in one call, and of one sheet.
const CALL_MAX: usize = 10;
const SHEET_MAX: usize = 20;

/// `GET …/condition_formats`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let ids = wanted(call, "sheet_ids")?.to_owned();
    let mut found = Vec::new();
    for id in ids.split(',') {
        let conditions = &tab(state, call, id.trim())?.conditions;
        found.extend(
            conditions
                .iter()
                .map(|one| json!({ "sheet_id": id, "condition_format": one })),
        );
    }
    Ok(Reply::Data(json!({ "sheet_condition_formats": found })))
}

fn judge(state: &State, call: &Call<'_>, id: &str, format: &Value) -> Result<(), ApiError> {
    let tab = tab(state, call, id)?;
    if !KINDS.contains(&text(format, "rule_type")) {
        return Err(fault(call, WRONG_BODY));
    }
    let ranges = format.get("ranges").and_then(Value::as_array);
    for one in ranges.into_iter().flatten() {
        range(state, call, one.as_str().unwrap_or_default())?;
    }
    if tab.conditions.len() >= SHEET_MAX {
        return Err(fault(call, super::TOO_MUCH));
    }
    Ok(())
}

/// `POST …/condition_formats/batch_create`: each has its own result.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let asked = member(call, "sheet_condition_formats")
        .as_array()
        .cloned()
        .unwrap_or_default();
    if asked.is_empty() || asked.len() > CALL_MAX {
        return Err(fault(call, WRONG_BODY));
    }
    let mut responses = Vec::new();
    for one in &asked {
        let id = text(one, "sheet_id");
        let mut format = one.get("condition_format").cloned().unwrap_or_default();
        let made = match judge(state, call, id, &format) {
            Ok(()) => {
                let name = call.ids.hex(10);
                format["cf_id"] = Value::from(name.as_str());
                tab_mut(state, call, id)?.conditions.push(format);
                json!({ "sheet_id": id, "cf_id": name, "res_code": 0, "res_msg": "success" })
            }
            Err(error) => {
                json!({ "sheet_id": id, "cf_id": "", "res_code": error.code, "res_msg": error.msg })
            }
        };
        responses.push(made);
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "responses": responses })))
}

/// `DELETE …/condition_formats/batch_delete`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let asked = member(call, "sheet_cf_ids")
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut responses = Vec::new();
    for one in &asked {
        let (id, name) = (text(one, "sheet_id"), text(one, "cf_id"));
        let conditions = &mut tab_mut(state, call, id)?.conditions;
        let before = conditions.len();
        conditions.retain(|known| text(known, "cf_id") != name);
        let gone = conditions.len() < before;
        responses.push(json!({
            "sheet_id": id,
            "cf_id": name,
            "res_code": if gone { 0 } else { 90_203 },
            "res_msg": if gone { "success" } else { "Fail" },
        }));
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "responses": responses })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/condition_formats",
        get,
    ),
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/condition_formats/batch_create",
        create,
    ),
    (
        "DELETE",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheet_token/condition_formats/batch_delete",
        delete,
    ),
];
