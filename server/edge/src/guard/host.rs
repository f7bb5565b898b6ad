//! The `Host` allow-list: the defence against DNS rebinding.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

use super::Guard;
use crate::{ApiFault, Urls, routes};

/// The names that a request may be addressed to.
#[derive(Debug, Clone)]
pub struct HostPolicy(Arc<[String]>);

impl HostPolicy {
    /// The public host, on loopback all names of this machine at the same port, and `more`.
    pub fn new(urls: &Urls, more: Vec<String>) -> Self {
        let mut names = vec![urls.host().to_owned()];
        if urls.is_loopback() {
            let port = urls
                .host()
                .rsplit_once(':')
                .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
                .map_or(String::new(), |(_, port)| format!(":{port}"));
            for name in ["localhost", "127.0.0.1", "[::1]"] {
                names.push(format!("{name}{port}"));
            }
        }
        names.extend(more.into_iter().map(|name| name.to_ascii_lowercase()));
        Self(names.into())
    }

    /// Whether `host` is one of ours.
    pub fn allows(&self, host: &str) -> bool {
        self.0.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

pub(super) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // Probes of an orchestrator come by address, and say nothing but "lives" or "does not".
    let probe = path == routes::HEALTH_LIVE || path == routes::HEALTH_READY;
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let stated = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        (None, None) => request.uri().authority().map(http::uri::Authority::as_str),
        _ => None,
    };
    if probe || stated.is_some_and(|host| guard.hosts.allows(host)) {
        return next.run(request).await;
    }
    ApiFault::new(
        StatusCode::FORBIDDEN,
        "host_not_allowed",
        "This server does not answer to that host name. / 服务器不接受该主机名。",
    )
    .hint("Use the address that your administrator gave you. / 请使用管理员提供的地址。")
    .into_response()
}
