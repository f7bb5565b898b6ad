//! The errors of the protocol, with texts in both languages that say what to do next.

use axum::response::{IntoResponse, Response};
use edge::ApiFault;
use http::{StatusCode, header};
use model::{Fault, FaultClass, Locale};

/// What is wrong with a request of a client (RFC 6749, RFC 7009, RFC 7591, RFC 8707).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthError {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is unknown or did not prove itself.
    InvalidClient,
    /// The code or refresh token is not valid for this client.
    InvalidGrant,
    /// The client may not use this grant type.
    UnauthorizedClient,
    /// Another grant type than ours.
    UnsupportedGrantType,
    /// Another response type than `code`.
    UnsupportedResponseType,
    /// A scope beyond what was granted.
    InvalidScope,
    /// Not a resource of this server, or not the granted one (RFC 8707, section 2).
    InvalidTarget,
    /// The member said no, or may not come in.
    AccessDenied,
    /// Too many of the same request at once; the family stays alive.
    SlowDown,
    /// Something that we depend on is away.
    TemporarilyUnavailable,
    /// We failed.
    ServerError,
}

impl OAuthError {
    /// The registered error code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::SlowDown | Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::SlowDown => StatusCode::TOO_MANY_REQUESTS,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// What to do next.
    pub const fn hint(self, locale: Locale) -> &'static str {
        match self {
            Self::InvalidRequest => locale.pick(
                "Correct the request; the server metadata lists what is supported.",
                "请修正请求；服务器元数据列出了支持的内容。",
            ),
            Self::InvalidClient => locale.pick(
                "Register the client again: remove this server in your AI client and add it anew.",
                "请重新注册客户端：在 AI 客户端中移除本服务器后重新添加。",
            ),
            Self::InvalidGrant | Self::AccessDenied => locale.pick(
                "Connect again from your AI client to sign in anew.",
                "请从 AI 客户端重新连接并登录。",
            ),
            Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::UnsupportedResponseType => locale.pick(
                "Use the authorization code flow with PKCE (S256).",
                "请使用带 PKCE（S256）的授权码流程。",
            ),
            Self::InvalidScope => locale.pick(
                "Ask for less, or connect again to be granted more.",
                "请减少申请的权限，或重新连接以获得更多权限。",
            ),
            Self::InvalidTarget => locale.pick(
                "Use the address exactly as the connect page shows it.",
                "请严格使用连接页面显示的地址。",
            ),
            Self::SlowDown | Self::TemporarilyUnavailable => locale.pick(
                "Wait a moment, then send the same request once more.",
                "请稍候，然后重新发送一次相同的请求。",
            ),
            Self::ServerError => locale.pick(
                "Try again; if it stays, give your administrator the request id.",
                "请重试；若仍失败，请将请求编号告知管理员。",
            ),
        }
    }
}

/// An error with a description in the reader's language.
#[derive(Debug, Clone)]
pub struct OAuthFault {
    /// What is wrong.
    pub error: OAuthError,
    /// One sentence.
    pub description: String,
    locale: Locale,
    hint: Option<String>,
    basic: bool,
}

impl OAuthFault {
    /// An error with both texts.
    pub fn new(error: OAuthError, locale: Locale, en: &str, zh: &str) -> Self {
        Self {
            error,
            description: locale.pick(en, zh).to_owned(),
            locale,
            hint: None,
            basic: false,
        }
    }

    /// With another hint than the usual one.
    #[must_use]
    pub fn with_hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The client tried HTTP Basic, so the answer names that scheme (RFC 6749, section 5.2).
    #[must_use]
    pub const fn after_basic(mut self, basic: bool) -> Self {
        self.basic = basic;
        self
    }

    /// A failure of a lower layer; logged once, here.
    pub fn internal(fault: &(impl Fault + ?Sized), locale: Locale) -> Self {
        tracing::error!(code = fault.code(), error = %fault, source = ?fault.source(), "oauth request failed");
        match fault.class() {
            FaultClass::Upstream | FaultClass::Limit => Self::new(
                OAuthError::TemporarilyUnavailable,
                locale,
                "A service that this request needs is not available.",
                "此请求所需的服务暂时不可用。",
            ),
            _ => Self::new(
                OAuthError::ServerError,
                locale,
                "The request failed on our side.",
                "请求在服务端失败。",
            ),
        }
    }
}

impl IntoResponse for OAuthFault {
    fn into_response(self) -> Response {
        let hint = self
            .hint
            .unwrap_or_else(|| self.error.hint(self.locale).to_owned());
        let mut fault =
            ApiFault::new(self.error.status(), self.error.code(), self.description).hint(hint);
        if self.basic {
            fault = fault.header(header::WWW_AUTHENTICATE, "Basic realm=\"feishu-mcp\"");
        }
        if matches!(
            self.error,
            OAuthError::SlowDown | OAuthError::TemporarilyUnavailable
        ) {
            fault = fault.header(header::RETRY_AFTER, "2");
        }
        fault.into_response()
    }
}
