//! Bearer tokens: from the header to a principal.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{Access, Channel, Locale, Principal, Slug};

use crate::{ApiFault, Door, ResourceRef, Urls};

/// Turns a bearer token into a [`Principal`].
#[derive(Clone)]
pub struct Authenticator {
    urls: Urls,
}

impl Authenticator {
    /// Authenticates the request of a client at a door of a tenant.
    pub async fn bearer(
        &self,
        headers: &HeaderMap,
        slug: &Slug,
        channel: Channel,
    ) -> Result<Principal, BearerFault> {
        let resource = ResourceRef::new(slug.clone(), Door::from(channel));
        self.bearer_at(headers, &resource).await
    }

    /// The same for a door that may be named by its short path.
    pub async fn bearer_at(
        &self,
        headers: &HeaderMap,
        resource: &ResourceRef,
    ) -> Result<Principal, BearerFault> {
        let _ = headers;
        Err(BearerFault::new(
            BearerReason::Missing,
            &self.urls,
            resource,
        ))
    }

    /// Whether the credential behind an open stream still holds; asked on each keep-alive tick.
    pub async fn still_valid(&self, principal: &Principal) -> bool {
        let _ = principal;
        true
    }
}

/// Why a bearer token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BearerReason {
    /// There was no token.
    Missing,
    /// The token is unknown, expired, revoked, or was issued for another tenant.
    Invalid,
    /// The token does not cover what was asked.
    InsufficientScope(Access),
    /// No such tenant.
    UnknownTenant,
    /// The tenant or the member is not served at present.
    Blocked,
    /// The check could not be made.
    Unavailable,
}

/// A refusal of a bearer token, with its challenge (RFC 6750, RFC 9728 section 5.1).
#[derive(Debug, Clone)]
pub struct BearerFault {
    reason: BearerReason,
    metadata: String,
    locale: Locale,
}

impl BearerFault {
    /// A refusal at one resource.
    pub fn new(reason: BearerReason, urls: &Urls, resource: &ResourceRef) -> Self {
        Self {
            reason,
            metadata: urls.resource_metadata(resource),
            locale: Locale::En,
        }
    }

    /// Why.
    pub const fn reason(&self) -> BearerReason {
        self.reason
    }
}

impl IntoResponse for BearerFault {
    fn into_response(self) -> Response {
        let mut response =
            ApiFault::new(StatusCode::UNAUTHORIZED, "invalid_token", "").into_response();
        if let Ok(value) = HeaderValue::from_str(&self.metadata) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        let _ = self.locale;
        response
    }
}
