//! Streams: keep-alive, revocation, the end of a credential, shutdown, HTTP+SSE on two nodes.

use std::time::Duration;

use axum::Router;
use futures::StreamExt;
use mcp::Signal;
use serde_json::{Value, json};

use crate::{
    support::{World, grant, start_of_time, tenant},
    tell::{event, initialize, raw, send},
};

const MCP: &str = "/t/acme/mcp";

fn world() -> World {
    World::new("http://localhost:8788", None)
}

#[tokio::test(start_paused = true)]
async fn an_idle_stream_gets_a_comment_every_fifteen_seconds() {
    let world = world();
    let app = world.node("one").router();
    let response = raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    let mut body = response.into_body().into_data_stream();
    let place = event(&mut body).await.unwrap();
    assert!(
        place.starts_with("/t/acme/messages?session=one."),
        "{place}"
    );
    let began = tokio::time::Instant::now();
    let comment = body.next().await.unwrap().unwrap();
    assert_eq!(&comment[..], b": keep-alive\n\n");
    assert_eq!(began.elapsed().as_secs(), 15);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_credential_ends_its_streams_at_once_or_at_the_next_tick() {
    let world = world();
    let app = world.node("one").router();
    let stream = async || {
        let response = raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
        let mut body = response.into_body().into_data_stream();
        event(&mut body).await.unwrap();
        body
    };
    let mut told = stream().await;
    let wire = world.hub.node("elsewhere");
    let signal = Signal::GrantRevoked(tenant("acme"), grant("ann"));
    wire.publish(signal).await.unwrap();
    let began = tokio::time::Instant::now();
    assert!(told.next().await.is_none());
    assert!(began.elapsed() < Duration::from_secs(1));

    let mut untold = stream().await;
    world.names.revoked.lock().push("ann".to_owned());
    assert!(untold.next().await.is_none());
    assert!(began.elapsed() <= Duration::from_secs(16));
}

#[tokio::test(start_paused = true)]
async fn a_stream_does_not_outlive_its_token() {
    let end = start_of_time() + Duration::from_secs(4);
    let world = World::new("http://localhost:8788", Some(end));
    let app = world.node("one").router();
    let response = raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    let mut body = response.into_body().into_data_stream();
    event(&mut body).await.unwrap();
    world.clock.advance(Duration::from_secs(4));
    let began = tokio::time::Instant::now();
    assert!(body.next().await.is_none());
    assert!(began.elapsed() <= Duration::from_secs(5));
}

#[tokio::test]
async fn http_sse_works_when_messages_reach_another_node() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    messages_on_two(&one, &two).await;
}

/// A stream on one node whose messages reach both.
pub(crate) async fn messages_on_two(one: &Router, two: &Router) {
    let response = raw(one, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    let mut body = response.into_body().into_data_stream();
    let place = event(&mut body).await.unwrap();
    let ping = json!({ "jsonrpc": "2.0", "id": "a", "method": "ping" }).to_string();
    for app in [one, two] {
        let stolen = send(app, "POST", &place, "bob@acme", &[], ping.clone()).await;
        assert_eq!(stolen.status, 404);
        let posted = send(app, "POST", &place, "ann@acme", &[], ping.clone()).await;
        assert_eq!(posted.status, 202);
        let answer: Value = serde_json::from_str(&event(&mut body).await.unwrap()).unwrap();
        assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
    }
    drop(body);
    let late = send(one, "POST", &place, "ann@acme", &[], ping).await;
    assert_eq!(late.status, 404);
}

#[tokio::test]
async fn a_member_cannot_hoard_streams() {
    let mut world = world();
    world.options.streams_per_member = 3;
    let app = world.node("one").router();
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await);
    }
    let refused = raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    assert_eq!(refused.status(), 429);
    let other = raw(&app, "GET", "/t/acme/sse", "bob@acme", &[], "").await;
    assert_eq!(other.status(), 200);
    drop(open);
    let again = raw(&app, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    assert_eq!(again.status(), 200);
}

#[tokio::test]
async fn shutting_down_ends_every_stream() {
    let mut world = world();
    world.options.drain_spread = Duration::ZERO;
    let node = world.node("one");
    let app = node.router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    let with = [("mcp-session-id", session.as_str())];
    let response = raw(&app, "GET", MCP, "ann@acme", &with, "").await;
    let mut body = response.into_body().into_data_stream();
    node.drain().await;
    assert_eq!(event(&mut body).await, None);
    let late = raw(&app, "GET", MCP, "ann@acme", &with, "").await;
    assert_eq!(late.status(), 503);
}

#[tokio::test]
async fn progress_comes_before_the_result_and_only_with_a_token() {
    let world = world();
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    let with = [("mcp-session-id", session.as_str())];
    let call = |meta: Value| {
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "test_streaming_elicitation", "_meta": meta } })
        .to_string()
    };
    let silent = raw(&app, "POST", MCP, "ann@acme", &with, call(json!({}))).await;
    assert_eq!(silent.headers()["content-type"], "application/json");
    let told = raw(
        &app,
        "POST",
        MCP,
        "ann@acme",
        &with,
        call(json!({ "progressToken": 9 })),
    )
    .await;
    assert_eq!(told.headers()["content-type"], "text/event-stream");
    let mut body = told.into_body().into_data_stream();
    let first = event(&mut body).await.unwrap();
    assert!(first.contains("\"progressToken\":9"), "{first}");
    assert!(event(&mut body).await.unwrap().contains("\"result\""));
    assert_eq!(event(&mut body).await, None);
}
