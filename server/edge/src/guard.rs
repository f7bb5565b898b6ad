//! The layers that stand before every handler.
//!
//! From the outside in: request id and security headers on every answer; a panic becomes a 500;
//! the `Host` must be one of ours (DNS rebinding); one address may not knock too often; a
//! browser's `Origin` must be allowed at the doors, and must be ours where a page changes
//! something.

mod client_ip;
mod compress;
mod cors;
mod headers;
mod host;
mod origin;
mod rate;
mod request_id;

use std::sync::Arc;

use axum::{Router, middleware};
use model::Entropy;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

pub use client_ip::{ClientIp, TrustedProxies};
pub use compress::compress_public;
pub use cors::{door_cors, open_cors};
pub use headers::{CSP_PAGE, DEFAULT_CSP};
pub use host::HostPolicy;
pub use origin::{OriginPolicy, is_same_origin};
pub use rate::{IpRate, per_ip};
pub use request_id::RequestId;

use crate::Urls;

/// What the layers need to know.
#[derive(Clone)]
pub struct Guard {
    /// Public addresses.
    pub urls: Urls,
    /// Names that requests may be addressed to.
    pub hosts: HostPolicy,
    /// Origins that browsers may call the doors from.
    pub origins: OriginPolicy,
    /// Proxies whose forwarding header is believed.
    pub proxies: TrustedProxies,
    /// Requests that one address may make.
    pub rate: IpRate,
    /// Largest body in bytes.
    pub max_body: usize,
    /// Where request ids come from.
    pub entropy: Arc<dyn Entropy>,
}

impl Guard {
    /// The policies that follow from the public address alone: own host, own origin (any
    /// loopback one in development), no proxies, 8 MiB.
    pub fn new(urls: Urls, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            hosts: HostPolicy::new(&urls, Vec::new()),
            origins: OriginPolicy::new(&urls, Vec::new()),
            proxies: TrustedProxies::default(),
            rate: IpRate::default(),
            max_body: 8 * 1024 * 1024,
            urls,
            entropy,
        }
    }

    /// Puts the layers before every route of `router`. To be called once, on the whole.
    pub fn protect(&self, router: Router) -> Router {
        self.protect_with(router, Router::new())
    }

    /// The same with routes that take files: their handlers have caps of their own, and never
    /// hold a whole body.
    pub fn protect_with(&self, router: Router, files: Router) -> Router {
        // Every layer is cloned for every request.
        let shared = Arc::new(self.clone());
        // The last one added is the outermost.
        let router = router
            .layer(RequestBodyLimitLayer::new(self.max_body))
            .merge(files)
            .layer(middleware::from_fn_with_state(
                Arc::clone(&shared),
                origin::check,
            ));
        let router = match per_ip(self.rate, self.proxies.clone()) {
            Some(limit) => router.layer(limit),
            None => router,
        };
        router
            .layer(middleware::from_fn_with_state(
                Arc::clone(&shared),
                host::check,
            ))
            .layer(CatchPanicLayer::custom(headers::after_panic))
            .layer(middleware::from_fn_with_state(
                Arc::clone(&shared),
                headers::add,
            ))
            .layer(middleware::from_fn_with_state(shared, request_id::add))
    }
}
