//! Who the token belongs to, and what the app may do.

use serde::Deserialize;

use crate::{FeishuError, Request, Session};

/// `authen/v1/user_info`: fields without the scope for them are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UserInfo {
    /// Person in this app.
    pub open_id: String,
    /// Person over the developer's apps.
    pub union_id: Option<String>,
    /// Display name.
    pub name: String,
    /// English name.
    pub en_name: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// Feishu's key of the enterprise.
    pub tenant_key: String,
    /// Mail address, with its scope.
    pub email: Option<String>,
}

/// Reads the person behind a user token. Needs no scope.
pub async fn user_info(session: &Session) -> Result<UserInfo, FeishuError> {
    session
        .fetch(Request::get("/open-apis/authen/v1/user_info"))
        .await
}

/// A scope of the app (`application/v6/scopes`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AppScope {
    /// Name.
    #[serde(rename = "scope_name")]
    pub name: String,
    /// 1 granted, 2 waiting for the admin.
    #[serde(default)]
    pub grant_status: i64,
    /// `user`, `tenant`, or absent.
    #[serde(default, rename = "scope_type")]
    pub kind: Option<String>,
}

impl AppScope {
    /// Whether it is in force.
    pub const fn granted(&self) -> bool {
        self.grant_status == 1
    }
}

#[derive(Deserialize)]
struct AppScopes {
    #[serde(default)]
    scopes: Vec<AppScope>,
}

/// The scopes of the app. Needs a tenant token.
pub async fn app_scopes(session: &Session) -> Result<Vec<AppScope>, FeishuError> {
    let answer: AppScopes = session
        .fetch(Request::get("/open-apis/application/v6/scopes"))
        .await?;
    Ok(answer.scopes)
}
