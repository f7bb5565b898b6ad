//! Bases (`bitable/v1`).

pub mod fields;
pub mod forms;
pub mod records;
pub mod roles;
pub mod views;

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// A table.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Table {
    /// Identity, `tbl…`.
    #[serde(default)]
    pub table_id: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Grows with each change of its structure.
    #[serde(default, deserialize_with = "loose::int")]
    pub revision: i64,
}

/// One page of tables.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TablePage {
    /// Tables.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Table>,
    /// Number of all tables.
    #[serde(default, deserialize_with = "loose::int")]
    pub total: i64,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// A base.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct App {
    /// Name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub name: String,
    /// Grows with each change.
    #[serde(default, deserialize_with = "loose::int")]
    pub revision: i64,
    /// Its tables may be hidden from some people, row by row.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_advanced: bool,
    /// Zone of its times.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub time_zone: String,
}

/// A dashboard.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Dashboard {
    /// Identity, `blk…`.
    #[serde(default)]
    pub block_id: String,
    /// Name.
    #[serde(default)]
    pub name: String,
}

/// `bitable.v1.app.get`: the facts of a base.
pub async fn app(session: &Session, app: &str) -> Result<App, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        app: App,
    }
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}").path("app_token", app)?;
    Ok(session.fetch::<Reply>(request).await?.app)
}

/// What is changed of a base.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AppChange<'a> {
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// Advanced permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_advanced: Option<bool>,
}

/// `bitable.v1.app.update`.
pub async fn change(
    session: &Session,
    app: &str,
    change: &AppChange<'_>,
) -> Result<(), FeishuError> {
    let request = Request::put("/open-apis/bitable/v1/apps/{app_token}")
        .path("app_token", app)?
        .json(change)
        .idempotent(true);
    session.call(request).await.map(|_reply| ())
}

/// `bitable.v1.appTable.list`: the first hundred tables, which is the most a base can have.
pub async fn tables(session: &Session, app: &str) -> Result<TablePage, FeishuError> {
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}/tables")
        .path("app_token", app)?
        .query("page_size", "100");
    session.fetch(request).await
}

/// `bitable.v1.appTable.create`: a table with these fields; gives its id.
pub async fn create_table(
    session: &Session,
    app: &str,
    name: &str,
    fields: &[fields::FieldBody],
) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct New<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        fields: &'a [fields::FieldBody],
    }
    #[derive(Serialize)]
    struct Body<'a> {
        table: New<'a>,
    }
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        table_id: String,
    }
    let request = Request::post("/open-apis/bitable/v1/apps/{app_token}/tables")
        .path("app_token", app)?
        .json(&Body {
            table: New { name, fields },
        });
    Ok(session.fetch::<Reply>(request).await?.table_id)
}

/// `bitable.v1.appTable.patch`: renames a table.
pub async fn rename_table(
    session: &Session,
    app: &str,
    table: &str,
    name: &str,
) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
    }
    let request = Request::patch("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}")
        .path("app_token", app)?
        .path("table_id", table)?
        .json(&Body { name })
        .idempotent(true);
    session.call(request).await.map(|_reply| ())
}

/// `bitable.v1.appTable.delete`: a table with all its records.
pub async fn delete_table(session: &Session, app: &str, table: &str) -> Result<(), FeishuError> {
    let request = Request::delete("/open-apis/bitable/v1/apps/{app_token}/tables/{table_id}")
        .path("app_token", app)?
        .path("table_id", table)?;
    session.call(request).await.map(|_reply| ())
}

/// `bitable.v1.appDashboard.list`: at most 500 dashboards.
pub async fn dashboards(session: &Session, app: &str) -> Result<Vec<Dashboard>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        dashboards: Vec<Dashboard>,
    }
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}/dashboards")
        .path("app_token", app)?
        .query("page_size", "500");
    Ok(session.fetch::<Reply>(request).await?.dashboards)
}

/// `bitable.v1.appDashboard.copy`: gives the id of the copy.
pub async fn copy_dashboard(
    session: &Session,
    app: &str,
    block: &str,
    name: &str,
) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
    }
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default)]
        block_id: String,
    }
    let request =
        Request::post("/open-apis/bitable/v1/apps/{app_token}/dashboards/{block_id}/copy")
            .path("app_token", app)?
            .path("block_id", block)?
            .json(&Body { name });
    Ok(session.fetch::<Reply>(request).await?.block_id)
}
