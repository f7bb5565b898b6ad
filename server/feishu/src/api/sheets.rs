//! Spreadsheets (`sheets/v2` for cells, `sheets/v3` for what is around them).
//!
//! Rows, columns and their ends are counted differently from endpoint to endpoint. Here they count
//! from 0 and ends are excluded; each function translates.

mod areas;
mod filters;
mod images;
mod looks;
mod shape;
mod values;

use serde::{Deserialize, Serialize};

pub use self::areas::{
    Dropdown, Options, Protected, add_protection, clear_dropdown, dropdowns, protections,
    remove_protections, set_dropdown,
};
pub use self::filters::{
    Condition, Filter, FilterInfo, View, create_filter, create_view, delete_filter, delete_view,
    filter, put_view_condition, update_filter, update_view, view_conditions, views,
};
pub use self::images::{FloatImage, Spot, create_image, delete_image, images, update_image};
pub use self::looks::{Format, Style, Styled, formats, merge, style, unmerge};
pub use self::shape::{
    Axis, Change, TabAdded, add_tab, append_lines, copy_tab, delete_lines, delete_tab,
    insert_lines, move_lines, set_lines, update_tab,
};
pub use self::values::{
    Dates, Found, Look, Matching, Render, Update, Updated, Values, append, find, prepend, put,
    read, replace,
};
use super::loose;
use crate::{FeishuError, Request, Session};

/// Most rows that one call writes.
pub const WRITE_ROWS: usize = 5_000;
/// Most columns that one call writes.
pub const WRITE_COLUMNS: usize = 100;
/// Most characters of a cell.
pub const CELL_CHARS: usize = 50_000;
/// Most rows or columns that one call inserts, sizes or deletes.
pub const LINES: u32 = 5_000;

/// A tab.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Tab {
    /// Identity, six characters.
    #[serde(default)]
    pub sheet_id: String,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Hidden.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub hidden: bool,
    /// Size.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub grid_properties: Grid,
    /// `sheet`; other kinds, such as embedded bases, have no cells.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub resource_type: String,
    /// Merged cells.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub merges: Vec<Merge>,
}

/// Size of a tab.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Grid {
    /// Rows.
    #[serde(default, deserialize_with = "loose::int")]
    pub row_count: i64,
    /// Columns.
    #[serde(default, deserialize_with = "loose::int")]
    pub column_count: i64,
    /// Rows that stay in view.
    #[serde(default, deserialize_with = "loose::int")]
    pub frozen_row_count: i64,
    /// Columns that stay in view.
    #[serde(default, deserialize_with = "loose::int")]
    pub frozen_column_count: i64,
}

/// Merged cells, counted from 0, ends included.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Merge {
    /// First row.
    #[serde(default, deserialize_with = "loose::int")]
    pub start_row_index: i64,
    /// Last row.
    #[serde(default, deserialize_with = "loose::int")]
    pub end_row_index: i64,
    /// First column.
    #[serde(default, deserialize_with = "loose::int")]
    pub start_column_index: i64,
    /// Last column.
    #[serde(default, deserialize_with = "loose::int")]
    pub end_column_index: i64,
}

/// A spreadsheet, as creating it answers.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Spreadsheet {
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Token.
    #[serde(default, alias = "token")]
    pub spreadsheet_token: String,
    /// Address.
    #[serde(default)]
    pub url: String,
}

/// `sheets.v3.spreadsheetSheet.query`: the tabs, not paged.
pub async fn tabs(session: &Session, spreadsheet: &str) -> Result<Vec<Tab>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        sheets: Vec<Tab>,
    }
    let request =
        Request::get("/open-apis/sheets/v3/spreadsheets/{spreadsheet_token}/sheets/query")
            .path("spreadsheet_token", spreadsheet)?;
    Ok(session.fetch::<Reply>(request).await?.sheets)
}

#[derive(Deserialize)]
struct Told {
    spreadsheet: Spreadsheet,
}

/// `sheets.v3.spreadsheet.create`, in a folder; none is the member's root.
pub async fn create(
    session: &Session,
    title: &str,
    folder: Option<&str>,
) -> Result<Spreadsheet, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        title: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        folder_token: Option<&'a str>,
    }
    let body = Body {
        title,
        folder_token: folder,
    };
    let request = Request::post("/open-apis/sheets/v3/spreadsheets").json(&body);
    Ok(session.fetch::<Told>(request).await?.spreadsheet)
}

/// `sheets.v3.spreadsheet.get`: title and address.
pub async fn spreadsheet(session: &Session, token: &str) -> Result<Spreadsheet, FeishuError> {
    let request = Request::get("/open-apis/sheets/v3/spreadsheets/{spreadsheet_token}")
        .path("spreadsheet_token", token)?;
    Ok(session.fetch::<Told>(request).await?.spreadsheet)
}

/// `sheets.v3.spreadsheet.patch`: the title of the whole spreadsheet.
pub async fn rename(session: &Session, token: &str, title: &str) -> Result<(), FeishuError> {
    let request = Request::patch("/open-apis/sheets/v3/spreadsheets/{spreadsheet_token}")
        .path("spreadsheet_token", token)?
        .json(&serde_json::json!({ "title": title }))
        .idempotent(true);
    session.call(request).await.map(drop)
}
