//! Protected rows and columns, and dropdowns.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{super::loose, Axis};
use crate::{FeishuError, Request, Session};

/// A protected stretch of rows or columns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Protected {
    /// Identity.
    #[serde(default)]
    pub protect_id: String,
    /// Where, counted from 1, the last one included.
    #[serde(default)]
    pub dimension: Stretch,
    /// Told to those who may not change it.
    #[serde(default)]
    pub lock_info: String,
}

/// Rows or columns.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stretch {
    /// The tab.
    #[serde(default)]
    pub sheet_id: String,
    /// First one, from 1.
    #[serde(default, deserialize_with = "loose::int")]
    pub start_index: i64,
    /// Last one.
    #[serde(default, deserialize_with = "loose::int")]
    pub end_index: i64,
    /// `ROWS` or `COLUMNS`.
    #[serde(default)]
    pub major_dimension: String,
}

/// `sheets.v2.spreadsheets.metainfo.get` with `protectedRange`: what is protected, of all tabs.
/// The endpoint is deprecated, and no other one lists this.
pub async fn protections(
    session: &Session,
    spreadsheet: &str,
) -> Result<Vec<Protected>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        sheets: Vec<One>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct One {
        #[serde(default)]
        sheet_id: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        protected_range: Vec<Protected>,
    }
    let request = Request::get("/open-apis/sheets/v2/spreadsheets/{token}/metainfo")
        .path("token", spreadsheet)?
        .query("extFields", "protectedRange");
    let reply: Reply = session.fetch(request).await?;
    let mut all = Vec::new();
    for one in reply.sheets {
        for mut known in one.protected_range {
            known.dimension.sheet_id.clone_from(&one.sheet_id);
            all.push(known);
        }
    }
    Ok(all)
}

/// `sheets.v2.spreadsheets.protected_dimension.post`: only the caller and these people (open ids)
/// may change the lines. Gives the identity.
pub async fn add_protection(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    axis: Axis,
    (start, end): (u32, u32),
    (users, info): (&[String], &str),
) -> Result<String, FeishuError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        add_protected_dimension: Vec<Protected>,
    }
    let body = json!({ "addProtectedDimension": [{
        "dimension": {
            "sheetId": sheet,
            "majorDimension": axis.word(),
            "startIndex": start + 1,
            "endIndex": end,
        },
        "users": users,
        "lockInfo": info,
    }]});
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/protected_dimension")
        .path("token", spreadsheet)?
        .query("user_id_type", "open_id")
        .json(&body);
    let reply: Reply = session.fetch(request).await?;
    let first = reply.add_protected_dimension.into_iter().next();
    Ok(first.map(|made| made.protect_id).unwrap_or_default())
}

/// `sheets.v2.spreadsheets.protected_range_batch_del.delete`.
pub async fn remove_protections(
    session: &Session,
    spreadsheet: &str,
    ids: &[String],
) -> Result<(), FeishuError> {
    let request =
        Request::delete("/open-apis/sheets/v2/spreadsheets/{token}/protected_range_batch_del")
            .path("token", spreadsheet)?
            .json(&json!({ "protectIds": ids }));
    session.call(request).await.map(drop)
}

/// A dropdown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dropdown {
    /// Where.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub ranges: Vec<String>,
    /// What may be chosen.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub condition_values: Vec<String>,
}

/// How a dropdown behaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// Several may be chosen.
    pub multiple_values: bool,
    /// Choices are coloured.
    pub highlight_valid_data: bool,
    /// `#rrggbb`, one for each choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub colors: Vec<String>,
}

/// `sheets.v2.spreadsheets.dataValidation.get`. Needs the scope for writing.
pub async fn dropdowns(
    session: &Session,
    spreadsheet: &str,
    range: &str,
) -> Result<Vec<Dropdown>, FeishuError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        data_validations: Vec<Dropdown>,
    }
    let request = Request::get("/open-apis/sheets/v2/spreadsheets/{token}/dataValidation")
        .path("token", spreadsheet)?
        .query("range", range)
        .query("dataValidationType", "list");
    Ok(session.fetch::<Reply>(request).await?.data_validations)
}

/// `sheets.v2.spreadsheets.dataValidation.post`: the cells offer these choices.
pub async fn set_dropdown(
    session: &Session,
    spreadsheet: &str,
    range: &str,
    values: &[String],
    options: &Options,
) -> Result<(), FeishuError> {
    let body = json!({
        "range": range,
        "dataValidationType": "list",
        "dataValidation": { "conditionValues": values, "options": options },
    });
    let request = Request::post("/open-apis/sheets/v2/spreadsheets/{token}/dataValidation")
        .path("token", spreadsheet)?
        .json(&body)
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v2.spreadsheets.dataValidation.delete`; gives what Feishu says where it failed.
pub async fn clear_dropdown(
    session: &Session,
    spreadsheet: &str,
    range: &str,
) -> Result<Option<String>, FeishuError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        range_results: Vec<Map<String, Value>>,
    }
    let request = Request::delete("/open-apis/sheets/v2/spreadsheets/{token}/dataValidation")
        .path("token", spreadsheet)?
        .json(&json!({ "dataValidationRanges": [{ "range": range }] }));
    let reply: Reply = session.fetch(request).await?;
    let failed = reply
        .range_results
        .iter()
        .find(|one| one.get("success") != Some(&Value::Bool(true)));
    Ok(failed.map(|one| {
        let told = one.get("msg").and_then(Value::as_str);
        told.unwrap_or_default().to_owned()
    }))
}
