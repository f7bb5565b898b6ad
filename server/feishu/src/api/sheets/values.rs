//! What is in cells: reading, writing, finding.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::loose;
use crate::{FeishuError, Request, Session};

/// `valueRenderOption`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Render {
    /// Formulas as they were written.
    Formula,
    /// Results without a number format.
    Unformatted,
    /// Results as people see them.
    Formatted,
}

/// `dateTimeRenderOption`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// Days since 1899-12-30, the time of day as fraction.
    Serial,
    /// In the format of the cell.
    Text,
}

/// How cells are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Values.
    pub render: Render,
    /// Dates.
    pub dates: Dates,
}

/// A range of cells.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Values {
    /// As Feishu names it, `SHEET!A1:B2`.
    #[serde(default)]
    pub range: String,
    /// Rows of cells: `null`, text, number, boolean, or segments (`[{"type":"url",…}]`).
    #[serde(default, deserialize_with = "loose::nullable")]
    pub values: Vec<Vec<Value>>,
}

/// `sheets.v2.spreadsheets.values_batch_get.get`: ranges such as `SHEET!A1:B2`, and the revision
/// of the spreadsheet.
///
/// # Errors
/// Code 90221 when the answer would be larger than 10 MB; 90202 for a range outside of the grid.
pub async fn read(
    session: &Session,
    spreadsheet: &str,
    ranges: &[String],
    look: Look,
) -> Result<(i64, Vec<Values>), FeishuError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply {
        #[serde(default, deserialize_with = "loose::int")]
        revision: i64,
        #[serde(default, deserialize_with = "loose::nullable")]
        value_ranges: Vec<Values>,
    }
    let render = match look.render {
        Render::Formula => "Formula",
        Render::Unformatted => "UnformattedValue",
        Render::Formatted => "FormattedValue",
    };
    let mut request = Request::get("/open-apis/sheets/v2/spreadsheets/{token}/values_batch_get")
        .path("token", spreadsheet)?
        .query("ranges", ranges.join(","))
        .query("valueRenderOption", render);
    if look.dates == Dates::Text {
        request = request.query("dateTimeRenderOption", "FormattedString");
    }
    let reply: Reply = session.fetch(request).await?;
    Ok((reply.revision, reply.value_ranges))
}

/// A range to write, and its rows. A row may be shorter than the range.
#[derive(Debug, Clone, Serialize)]
pub struct Update {
    /// `SHEET!A1:B2`.
    pub range: String,
    /// Rows of cells. An empty text empties a cell.
    pub values: Vec<Vec<Value>>,
}

/// What a write did.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// The range that was written.
    #[serde(default)]
    pub updated_range: String,
    /// Cells that were written.
    #[serde(default, deserialize_with = "loose::int")]
    pub updated_cells: i64,
    /// The revision afterwards; 0 where it is told elsewhere.
    #[serde(default, deserialize_with = "loose::int")]
    pub revision: i64,
}

/// `sheets.v2.spreadsheets.values_batch_update.post`: overwrites ranges, all or none.
pub async fn put(
    session: &Session,
    spreadsheet: &str,
    updates: &[Update],
) -> Result<(i64, Vec<Updated>), FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::int")]
        revision: i64,
        #[serde(default, deserialize_with = "loose::nullable")]
        responses: Vec<Updated>,
    }
    // The same values in the same place: a second time changes nothing.
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/values_batch_update")
        .path("token", spreadsheet)?
        .json(&json!({ "valueRanges": updates }))
        .idempotent(true);
    let reply: Reply = session.fetch(request).await?;
    Ok((reply.revision, reply.responses))
}

#[derive(Deserialize)]
struct Added {
    #[serde(default)]
    updates: Updated,
}

/// `sheets.v2.spreadsheets.values_append.post` with `INSERT_ROWS`: below the table that begins in
/// the range; nothing is overwritten.
pub async fn append(
    session: &Session,
    spreadsheet: &str,
    update: &Update,
) -> Result<Updated, FeishuError> {
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/values_append")
        .path("token", spreadsheet)?
        .query("insertDataOption", "INSERT_ROWS")
        .json(&json!({ "valueRange": update }));
    Ok(session.fetch::<Added>(request).await?.updates)
}

/// `sheets.v2.spreadsheets.values_prepend.post`: new rows above the range.
pub async fn prepend(
    session: &Session,
    spreadsheet: &str,
    update: &Update,
) -> Result<Updated, FeishuError> {
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/values_prepend")
        .path("token", spreadsheet)?
        .json(&json!({ "valueRange": update }));
    Ok(session.fetch::<Added>(request).await?.updates)
}

/// How text is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Matching {
    /// `a` is not `A`. Feishu's own flag `match_case` means the opposite.
    pub case: bool,
    /// The cell is exactly the text.
    pub whole_cell: bool,
    /// Within the formulas instead of the values.
    pub formulas: bool,
}

fn condition(range: &str, how: Matching) -> Value {
    json!({
        "range": range,
        "match_case": !how.case,
        "match_entire_cell": how.whole_cell,
        "search_by_regex": false,
        "include_formulas": how.formulas,
    })
}

/// Cells that were found.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Found {
    /// By value, such as `B3`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub matched_cells: Vec<String>,
    /// By formula.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub matched_formula_cells: Vec<String>,
}

/// `sheets.v3.spreadsheetSheet.find`.
pub async fn find(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    range: &str,
    text: &str,
    how: Matching,
) -> Result<Found, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        find_result: Found,
    }
    let request = Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/find")
        .path("token", spreadsheet)?
        .path("sheet_id", sheet)?
        .json(&json!({ "find_condition": condition(range, how), "find": text }))
        .idempotent(true);
    Ok(session.fetch::<Reply>(request).await?.find_result)
}

/// `sheets.v3.spreadsheetSheet.replace`, in at most 5,000 cells.
pub async fn replace(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    range: &str,
    (text, by): (&str, &str),
    how: Matching,
) -> Result<Found, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        replace_result: Found,
    }
    let body = json!({
        "find_condition": condition(range, how), "find": text, "replacement": by,
    });
    let request =
        Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/replace")
            .path("token", spreadsheet)?
            .path("sheet_id", sheet)?
            .json(&body);
    Ok(session.fetch::<Reply>(request).await?.replace_result)
}
