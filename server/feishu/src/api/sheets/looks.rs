//! Styles, merged cells, conditional formats.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::loose;
use crate::{FeishuError, Request, Session};

/// A style; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Style {
    /// `{"bold":true,"italic":true,"fontSize":"10pt/1.5"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font: Option<Value>,
    /// 0 none, 1 underlined, 2 struck, 3 both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_decoration: Option<u8>,
    /// Number format, such as `#,##0.00` or `yyyy/MM/dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatter: Option<String>,
    /// 0 left, 1 centre, 2 right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h_align: Option<u8>,
    /// 0 top, 1 middle, 2 bottom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_align: Option<u8>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fore_color: Option<String>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_color: Option<String>,
    /// `FULL_BORDER`, `NO_BORDER` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_type: Option<String>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_color: Option<String>,
    /// Takes every style away first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean: Option<bool>,
}

/// Ranges and what they shall look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Styled {
    /// `SHEET!A1:B2`, each of at most 5,000 rows and 100 columns.
    pub ranges: Vec<String>,
    /// Their style.
    pub style: Style,
}

/// `sheets.v2.spreadsheets.styles_batch_update.put`; gives the revision.
pub async fn style(
    session: &Session,
    spreadsheet: &str,
    styled: &[Styled],
) -> Result<i64, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::int")]
        revision: i64,
    }
    let request = Request::put("/open-apis/sheets/v2/spreadsheets/{token}/styles_batch_update")
        .path("token", spreadsheet)?
        .json(&json!({ "data": styled }))
        .idempotent(true);
    Ok(session.fetch::<Reply>(request).await?.revision)
}

/// `sheets.v2.spreadsheets.merge_cells.post`: `MERGE_ALL`, `MERGE_ROWS` or `MERGE_COLUMNS`.
pub async fn merge(
    session: &Session,
    spreadsheet: &str,
    range: &str,
    how: &str,
) -> Result<(), FeishuError> {
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/merge_cells")
        .path("token", spreadsheet)?
        .json(&json!({ "range": range, "mergeType": how }))
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v2.spreadsheets.unmerge_cells.post`.
pub async fn unmerge(session: &Session, spreadsheet: &str, range: &str) -> Result<(), FeishuError> {
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/unmerge_cells")
        .path("token", spreadsheet)?
        .json(&json!({ "range": range }))
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// A conditional format.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Format {
    /// Where.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub ranges: Vec<String>,
    /// `cellIs`, `containsText` …
    #[serde(default)]
    pub rule_type: String,
    /// Operator, formula, text.
    #[serde(default)]
    pub attrs: Value,
}

/// `sheets.v2.spreadsheets.condition_formats.get`, of one tab.
pub async fn formats(
    session: &Session,
    spreadsheet: &str,
    sheet: &str,
) -> Result<Vec<Format>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        sheet_condition_formats: Vec<One>,
    }
    #[derive(Deserialize)]
    struct One {
        condition_format: Format,
    }
    let request = Request::get("/open-apis/sheets/v2/spreadsheets/{token}/condition_formats")
        .path("token", spreadsheet)?
        .query("sheet_ids", sheet);
    let reply: Reply = session.fetch(request).await?;
    let all = reply.sheet_condition_formats.into_iter();
    Ok(all.map(|one| one.condition_format).collect())
}
