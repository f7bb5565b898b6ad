//! Metadata of bases (`bitable/v1`).

use serde::Deserialize;

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

/// `bitable.v1.app.get`: the facts of a base.
pub async fn app(session: &Session, app: &str) -> Result<App, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        app: App,
    }
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}").path("app_token", app)?;
    Ok(session.fetch::<Reply>(request).await?.app)
}

/// `bitable.v1.appTable.list`: the first hundred tables, which is the most a base can have.
pub async fn tables(session: &Session, app: &str) -> Result<TablePage, FeishuError> {
    let request = Request::get("/open-apis/bitable/v1/apps/{app_token}/tables")
        .path("app_token", app)?
        .query("page_size", "100");
    session.fetch(request).await
}
