//! Dropdowns (`dataValidation` of the type `list`).

use serde_json::{Map, Value, json};

use super::area::Area;
use super::book::{Dropdown, Tab};
use super::{
    NO_VALUE, TOO_MUCH, WRONG_BODY, WRONG_RANGE, changeable, changed, fault, member, open, range,
    tab_mut, text, token,
};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{optional, path};
use crate::gateway::{ApiError, Call, Reply};

/// Most choices of a dropdown.
const CHOICES_MAX: usize = 500;

/// Choices and options of a body.
fn choices(call: &Call<'_>) -> Result<(Vec<String>, Map<String, Value>), ApiError> {
    let asked = member(call, "dataValidation");
    let values = asked.get("conditionValues").and_then(Value::as_array);
    let values: Vec<String> = values
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect();
    if text(call.body, "dataValidationType") != "list" {
        return Err(fault(call, WRONG_BODY));
    }
    if values.is_empty() || values.iter().any(String::is_empty) {
        return Err(fault(call, NO_VALUE));
    }
    if values.iter().any(|value| value.contains(',')) {
        return Err(fault(call, WRONG_BODY));
    }
    if values.len() > CHOICES_MAX {
        return Err(fault(call, TOO_MUCH));
    }
    let options = asked
        .get("options")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let colours = options
        .get("colors")
        .and_then(Value::as_array)
        .map(Vec::len);
    if colours.is_some_and(|count| count != values.len()) {
        return Err(fault(call, WRONG_BODY));
    }
    Ok((values, options))
}

fn clear(tab: &mut Tab, area: &Area) -> u64 {
    let mut cells = 0;
    for dropdown in &mut tab.dropdowns {
        let (hit, left): (Vec<Area>, Vec<Area>) =
            dropdown.areas.iter().partition(|known| known.meets(area));
        cells += hit.iter().map(Area::cells).sum::<u64>();
        dropdown.areas = left;
        // What sticks out of the area stays.
        for known in hit {
            let rest = [
                Area {
                    bottom: area.top.max(known.top),
                    ..known
                },
                Area {
                    top: area.bottom.min(known.bottom),
                    ..known
                },
                Area {
                    top: area.top.max(known.top),
                    bottom: area.bottom.min(known.bottom),
                    right: area.left.max(known.left),
                    ..known
                },
                Area {
                    top: area.top.max(known.top),
                    bottom: area.bottom.min(known.bottom),
                    left: area.right.min(known.right),
                    ..known
                },
            ];
            dropdown.areas.extend(
                rest.into_iter()
                    .filter(|part| part.top < part.bottom && part.left < part.right),
            );
        }
    }
    tab.dropdowns.retain(|dropdown| !dropdown.areas.is_empty());
    cells
}

fn set(tab: &mut Tab, area: Area, values: Vec<String>, options: Map<String, Value>) {
    clear(tab, &area);
    tab.dropdowns.push(Dropdown {
        areas: vec![area],
        values,
        options,
    });
}

/// `POST …/dataValidation`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (id, area) = changeable(state, call, text(call.body, "range"))?;
    let (values, options) = choices(call)?;
    set(tab_mut(state, call, &id)?, area, values, options);
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

/// `PUT …/dataValidation/:sheetId`.
fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (values, options) = choices(call)?;
    let id = path(call, "sheetId").to_owned();
    let ranges = member(call, "ranges")
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut areas = Vec::new();
    for range in &ranges {
        let (tab, area) = changeable(state, call, range.as_str().unwrap_or_default())?;
        if tab != id {
            return Err(fault(call, WRONG_RANGE));
        }
        areas.push(area);
    }
    for area in areas {
        set(
            tab_mut(state, call, &id)?,
            area,
            values.clone(),
            options.clone(),
        );
    }
    changed(state, call);
    Ok(Reply::Data(json!({
        "spreadsheetToken": token(call),
        "sheetId": id,
        "dataValidation": shown(&values, &options),
    })))
}

fn shown(values: &[String], options: &Map<String, Value>) -> Value {
    let flag = |name: &str| options.get(name).cloned().unwrap_or(Value::Bool(false));
    let colours = options.get("colors").and_then(Value::as_array);
    let map: Map<String, Value> = values
        .iter()
        .zip(colours.into_iter().flatten())
        .map(|(value, colour)| (value.clone(), colour.clone()))
        .collect();
    json!({
        "dataValidationType": "list",
        "conditionValues": values,
        "options": {
            "multipleValues": flag("multipleValues"),
            "highlightValidData": flag("highlightValidData"),
            "colorValueMap": map,
        },
    })
}

/// `GET …/dataValidation`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let wanted = optional(call, "range").unwrap_or_default().to_owned();
    let (tab, area) = range(state, call, &wanted)?;
    let found: Vec<Value> = tab
        .dropdowns
        .iter()
        .filter_map(|dropdown| {
            let ranges = dropdown.areas.iter().filter(|known| known.meets(&area));
            let ranges: Vec<String> = ranges.map(|known| known.print(&tab.id)).collect();
            if ranges.is_empty() {
                return None;
            }
            let mut told = shown(&dropdown.values, &dropdown.options);
            told["ranges"] = json!(ranges);
            Some(told)
        })
        .collect();
    Ok(Reply::Data(json!({
        "spreadsheetToken": token(call),
        "sheetId": tab.id,
        "revision": state.sheets.revision(token(call)),
        "dataValidations": found,
    })))
}

/// `DELETE …/dataValidation`: each range has its own result.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let ranges = member(call, "dataValidationRanges")
        .as_array()
        .cloned()
        .unwrap_or_default();
    if ranges.is_empty() || ranges.len() > 100 {
        return Err(fault(call, WRONG_BODY));
    }
    let mut results = Vec::new();
    for one in &ranges {
        let wanted = text(one, "range");
        let result = match changeable(state, call, wanted) {
            Ok((id, area)) => {
                let cells = clear(tab_mut(state, call, &id)?, &area);
                json!({ "range": wanted, "msg": "success", "success": true, "updatedCells": cells })
            }
            Err(error) => {
                json!({ "range": wanted, "msg": error.msg, "success": false, "updatedCells": 0 })
            }
        };
        results.push(result);
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "rangeResults": results })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "POST",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dataValidation",
        create,
    ),
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dataValidation",
        get,
    ),
    (
        "DELETE",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dataValidation",
        delete,
    ),
    (
        "PUT",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/dataValidation/:sheetId",
        update,
    ),
];
