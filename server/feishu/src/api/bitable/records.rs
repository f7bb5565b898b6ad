//! Records of a table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{FeishuError, Request, Session};

/// Most records of one page.
pub const MAX_PAGE: usize = 500;
/// Most records that one call makes or changes.
pub const MAX_WRITE: usize = 1_000;
/// Most records that one call deletes.
pub const MAX_DELETE: usize = 500;
/// Most records that one call gets by id.
pub const MAX_GET: usize = 100;

/// A record: values by the name of their field; empty cells are left out.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Record {
    /// Identity, `rec…`; empty for a new one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub record_id: String,
    /// Values in Feishu's form.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub fields: Map<String, Value>,
}

/// One page of records.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RecordPage {
    /// Records.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Record>,
    /// Number of all records that the query finds.
    #[serde(default, deserialize_with = "loose::int")]
    pub total: i64,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
}

/// One condition; `value` is empty for `isEmpty` and `isNotEmpty`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Field.
    pub field_name: String,
    /// `is`, `contains`, `isGreater` …
    pub operator: &'static str,
    /// What it is compared with.
    pub value: Vec<String>,
}

/// Conditions, at most 50.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// `and` or `or`.
    pub conjunction: &'static str,
    /// Conditions.
    pub conditions: Vec<Condition>,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// Field.
    pub field_name: String,
    /// Largest first.
    pub desc: bool,
}

/// What is searched for. `view_id` counts for nothing next to a filter or an order.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Query {
    /// The records of this view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_id: Option<String>,
    /// These fields; all without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_names: Option<Vec<String>>,
    /// Order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<Sort>,
    /// Conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
}

/// `bitable.v1.appTableRecord.search`: one page of at most [`MAX_PAGE`] records.
pub async fn search(
    session: &Session,
    (app, table): (&str, &str),
    query: &Query,
    page_size: usize,
    page_token: Option<&str>,
) -> Result<RecordPage, FeishuError> {
    let mut request =
        Request::post("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/records/search")
            .path("app_token", app)?
            .path("table_id", table)?
            .query("page_size", page_size.clamp(1, MAX_PAGE).to_string())
            .json(query)
            .idempotent(true);
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// Records by id.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Got {
    /// Found.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub records: Vec<Record>,
    /// Not there.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub absent_record_ids: Vec<String>,
    /// Hidden from the caller.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub forbidden_record_ids: Vec<String>,
}

/// `bitable.v1.appTableRecord.batchGet`: at most [`MAX_GET`] records by id.
pub async fn get(
    session: &Session,
    (app, table): (&str, &str),
    ids: &[String],
) -> Result<Got, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        record_ids: &'a [String],
    }
    let request =
        Request::post("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/records/batch_get")
            .path("app_token", app)?
            .path("table_id", table)?
            .json(&Body { record_ids: ids })
            .idempotent(true);
    session.fetch(request).await
}

#[derive(Serialize)]
struct Batch<'a> {
    records: &'a [Record],
}

#[derive(Deserialize)]
struct Written {
    #[serde(default, deserialize_with = "loose::nullable")]
    records: Vec<Record>,
}

/// `bitable.v1.appTableRecord.batchCreate`: all of at most [`MAX_WRITE`] records or none; a second
/// call with the same `client_token` makes nothing more. Gives them in the same order.
pub async fn create(
    session: &Session,
    (app, table): (&str, &str),
    records: &[Record],
    client_token: &str,
) -> Result<Vec<Record>, FeishuError> {
    let request = Request::post(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/records/batch_create",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .query("client_token", client_token)
    .json(&Batch { records })
    .idempotent(true);
    Ok(session.fetch::<Written>(request).await?.records)
}

/// `bitable.v1.appTableRecord.batchUpdate`: all of at most [`MAX_WRITE`] records or none.
pub async fn update(
    session: &Session,
    (app, table): (&str, &str),
    records: &[Record],
) -> Result<Vec<Record>, FeishuError> {
    let request = Request::post(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/records/batch_update",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .json(&Batch { records })
    .idempotent(true);
    Ok(session.fetch::<Written>(request).await?.records)
}

/// `bitable.v1.appTableRecord.batchDelete`: all of at most [`MAX_DELETE`] records or none.
pub async fn delete(
    session: &Session,
    (app, table): (&str, &str),
    ids: &[String],
) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        records: &'a [String],
    }
    let request = Request::post(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/records/batch_delete",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .json(&Body { records: ids });
    session.call(request).await.map(|_reply| ())
}
