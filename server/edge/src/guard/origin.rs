//! The `Origin` allow-list at the doors, and the same-origin rule where pages change something.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use url::{Host, Url};

use super::Guard;
use crate::{ApiFault, Urls, routes, routes::Audience};

/// Origins that browsers may call the doors from.
#[derive(Debug, Clone)]
pub struct OriginPolicy {
    allowed: Arc<[String]>,
    loopback: bool,
}

impl OriginPolicy {
    /// Our own origin and `more`; in development (public address on loopback) also every
    /// loopback origin, where local tools such as inspectors run.
    pub fn new(urls: &Urls, more: Vec<String>) -> Self {
        let mut allowed = vec![urls.origin().to_owned()];
        allowed.extend(more);
        Self {
            allowed: allowed.into(),
            loopback: urls.is_loopback(),
        }
    }

    /// Whether a browser at `origin` may call. `null` never may.
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed.iter().any(|known| known == origin)
            || (self.loopback && is_loopback_origin(origin))
    }
}

fn is_loopback_origin(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else {
        return false;
    };
    // The printed form must be what was sent: `http://127.1` is not an origin of a browser.
    url.origin().ascii_serialization() == origin
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// Whether a changing request came from one of our own pages: `Sec-Fetch-Site` says so, or,
/// from older browsers, `Origin`. A request with neither is no browser's and carries no cookie
/// that a site could have borrowed.
pub fn is_same_origin(urls: &Urls, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => text(header::ORIGIN.as_str()).is_none_or(|origin| origin == urls.origin()),
    }
}

pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let audience = request.extensions().get::<MatchedPath>().and_then(|path| {
        routes::ALL
            .iter()
            .find(|route| route.path == path.as_str())
            .map(|route| route.audience)
    });
    let headers = request.headers();
    let safe = request.method().is_safe();
    let allowed = match audience {
        // Protocol endpoints are for any origin; the consent form proves itself in its handler.
        // No browser sends events: what they carry proves them, and no cookie counts.
        Some(Audience::Public | Audience::OAuth | Audience::Feishu | Audience::Hook) => true,
        Some(
            Audience::Page
            | Audience::Member
            | Audience::Account
            | Audience::Console
            | Audience::Operator
            | Audience::Link,
        ) => safe || is_same_origin(&guard.urls, headers),
        // A path that the table does not know gets the strictest rule.
        Some(Audience::Bearer | Audience::Upload) | None => headers
            .get(header::ORIGIN)
            .is_none_or(|origin| origin.to_str().is_ok_and(|o| guard.origins.allows(o))),
    };
    if allowed {
        return next.run(request).await;
    }
    ApiFault::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "Requests from this web page are not allowed. / 不允许来自该网页的请求。",
    )
    .hint("Ask the operator to add the origin to the allow-list. / 请运营者将该来源加入允许列表。")
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(public: &str) -> OriginPolicy {
        OriginPolicy::new(&Urls::new(&public.parse().unwrap()).unwrap(), Vec::new())
    }

    #[test]
    fn a_hosted_deployment_allows_its_own_origin_only() {
        let policy = policy("https://mcp.example.com");
        assert!(policy.allows("https://mcp.example.com"));
        for origin in [
            "null",
            "https://mcp.example.com.evil.test",
            "http://mcp.example.com",
            "https://mcp.example.com:8443",
            "http://localhost:6274",
        ] {
            assert!(!policy.allows(origin), "{origin}");
        }
    }

    #[test]
    fn development_allows_loopback_origins_and_nothing_that_looks_like_them() {
        let policy = policy("http://localhost:8788");
        assert!(policy.allows("http://localhost:6274"));
        assert!(policy.allows("http://127.0.0.1:3000"));
        for origin in [
            "http://localhost.evil.test",
            "http://127.1:3000",
            "http://localhost:6274/",
            "null",
        ] {
            assert!(!policy.allows(origin), "{origin}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_not_ours() {
        let urls = Urls::new(&"https://a.test".parse().unwrap()).unwrap();
        let with = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            is_same_origin(&urls, &headers)
        };
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(!with("sec-fetch-site", "cross-site"));
        assert!(!with("sec-fetch-site", "same-site"));
        assert!(with("origin", "https://a.test"));
        assert!(!with("origin", "https://b.test"));
        assert!(!with("origin", "null"));
    }
}
