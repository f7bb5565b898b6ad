//! Requests per address. The fair limits are those per member and tenant, further in; this one
//! only keeps a single address from holding the machine. It is generous, because hosted clients
//! share their egress addresses: a tight limit on registration or tokens would lock out people
//! who have nothing to do with each other.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};

use axum::body::Body;
use axum::response::IntoResponse;
use governor::middleware::NoOpMiddleware;
use http::{Request, StatusCode, header};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor,
};

use super::{ClientIp, TrustedProxies};
use crate::ApiFault;

/// A burst and then a steady rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpRate {
    /// Requests that may come at once.
    pub burst: u32,
    /// Requests per second after that.
    pub per_second: u32,
}

impl Default for IpRate {
    /// 2,000 at once, then 500 per second.
    fn default() -> Self {
        Self {
            burst: 2_000,
            per_second: 500,
        }
    }
}

/// Finds the key of a request.
#[derive(Debug, Clone)]
pub struct ByClientIp(TrustedProxies);

impl KeyExtractor for ByClientIp {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(ClientIp::of(&self.0, request.extensions(), request.headers()).limited())
    }
}

/// The layer; `None` when a number is zero, which means no limit.
pub fn per_ip(
    rate: IpRate,
    proxies: TrustedProxies,
) -> Option<GovernorLayer<ByClientIp, NoOpMiddleware, Body>> {
    let per_second = NonZeroU32::new(rate.per_second)?;
    let config = GovernorConfigBuilder::default()
        .period(Duration::from_secs(1) / per_second.get())
        .burst_size(rate.burst)
        .key_extractor(ByClientIp(proxies))
        .finish()?;
    let layer = GovernorLayer::new(Arc::new(config)).error_handler(|error| {
        let wait = match error {
            GovernorError::TooManyRequests { wait_time, .. } => wait_time.max(1),
            _ => 1,
        };
        ApiFault::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests from this address. / 来自该地址的请求过多。",
        )
        .hint("Wait as long as Retry-After says. / 请按 Retry-After 的时间等待。")
        .header(header::RETRY_AFTER, &wait.to_string())
        .into_response()
    });
    Some(layer)
}
