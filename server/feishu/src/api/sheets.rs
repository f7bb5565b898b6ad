//! Metadata of spreadsheets (`sheets/v3`).

use serde::Deserialize;

use super::loose;
use crate::{FeishuError, Request, Session};

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
}

/// Size of a tab.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Grid {
    /// Rows.
    #[serde(default, deserialize_with = "loose::int")]
    pub row_count: i64,
    /// Columns.
    #[serde(default, deserialize_with = "loose::int")]
    pub column_count: i64,
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
