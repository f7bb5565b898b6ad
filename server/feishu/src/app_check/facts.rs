//! What Feishu answered.

use serde::Deserialize;

use crate::{AppScope, FeishuError};

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// Feishu said it.
    Known(T),
    /// Feishu refused to say it.
    Refused {
        /// Feishu's code.
        code: i64,
        /// Feishu's log id.
        log_id: Option<String>,
    },
    /// Feishu did not answer, or not readably.
    Unreachable,
    /// Not asked, because an earlier answer makes it pointless or the question is not complete.
    NotAsked,
}

impl<T> Answer<T> {
    /// The value, where Feishu gave one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Feishu's code, where it refused.
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}

impl<T> From<Result<T, FeishuError>> for Answer<T> {
    fn from(result: Result<T, FeishuError>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(FeishuError::Api { code, log_id, .. }) => Self::Refused { code, log_id },
            Err(_) => Self::Unreachable,
        }
    }
}

/// The app's settings (`application/v6/applications/me`), as far as they are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AppSettings {
    /// Display name.
    pub app_name: String,
    /// 0 stopped, 1 in use, 2 not in use yet, 3 unknown.
    pub status: Option<i64>,
    /// Registered redirect URLs.
    pub redirect_urls: Vec<String>,
    /// The version in force; empty without one.
    pub online_version_id: String,
    /// The version under review; empty without one.
    pub unaudit_version_id: String,
    /// Scopes in force.
    pub scopes: Vec<SettingsScope>,
    /// Whether user tokens may be refreshed; only newer platforms say.
    pub allow_refresh_token: Option<bool>,
}

/// A scope of [`AppSettings`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SettingsScope {
    /// Name.
    pub scope: String,
    /// `user`, `tenant`, or both.
    pub token_types: Vec<String>,
}

/// Everything that was asked of one app.
#[derive(Debug, Clone)]
pub struct AppFacts {
    /// Whether the credentials give a tenant token (`auth/v3/tenant_access_token/internal`).
    pub token: Answer<()>,
    /// Whether the other brand knows the App ID; asked when this one does not.
    pub at_other_brand: Option<bool>,
    /// What the sign-in endpoint says to a code that cannot exist; asked when the token endpoint
    /// gives one code for several faults.
    pub sign_in_code: Option<i64>,
    /// Feishu's clock, in seconds since 1970.
    pub feishu_time: Option<i64>,
    /// Scopes, granted and waiting.
    pub scopes: Answer<Vec<AppScope>>,
    /// Settings.
    pub settings: Answer<AppSettings>,
    /// Whether the person that was asked about may use the app.
    pub available: Answer<bool>,
}
