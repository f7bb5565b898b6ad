//! Reading ranges (`sheets/v2` values).

use serde_json::{Value, json};

use super::area::Area;
use super::book::Tab;
use super::render::{Look, Show, print};
use super::{TOO_LARGE_ANSWER, WRONG_RANGE, all, fault, open, range, token};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::{optional, path, wanted};
use crate::gateway::{ApiError, Call, Reply};

/// Most bytes of an answer.
const ANSWER_MAX: usize = 10 * 1024 * 1024;

fn look(call: &Call<'_>) -> Result<Look, ApiError> {
    let show = Show::parse(optional(call, "valueRenderOption").unwrap_or_default());
    let dates = match optional(call, "dateTimeRenderOption").unwrap_or_default() {
        "" => false,
        "FormattedString" => true,
        _ => return Err(fault(call, 229)),
    };
    Ok(Look {
        show: show.ok_or_else(|| fault(call, 229))?,
        dates,
    })
}

/// A range as the endpoints print it; a whole sheet ends where its content does.
fn read(state: &State, call: &Call<'_>, text: &str, look: Look) -> Result<(Value, u64), ApiError> {
    let (tab, mut area) = range(state, call, text)?;
    if !text.contains('!') {
        area = Area {
            bottom: tab.used_rows(0, tab.columns).max(1),
            right: tab.used_columns().max(1),
            ..area
        };
    }
    let rows = values(all(state, call), tab, &area, look);
    let told = json!({
        "majorDimension": "ROWS",
        "range": area.print(&tab.id),
        "revision": state.sheets.revision(token(call)),
        "values": rows,
    });
    if told.to_string().len() > ANSWER_MAX {
        return Err(fault(call, TOO_LARGE_ANSWER));
    }
    Ok((told, area.cells()))
}

fn values(tabs: &[Tab], tab: &Tab, area: &Area, look: Look) -> Vec<Vec<Value>> {
    (area.top..area.bottom)
        .map(|row| {
            (area.left..area.right)
                .map(|column| print(tabs, tab, (row, column), look))
                .collect()
        })
        .collect()
}

/// `GET sheets/v2/spreadsheets/:spreadsheetToken/values/:range`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let (told, _) = read(state, call, path(call, "range"), look(call)?)?;
    Ok(Reply::Data(json!({
        "revision": state.sheets.revision(token(call)),
        "spreadsheetToken": token(call),
        "valueRange": told,
    })))
}

/// `GET sheets/v2/spreadsheets/:spreadsheetToken/values_batch_get`.
fn batch_get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let look = look(call)?;
    let (mut ranges, mut cells, mut size) = (Vec::new(), 0, 0);
    for text in wanted(call, "ranges")?.split(',') {
        let (told, count) = read(state, call, text.trim(), look)?;
        size += told.to_string().len();
        if size > ANSWER_MAX {
            return Err(fault(call, TOO_LARGE_ANSWER));
        }
        cells += count;
        ranges.push(told);
    }
    if ranges.is_empty() {
        return Err(fault(call, WRONG_RANGE));
    }
    Ok(Reply::Data(json!({
        "revision": state.sheets.revision(token(call)),
        "spreadsheetToken": token(call),
        "totalCells": cells,
        "valueRanges": ranges,
    })))
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values/:range",
        get,
    ),
    (
        "GET",
        "/open-apis/sheets/v2/spreadsheets/:spreadsheetToken/values_batch_get",
        batch_get,
    ),
];
