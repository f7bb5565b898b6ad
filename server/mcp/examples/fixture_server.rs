//! The edge with the fixture on a loopback port, for trying clients by hand:
//! `cargo run -p mcp --features fixture --example fixture_server -- 8790`, token `ann@conformance`.
#![expect(clippy::expect_used, reason = "the world is shared with the tests")]

#[path = "../tests/edge/support.rs"]
mod support;

use std::net::SocketAddr;

#[tokio::main]
async fn main() {
    let port: u16 = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(8790);
    let world = support::World::new(&format!("http://127.0.0.1:{port}"), None);
    let mcp = world.node("one");
    let guard = edge::guard::Guard {
        rate: edge::guard::IpRate::default(),
        ..edge::guard::Guard::new(
            world.names.urls.clone(),
            std::sync::Arc::new(model::OsEntropy),
        )
    };
    let app = guard.protect(mcp.router());
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .expect("the port is free");
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await
    .expect("the server runs");
}
