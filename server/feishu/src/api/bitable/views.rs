//! Views of a table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{FeishuError, Request, Session, api::MAX_PAGES};

/// A view.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct View {
    /// Identity, `vew…`.
    #[serde(default)]
    pub view_id: String,
    /// Name.
    #[serde(default)]
    pub view_name: String,
    /// `grid`, `kanban`, `gallery`, `gantt`, `form`.
    #[serde(default)]
    pub view_type: String,
    /// `filter_info`, `hidden_fields`, `hierarchy_config`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub property: Map<String, Value>,
}

#[derive(Deserialize)]
struct One {
    view: View,
}

/// `bitable.v1.appTableView.list`: all views.
pub async fn list(session: &Session, app: &str, table: &str) -> Result<Vec<View>, FeishuError> {
    #[derive(Deserialize)]
    #[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<View>,
        #[serde(default, deserialize_with = "loose::nullable")]
        page_token: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        has_more: bool,
    }
    let mut all = Vec::new();
    let mut cursor = String::new();
    for _ in 0..MAX_PAGES {
        let mut request =
            Request::get("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/views")
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

/// `bitable.v1.appTableView.create`.
pub async fn create(
    session: &Session,
    (app, table): (&str, &str),
    name: &str,
    kind: &str,
) -> Result<View, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        view_name: &'a str,
        view_type: &'a str,
    }
    let request = Request::post("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/views")
        .path("app_token", app)?
        .path("table_id", table)?
        .json(&Body {
            view_name: name,
            view_type: kind,
        });
    Ok(session.fetch::<One>(request).await?.view)
}

/// What is changed of a view; members of `property` that are left out stay.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ViewChange {
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view_name: Option<String>,
    /// `filter_info`, `hidden_fields`, `hierarchy_config`; `null` takes one away.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub property: Map<String, Value>,
}

/// `bitable.v1.appTableView.patch`.
pub async fn change(
    session: &Session,
    (app, table): (&str, &str),
    view: &str,
    change: &ViewChange,
) -> Result<View, FeishuError> {
    let request =
        Request::patch("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/views/{view_id}")
            .path("app_token", app)?
            .path("table_id", table)?
            .path("view_id", view)?
            .json(change)
            .idempotent(true);
    Ok(session.fetch::<One>(request).await?.view)
}

/// `bitable.v1.appTableView.delete`.
pub async fn delete(
    session: &Session,
    (app, table): (&str, &str),
    view: &str,
) -> Result<(), FeishuError> {
    let request =
        Request::delete("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}/views/{view_id}")
            .path("app_token", app)?
            .path("table_id", table)?
            .path("view_id", view)?;
    session.call(request).await.map(|_reply| ())
}
