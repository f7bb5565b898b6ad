//! Sessions of 2025: bound to who opened them, on every node.

use axum::Router;
use futures::future::join_all;
use serde_json::json;

use crate::{
    support::World,
    tell::{initialize, send},
};

const MCP: &str = "/t/acme/mcp";

fn world() -> World {
    World::new("http://localhost:8788", None)
}

fn call(id: u64, tool: &str, arguments: &serde_json::Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": tool, "arguments": arguments } })
    .to_string()
}

#[tokio::test]
async fn a_session_answers_nobody_but_the_one_who_opened_it() {
    let world = world();
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    let with = [("mcp-session-id", session.as_str())];
    for method in ["POST", "GET", "DELETE"] {
        let body = if method == "POST" {
            ping.clone()
        } else {
            String::new()
        };
        let other = send(&app, method, MCP, "bob@acme", &with, body.clone()).await;
        assert_eq!(other.status, 404, "{method} of another member");
        let tenant = send(&app, method, "/t/evil/mcp", "ann@evil", &with, body).await;
        assert_eq!(tenant.status, 404, "{method} in another tenant");
    }
    assert_eq!(
        send(&app, "POST", MCP, "ann@acme", &with, ping)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_session_works_on_every_node_and_ends_on_all() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    session_on_two(&one, &two).await;
}

/// A session that is opened on one node, used on the other and ended there.
pub(crate) async fn session_on_two(one: &Router, two: &Router) {
    let session = initialize(one, MCP, "ann@acme", "2025-06-18").await;
    let with = [("mcp-session-id", session.as_str())];
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    assert_eq!(
        send(two, "POST", MCP, "ann@acme", &with, ping.clone())
            .await
            .status,
        200
    );
    let stolen = send(two, "POST", MCP, "bob@acme", &with, ping.clone()).await;
    assert_eq!(stolen.status, 404);
    assert_eq!(
        send(two, "DELETE", MCP, "ann@acme", &with, "").await.status,
        204
    );
    assert_eq!(
        send(one, "POST", MCP, "ann@acme", &with, ping).await.status,
        404
    );
}

#[tokio::test]
async fn requests_outside_a_session_get_the_statuses_of_the_specification() {
    let world = world();
    let app = world.node("one").router();
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    let status = async |method: &str, headers: &[(&str, &str)], body: &str| {
        send(&app, method, MCP, "ann@acme", headers, body.to_owned())
            .await
            .status
            .as_u16()
    };
    assert_eq!(status("GET", &[], "").await, 405);
    assert_eq!(status("DELETE", &[], "").await, 405);
    assert_eq!(status("POST", &[], &ping).await, 400);
    assert_eq!(status("POST", &[("mcp-session-id", "x")], &ping).await, 404);
    assert_eq!(
        status("POST", &[("mcp-protocol-version", "1999-01-01")], &ping).await,
        400
    );
    let nobody = send(&app, "POST", MCP, "nobody", &[], ping).await;
    assert_eq!(nobody.status, 401);
    assert!(nobody.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn batches_belong_to_one_revision_only() {
    let world = world();
    let app = world.node("one").router();
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "ping" },
        { "jsonrpc": "2.0", "method": "notifications/initialized" },
        { "jsonrpc": "2.0", "id": 2, "method": "tools/list" },
    ])
    .to_string();
    let old = initialize(&app, MCP, "ann@acme", "2025-03-26").await;
    let answer = send(
        &app,
        "POST",
        MCP,
        "ann@acme",
        &[("mcp-session-id", &old)],
        batch.clone(),
    )
    .await;
    assert_eq!(
        answer.json.as_array().map(Vec::len),
        Some(2),
        "{}",
        answer.json
    );
    let newer = initialize(&app, MCP, "ann@acme", "2025-06-18").await;
    let answer = send(
        &app,
        "POST",
        MCP,
        "ann@acme",
        &[("mcp-session-id", &newer)],
        batch,
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["error"]["code"]),
        (400, &json!(-32600))
    );
}

#[tokio::test]
async fn a_call_is_cancelled_from_another_node_but_not_by_another_session() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    cancelled_from_another(&one, &two).await;
}

/// A call on one node that its client gives up on the other.
pub(crate) async fn cancelled_from_another(one: &Router, two: &Router) {
    let mine = initialize(one, MCP, "ann@acme", "2025-11-25").await;
    let other = initialize(one, MCP, "ann@acme", "2025-11-25").await;
    let waiting = {
        let (one, mine) = (one.clone(), mine.clone());
        tokio::spawn(async move {
            let with = [("mcp-session-id", mine.as_str())];
            send(
                &one,
                "POST",
                MCP,
                "ann@acme",
                &with,
                call(7, "test_wait", &json!({})),
            )
            .await
        })
    };
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": { "requestId": 7 } })
    .to_string();
    while !waiting.is_finished() {
        let with = [("mcp-session-id", other.as_str())];
        send(two, "POST", MCP, "ann@acme", &with, cancel.clone()).await;
        let with = [("mcp-session-id", mine.as_str())];
        send(two, "POST", MCP, "ann@acme", &with, cancel.clone()).await;
        tokio::task::yield_now().await;
    }
    let answer = waiting.await.unwrap();
    assert_eq!(
        answer.json["result"]["content"][0]["text"],
        "cancelled=true"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_with_equal_ids_are_never_mixed_up() {
    let mut world = world();
    world.options.calls_per_member = 1_000;
    let (one, two) = (world.node("one").router(), world.node("two").router());
    let people: Vec<String> = (0..20).map(|n| format!("p{n}@acme")).collect();
    let sessions = join_all(
        people
            .iter()
            .map(|token| initialize(&one, MCP, token, "2025-11-25")),
    )
    .await;
    for round in 0..25_u64 {
        let calls = (0..400_u64).map(|n| {
            let who = usize::try_from(n).unwrap() % people.len();
            let app = if n % 2 == 0 { &one } else { &two };
            let (token, session) = (&people[who], &sessions[who]);
            async move {
                let said = json!({ "who": who, "round": round, "n": n });
                let with = [("mcp-session-id", session.as_str())];
                let answer =
                    send(app, "POST", MCP, token, &with, call(1, "test_echo", &said)).await;
                let text = answer.json["result"]["content"][0]["text"]
                    .as_str()
                    .unwrap();
                assert_eq!(text, said.to_string());
            }
        });
        join_all(calls).await;
    }
}
