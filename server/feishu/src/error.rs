//! What a call of the open platform can end with.

use std::time::Duration;

/// What an error code means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The access token is missing, wrong or expired.
    TokenInvalid,
    /// The scope is not enabled on the app: an admin must enable and publish it.
    AppScopeMissing,
    /// The person has not granted the scope: sign in again with it.
    UserScopeMissing,
    /// The person has no permission on this object.
    Forbidden,
    /// No such object.
    NotFound,
    /// Somebody else changed it, or it is busy.
    Conflict,
    /// Too fast.
    RateLimited,
    /// The tenant's monthly quota is used up.
    QuotaExhausted,
    /// The request is wrong.
    Invalid,
    /// The app is disabled, not installed, or its address list refuses us.
    AppConfig,
    /// Feishu failed.
    Upstream,
}

/// A field that Feishu refused (`error.field_violations`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Name of the field.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum FeishuError {
    /// Feishu answered with a code other than 0.
    #[error("feishu refused the call with code {code}")]
    Api {
        /// Feishu's code.
        code: i64,
        /// Feishu's message, for people; never decided on.
        msg: String,
        /// HTTP status.
        http: u16,
        /// `X-Tt-Logid`, for Feishu's support.
        log_id: Option<String>,
        /// What the code means.
        class: ErrorClass,
        /// Scopes that would be enough (`error.permission_violations`).
        scopes: Vec<String>,
        /// Fields that were refused.
        fields: Vec<FieldViolation>,
    },
    /// Still limited after the retries.
    #[error("feishu limits the rate of this call")]
    RateLimited {
        /// How long Feishu asks to wait.
        retry_after: Option<Duration>,
        /// Log id.
        log_id: Option<String>,
        /// Feishu's code.
        code: i64,
    },
    /// No answer in time. A writing call may have had its effect.
    #[error("feishu did not answer in time")]
    Timeout,
    /// No connection, or it broke.
    #[error("feishu could not be reached")]
    Transport(#[source] reqwest::Error),
    /// The answer is not what the platform documents.
    #[error("feishu's answer could not be read")]
    Decode {
        /// Log id.
        log_id: Option<String>,
        /// HTTP status.
        http: u16,
    },
    /// An id that must not be put into a path.
    #[error("{name} is not an id")]
    BadId {
        /// Name of the path parameter.
        name: &'static str,
    },
    /// The answer is larger than the cap.
    #[error("feishu's answer is too large")]
    TooLarge {
        /// Log id.
        log_id: Option<String>,
    },
}

impl FeishuError {
    /// The class, where the error has one.
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Api { class, .. } => *class,
            Self::RateLimited { .. } => ErrorClass::RateLimited,
            Self::BadId { .. } => ErrorClass::Invalid,
            Self::Timeout | Self::Transport(_) | Self::Decode { .. } | Self::TooLarge { .. } => {
                ErrorClass::Upstream
            }
        }
    }

    /// Feishu's log id, where it gave one.
    pub fn log_id(&self) -> Option<&str> {
        match self {
            Self::Api { log_id, .. }
            | Self::RateLimited { log_id, .. }
            | Self::Decode { log_id, .. }
            | Self::TooLarge { log_id } => log_id.as_deref(),
            Self::Timeout | Self::Transport(_) | Self::BadId { .. } => None,
        }
    }
}
