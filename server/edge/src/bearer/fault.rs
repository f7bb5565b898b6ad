//! Refusals of bearer tokens.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use model::{Access, Locale};

use crate::{ApiFault, ProfileQuery, ResourceRef, Urls};

/// Why a bearer token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BearerReason {
    /// There was no token.
    Missing,
    /// The token is unknown, expired, taken back, or was issued for another tenant.
    Invalid,
    /// The token does not cover what was asked; the access that would.
    InsufficientScope(Access),
    /// No such tenant.
    UnknownTenant,
    /// The tenant or the member is not served at present.
    Blocked,
    /// The check could not be made.
    Unavailable,
}

/// A refusal of a bearer token, with its challenge (RFC 6750, section 3; RFC 9728, section 5.1).
#[derive(Debug, Clone)]
pub struct BearerFault {
    reason: BearerReason,
    metadata: String,
    connect: String,
    locale: Locale,
}

impl BearerFault {
    /// A refusal at one resource.
    pub fn new(reason: BearerReason, urls: &Urls, resource: &ResourceRef) -> Self {
        Self {
            reason,
            metadata: urls.resource_metadata(resource),
            connect: urls.connect(&resource.slug),
            locale: Locale::En,
        }
    }

    /// With texts in the reader's language.
    #[must_use]
    pub const fn in_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// For a client that was given the address of a profile: the metadata is of that address.
    #[must_use]
    pub fn for_profile(mut self, profile: &ProfileQuery) -> Self {
        self.metadata.push_str(&profile.suffix());
        self
    }

    /// Why.
    pub const fn reason(&self) -> BearerReason {
        self.reason
    }

    /// The value of `WWW-Authenticate`, for refusals that a new token would cure.
    pub fn challenge(&self) -> Option<String> {
        let metadata = &self.metadata;
        let scope = Access::Write.scope();
        match self.reason {
            BearerReason::Missing => Some(format!(
                "Bearer resource_metadata=\"{metadata}\", scope=\"{scope}\""
            )),
            BearerReason::Invalid => Some(format!(
                "Bearer error=\"invalid_token\", \
                 error_description=\"The access token is not valid here\", \
                 resource_metadata=\"{metadata}\", scope=\"{scope}\""
            )),
            BearerReason::InsufficientScope(needed) => Some(format!(
                "Bearer error=\"insufficient_scope\", scope=\"{}\", \
                 resource_metadata=\"{metadata}\"",
                needed.scope()
            )),
            _ => None,
        }
    }

    /// Status, code, what happened, what to do next.
    fn told(&self) -> (StatusCode, &'static str, &'static str, String) {
        let locale = self.locale;
        let sign_in = match locale {
            Locale::En => format!("Sign in from your AI client; {} shows how.", self.connect),
            Locale::Zh => format!("请在 AI 客户端中登录；方法见 {}。", self.connect),
        };
        match self.reason {
            BearerReason::Missing => (
                StatusCode::UNAUTHORIZED,
                "invalid_request",
                locale.pick("An access token is needed.", "需要访问令牌。"),
                sign_in,
            ),
            BearerReason::Invalid => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                locale.pick(
                    "The access token is unknown, expired, revoked, or of another organisation.",
                    "访问令牌未知、已过期、已撤销，或属于其他企业。",
                ),
                sign_in,
            ),
            BearerReason::InsufficientScope(_) => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                locale.pick(
                    "This connection was granted for reading only.",
                    "此连接仅获得读取权限。",
                ),
                locale
                    .pick(
                        "Connect again and tick writing on the consent page.",
                        "请重新连接，并在授权页面勾选写入。",
                    )
                    .to_owned(),
            ),
            BearerReason::UnknownTenant => (
                StatusCode::NOT_FOUND,
                "not_found",
                locale.pick(
                    "There is no organisation at this address.",
                    "该地址没有对应的企业。",
                ),
                locale
                    .pick(
                        "Check the address with your administrator.",
                        "请与管理员核对地址。",
                    )
                    .to_owned(),
            ),
            BearerReason::Blocked => (
                StatusCode::FORBIDDEN,
                "access_denied",
                locale.pick(
                    "Access is switched off for you or your organisation.",
                    "您或您所在企业的访问已被关闭。",
                ),
                locale
                    .pick("Ask your administrator.", "请联系管理员。")
                    .to_owned(),
            ),
            BearerReason::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                locale.pick(
                    "The access token cannot be checked at the moment.",
                    "暂时无法校验访问令牌。",
                ),
                locale
                    .pick("Try again in a few seconds.", "请几秒后重试。")
                    .to_owned(),
            ),
        }
    }
}

impl IntoResponse for BearerFault {
    fn into_response(self) -> Response {
        let (status, code, text, hint) = self.told();
        let mut fault = ApiFault::new(status, code, text).hint(hint);
        if let Some(challenge) = self.challenge() {
            fault = fault.header(header::WWW_AUTHENTICATE, &challenge);
        }
        if self.reason == BearerReason::Unavailable {
            fault = fault.header(header::RETRY_AFTER, "2");
        }
        fault.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_leads_to_the_metadata_of_the_address_that_was_asked() {
        let urls = Urls::new(&"https://a.test".parse().unwrap())
            .unwrap()
            .with_default_tenant("acme".parse().unwrap());
        let fault = |path: &str| {
            let resource = urls.resource_at(path).unwrap();
            BearerFault::new(BearerReason::Missing, &urls, &resource)
                .challenge()
                .unwrap()
        };
        assert!(fault("/t/acme/sse").contains(
            "resource_metadata=\"https://a.test/.well-known/oauth-protected-resource/t/acme/sse\""
        ));
        assert!(fault("/mcp").contains("/.well-known/oauth-protected-resource/mcp\""));
    }
}
