//! The filter of a tab, and filter views.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::loose;
use crate::{FeishuError, Request, Session};

/// What a column must be for a row to stay in view.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Letter of the column; only of filter views.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub condition_id: String,
    /// `multiValue`, `number`, `text`, `color`, `clear`.
    #[serde(default)]
    pub filter_type: String,
    /// `equal`, `contains` …; none for `multiValue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_type: Option<String>,
    /// What it is compared with.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub expected: Vec<String>,
}

/// The filter of a tab.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// Its first row is the header.
    #[serde(default)]
    pub range: String,
    /// Rows out of view, from 1.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub filtered_out_rows: Vec<i64>,
    /// By column.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub filter_infos: Vec<FilterInfo>,
}

/// The conditions of one column.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FilterInfo {
    /// Letter.
    #[serde(default)]
    pub col: String,
    /// All must hold.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub conditions: Vec<Condition>,
}

/// Spreadsheet and tab.
type Place<'a> = (&'a str, &'a str);

fn at(request: Request, (spreadsheet, sheet): Place<'_>) -> Result<Request, FeishuError> {
    request.path("token", spreadsheet)?.path("sheet_id", sheet)
}

/// `sheets.v3.spreadsheetSheetFilter.get`.
pub async fn filter(session: &Session, place: Place<'_>) -> Result<Option<Filter>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        sheet_filter_info: Option<Filter>,
    }
    let request =
        Request::get("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter");
    Ok(session
        .fetch::<Reply>(at(request, place)?)
        .await?
        .sheet_filter_info)
}

/// `sheets.v3.spreadsheetSheetFilter.create`.
pub async fn create_filter(
    session: &Session,
    place: Place<'_>,
    range: &str,
    (column, condition): (&str, &Condition),
) -> Result<(), FeishuError> {
    let body = json!({ "range": range, "col": column, "condition": condition });
    let request =
        Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter");
    session
        .call(at(request, place)?.json(&body))
        .await
        .map(drop)
}

/// `sheets.v3.spreadsheetSheetFilter.update`.
pub async fn update_filter(
    session: &Session,
    place: Place<'_>,
    (column, condition): (&str, &Condition),
) -> Result<(), FeishuError> {
    let body = json!({ "col": column, "condition": condition });
    let request =
        Request::put("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter");
    let request = at(request, place)?.json(&body).idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v3.spreadsheetSheetFilter.delete`: all rows are in view again.
pub async fn delete_filter(session: &Session, place: Place<'_>) -> Result<(), FeishuError> {
    let request =
        Request::delete("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter");
    session.call(at(request, place)?).await.map(drop)
}

/// A filter view.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct View {
    /// Identity, ten characters.
    #[serde(default)]
    pub filter_view_id: String,
    /// Name.
    #[serde(default)]
    pub filter_view_name: String,
    /// Its first row is the header.
    #[serde(default)]
    pub range: String,
}

#[derive(Deserialize)]
struct Items<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

/// `sheets.v3.spreadsheetSheetFilterView.query`.
pub async fn views(session: &Session, place: Place<'_>) -> Result<Vec<View>, FeishuError> {
    let request = Request::get(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/query",
    );
    Ok(session
        .fetch::<Items<View>>(at(request, place)?)
        .await?
        .items)
}

#[derive(Deserialize)]
struct Told {
    filter_view: View,
}

/// `sheets.v3.spreadsheetSheetFilterView.create`.
pub async fn create_view(
    session: &Session,
    place: Place<'_>,
    name: &str,
    range: &str,
) -> Result<View, FeishuError> {
    let body = json!({ "filter_view_name": name, "range": range });
    let request =
        Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views");
    let told: Told = session.fetch(at(request, place)?.json(&body)).await?;
    Ok(told.filter_view)
}

/// `sheets.v3.spreadsheetSheetFilterView.patch`: another range.
pub async fn update_view(
    session: &Session,
    place: Place<'_>,
    view: &str,
    range: &str,
) -> Result<(), FeishuError> {
    let request = Request::patch(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/{view}",
    );
    let request = at(request, place)?.path("view", view)?;
    let request = request.json(&json!({ "range": range })).idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v3.spreadsheetSheetFilterView.delete`.
pub async fn delete_view(
    session: &Session,
    place: Place<'_>,
    view: &str,
) -> Result<(), FeishuError> {
    let request = Request::delete(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/{view}",
    );
    session
        .call(at(request, place)?.path("view", view)?)
        .await
        .map(drop)
}

/// `sheets.v3.spreadsheetSheetFilterViewCondition.query`.
pub async fn view_conditions(
    session: &Session,
    place: Place<'_>,
    view: &str,
) -> Result<Vec<Condition>, FeishuError> {
    let request = Request::get(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/{view}/conditions/query",
    );
    let request = at(request, place)?.path("view", view)?;
    Ok(session.fetch::<Items<Condition>>(request).await?.items)
}

/// Creates or replaces (`…FilterViewCondition.create`, `.update`) the condition of a column.
pub async fn put_view_condition(
    session: &Session,
    place: Place<'_>,
    view: &str,
    condition: &Condition,
    known: bool,
) -> Result<(), FeishuError> {
    let request = if known {
        let mut body = serde_json::to_value(condition).unwrap_or(Value::Null);
        if let Some(body) = body.as_object_mut() {
            body.remove("condition_id");
        }
        let request = Request::put(
            "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/{view}/conditions/{column}",
        );
        at(request, place)?
            .path("view", view)?
            .path("column", &condition.condition_id)?
            .json(&body)
            .idempotent(true)
    } else {
        let request = Request::post(
            "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/filter_views/{view}/conditions",
        );
        at(request, place)?.path("view", view)?.json(condition)
    };
    session.call(request).await.map(drop)
}
