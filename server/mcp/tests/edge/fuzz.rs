//! Bodies that no client should send: never a 5xx, never a panic, never a hang.

use std::time::Duration;

use axum::body::Body;
use proptest::prelude::*;

use crate::{support::World, tell::send};

const MCP: &str = "/t/acme/mcp";

#[tokio::test]
async fn bad_bodies_have_their_own_refusals() {
    let world = World::new("http://localhost:8788", None);
    let app = world.node("one").router();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let large = vec![b' '; 8 * 1024 * 1024 + 1];
    for (body, status, code) in [
        (Vec::from("not json"), 400, -32700),
        (
            Vec::from(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#),
            400,
            -32700,
        ),
        (deep.into_bytes(), 400, -32700),
        (Vec::from("7"), 400, -32600),
        (Vec::from("[]"), 400, -32600),
        (large, 413, 1003),
    ] {
        let answer = send(&app, "POST", MCP, "ann@acme", &[], body).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                answer.json["error"]["code"].as_i64()
            ),
            (status, Some(code))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let world = World::new("http://localhost:8788", None);
    let app = world.node("one").router();
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let began = tokio::time::Instant::now();
    let answer = send(&app, "POST", MCP, "ann@acme", &[], never).await;
    assert_eq!(answer.status, 408);
    assert!(began.elapsed() <= Duration::from_secs(31));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_comes_is_answered_below_500(
        body in prop_oneof![
            r#"[\[\]{}:,"a-z0-9.\- ]{0,60}"#,
            r#"\{"jsonrpc":"2.0","id":(1|"a"|null|\{\}),"method":"(initialize|tools/call|tools/list|x)","params":(\{\}|\[\]|1|\{"name":1\}|\{"_meta":1\}|\{"_meta":\{"io.modelcontextprotocol/protocolVersion":1\}\})\}"#,
        ],
        version in prop_oneof![Just("2026-07-28"), Just("2025-06-18"), Just("x")],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let status = runtime.block_on(async {
            let world = World::new("http://localhost:8788", None);
            let app = world.node("one").router();
            send(&app, "POST", MCP, "ann@acme", &[("mcp-protocol-version", version)], body).await.status
        });
        prop_assert!(status.as_u16() < 500, "{}", status);
    }
}
