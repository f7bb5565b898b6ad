//! Tabs, rows and columns.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{FeishuError, Request, Session};

/// Rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Rows.
    Rows,
    /// Columns.
    Columns,
}

impl Axis {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Rows => "ROWS",
            Self::Columns => "COLUMNS",
        }
    }
}

/// A tab that was made.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TabAdded {
    /// Identity.
    #[serde(default)]
    pub sheet_id: String,
    /// Title.
    #[serde(default)]
    pub title: String,
}

/// What becomes of a tab; what is `None` stays.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The tab.
    pub sheet_id: String,
    /// New title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New place among the tabs, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Out of view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Rows that stay in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_row_count: Option<u32>,
    /// Columns that stay in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_col_count: Option<u32>,
    /// `{"lock":"LOCK"|"UNLOCK","lockInfo":…,"userIDs":[open ids]}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect: Option<Value>,
}

#[derive(Deserialize)]
struct Replies {
    #[serde(default)]
    replies: Vec<Reply>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(default)]
    add_sheet: Option<Made>,
    #[serde(default)]
    copy_sheet: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    properties: TabAdded,
}

/// `sheets.v2.spreadsheets.sheets_batch_update.post`, with one request.
async fn batch(
    session: &Session,
    spreadsheet: &str,
    request: &Value,
    repeatable: bool,
) -> Result<TabAdded, FeishuError> {
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/sheets_batch_update")
        .path("token", spreadsheet)?
        .query("user_id_type", "open_id")
        .json(&json!({ "requests": [request] }))
        .idempotent(repeatable);
    let replies: Replies = session.fetch(request).await?;
    let made = replies.replies.into_iter().next();
    let made = made.and_then(|reply| reply.add_sheet.or(reply.copy_sheet));
    Ok(made.map(|made| made.properties).unwrap_or_default())
}

/// Adds an empty tab at a place, from 0.
///
/// # Errors
/// Code 90208 or 90210 when the title is taken.
pub async fn add_tab(
    session: &Session,
    spreadsheet: &str,
    title: &str,
    index: u32,
) -> Result<TabAdded, FeishuError> {
    let request = json!({ "addSheet": { "properties": { "title": title, "index": index } } });
    batch(session, spreadsheet, &request, false).await
}

/// Copies a tab to the end.
pub async fn copy_tab(
    session: &Session,
    spreadsheet: &str,
    from: &str,
    title: &str,
) -> Result<TabAdded, FeishuError> {
    let request = json!({ "copySheet": { "source": { "sheetId": from }, "destination": { "title": title } } });
    batch(session, spreadsheet, &request, false).await
}

/// Deletes a tab with all that is in it.
pub async fn delete_tab(
    session: &Session,
    spreadsheet: &str,
    sheet: &str,
) -> Result<(), FeishuError> {
    let request = json!({ "deleteSheet": { "sheetId": sheet } });
    batch(session, spreadsheet, &request, false).await.map(drop)
}

/// Changes a tab.
pub async fn update_tab(
    session: &Session,
    spreadsheet: &str,
    change: &Change,
) -> Result<(), FeishuError> {
    let request = json!({ "updateSheet": { "properties": change } });
    batch(session, spreadsheet, &request, true).await.map(drop)
}

/// `sheets.v2.spreadsheets.dimension_range.post`: more rows or columns at the end.
pub async fn append_lines(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    count: u32,
) -> Result<(), FeishuError> {
    let body = json!({ "dimension": {
        "sheetId": sheet, "majorDimension": axis.word(), "length": count,
    }});
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/dimension_range")
        .path("token", spreadsheet)?
        .json(&body);
    session.call(request).await.map(drop)
}

/// `sheets.v2.spreadsheets.insert_dimension_range.post`: `start..end` become new, empty lines that
/// look like those before them.
pub async fn insert_lines(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    (start, end): (u32, u32),
) -> Result<(), FeishuError> {
    let body = json!({
        "dimension": {
            "sheetId": sheet, "majorDimension": axis.word(), "startIndex": start, "endIndex": end,
        },
        "inheritStyle": if start == 0 { "AFTER" } else { "BEFORE" },
    });
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/insert_dimension_range")
        .path("token", spreadsheet)?
        .json(&body);
    session.call(request).await.map(drop)
}

/// Counted from 1, the last one included.
fn from_one(sheet: &str, axis: Axis, (start, end): (u32, u32)) -> Value {
    json!({
        "sheetId": sheet,
        "majorDimension": axis.word(),
        "startIndex": start + 1,
        "endIndex": end,
    })
}

/// `sheets.v2.spreadsheets.dimension_range.put`: size in pixels, and visibility.
pub async fn set_lines(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    lines: (u32, u32),
    (size, visible): (Option<u32>, Option<bool>),
) -> Result<(), FeishuError> {
    let mut properties = serde_json::Map::new();
    if let Some(size) = size {
        properties.insert("fixedSize".to_owned(), size.into());
    }
    if let Some(visible) = visible {
        properties.insert("visible".to_owned(), visible.into());
    }
    let body =
        json!({ "dimension": from_one(sheet, axis, lines), "dimensionProperties": properties });
    let request = Request::put("/open-apis/sheets/v2/spreadsheets/{token}/dimension_range")
        .path("token", spreadsheet)?
        .json(&body)
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v2.spreadsheets.dimension_range.delete`.
pub async fn delete_lines(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    lines: (u32, u32),
) -> Result<(), FeishuError> {
    let request = Request::delete("/open-apis/sheets/v2/spreadsheets/{token}/dimension_range")
        .path("token", spreadsheet)?
        .json(&json!({ "dimension": from_one(sheet, axis, lines) }));
    session.call(request).await.map(drop)
}

/// `sheets.v3.spreadsheetSheet.moveDimension`: `start..end` go before the line `to`.
pub async fn move_lines(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    (start, end): (u32, u32),
    to: u32,
) -> Result<(), FeishuError> {
    let body = json!({
        "source": {
            "major_dimension": axis.word(), "start_index": start, "end_index": end.max(1) - 1,
        },
        "destination_index": to,
    });
    let request =
        Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/move_dimension")
            .path("token", spreadsheet)?
            .path("sheet_id", sheet)?
            .json(&body);
    session.call(request).await.map(drop)
}
