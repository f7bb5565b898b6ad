//! Fields of a table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{FeishuError, Request, Session, api::MAX_PAGES};

/// A choice of a select field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Choice {
    /// Identity, `opt…`.
    #[serde(default)]
    pub id: String,
    /// Name.
    #[serde(default)]
    pub name: String,
}

/// A field.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Field {
    /// Identity, `fld…`.
    #[serde(default)]
    pub field_id: String,
    /// Name, which is also its key in records.
    #[serde(default)]
    pub field_name: String,
    /// Type number of the field guide.
    #[serde(default, rename = "type", deserialize_with = "loose::int")]
    pub kind: i64,
    /// Type name, finer than the number.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub ui_type: String,
    /// The first column.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_primary: bool,
    /// Settings by type, as Feishu prints them.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub property: Map<String, Value>,
    /// What it is for: a text, or an object with a text.
    #[serde(default)]
    pub description: Value,
}

impl Field {
    /// The choices of a select field.
    pub fn choices(&self) -> Vec<Choice> {
        let options = self.property.get("options").cloned();
        options
            .and_then(|options| serde_json::from_value(options).ok())
            .unwrap_or_default()
    }

    /// A text among the settings; empty where there is none.
    pub fn setting(&self, name: &str) -> &str {
        self.property
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// What it is for.
    pub fn note(&self) -> &str {
        let text = self.description.get("text").unwrap_or(&self.description);
        text.as_str().unwrap_or_default()
    }
}

/// A field as it is made or replaced.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FieldBody {
    /// Name.
    pub field_name: String,
    /// Type number.
    #[serde(rename = "type")]
    pub kind: i64,
    /// Type name, finer than the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_type: Option<String>,
    /// Settings; what is left out is dropped by a replacement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<Map<String, Value>>,
}

/// `bitable.v1.appTableField.list`: all fields, at most 300 as Feishu allows.
pub async fn list(session: &Session, app: &str, table: &str) -> Result<Vec<Field>, FeishuError> {
    #[derive(Deserialize)]
    #[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Field>,
        #[serde(default, deserialize_with = "loose::nullable")]
        page_token: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        has_more: bool,
    }
    let mut all = Vec::new();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let mut request =
            Request::get("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/fields")
                .path("app_token", app)?
                .path("table_id", table)?
                .query("page_size", "100");
        if !cursor.is_empty() {
            request = request.query("page_token", &cursor);
        }
        let page: Page = session.fetch(request).await?;
        all.extend(page.items);
        if !page.has_more || page.page_token.is_empty() {
            break;
        }
        cursor = page.page_token;
    }
    Ok(all)
}

#[derive(Deserialize)]
struct Made {
    field: Field,
}

/// `bitable.v1.appTableField.create`; with a `client_token` it may be sent again.
pub async fn create(
    session: &Session,
    app: &str,
    table: &str,
    field: &FieldBody,
    client_token: &str,
) -> Result<Field, FeishuError> {
    let request = Request::post("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/fields")
        .path("app_token", app)?
        .path("table_id", table)?
        .query("client_token", client_token)
        .json(field)
        .idempotent(true);
    Ok(session.fetch::<Made>(request).await?.field)
}

/// `bitable.v1.appTableField.update`: replaces name, type and settings.
pub async fn replace(
    session: &Session,
    app: &str,
    table: &str,
    id: &str,
    field: &FieldBody,
) -> Result<Field, FeishuError> {
    let request =
        Request::put("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/fields/{field_id}")
            .path("app_token", app)?
            .path("table_id", table)?
            .path("field_id", id)?
            .json(field)
            .idempotent(true);
    Ok(session.fetch::<Made>(request).await?.field)
}

/// `bitable.v1.appTableField.delete`: a field with what is in it.
pub async fn delete(
    session: &Session,
    app: &str,
    table: &str,
    id: &str,
) -> Result<(), FeishuError> {
    let request = Request::delete(
        "/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/fields/{field_id}",
    )
    .path("app_token", app)?
    .path("table_id", table)?
    .path("field_id", id)?;
    session.call(request).await.map(|_reply| ())
}
