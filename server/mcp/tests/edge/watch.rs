//! Watched resources: who hears of a change, on which node, and who does not.

use std::time::Duration;

use axum::{Router, body::BodyDataStream};
use mcp::Signal;
use serde_json::{Value, json};

use crate::{
    support::{World, tenant},
    tell::{Answer, event, initialize, raw, send},
};

const MCP: &str = "/t/acme/mcp";
const WATCHED: &str = "test://watched-resource";
/// Longer than a change gathers.
const SOON: Duration = Duration::from_secs(3);

fn world() -> World {
    World::new("http://localhost:8788", None)
}

async fn ask(app: &Router, session: &str, method: &str, uri: &str) -> Answer {
    let with = [("mcp-session-id", session)];
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": { "uri": uri } });
    send(app, "POST", MCP, "ann@acme", &with, body.to_string()).await
}

async fn stream(app: &Router, session: &str) -> BodyDataStream {
    let with = [("mcp-session-id", session)];
    let response = raw(app, "GET", MCP, "ann@acme", &with, "").await;
    assert_eq!(response.status(), 200);
    response.into_body().into_data_stream()
}

/// Something is done to a thing of a tenant, somewhere.
async fn touch(world: &World, slug: &str, thing: &str) {
    let wire = world.hub.node("elsewhere");
    let signal = Signal::ThingChanged(tenant(slug), thing.to_owned());
    wire.publish(signal).await.unwrap();
}

async fn hears(body: &mut BodyDataStream) -> Option<Value> {
    let next = tokio::time::timeout(SOON, event(body)).await.ok()?;
    Some(serde_json::from_str(&next?).unwrap())
}

fn updated(uri: &str) -> Value {
    json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated",
        "params": { "uri": uri } })
}

#[tokio::test(start_paused = true)]
async fn a_session_hears_on_one_node_of_what_it_watches_by_another() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    let session = initialize(&one, MCP, "ann@acme", "2025-11-25").await;
    let early = ask(&two, &session, "resources/subscribe", WATCHED).await;
    assert_eq!(
        early.json["result"]["_meta"]["feishu-mcp/updates"],
        "events"
    );
    let mut body = stream(&one, &session).await;

    // Many at once are one, and the last of many is never lost.
    for _ in 0..20 {
        touch(&world, "acme", WATCHED).await;
    }
    assert_eq!(hears(&mut body).await, Some(updated(WATCHED)));
    assert_eq!(hears(&mut body).await, None, "once");
    touch(&world, "acme", WATCHED).await;
    assert_eq!(hears(&mut body).await, Some(updated(WATCHED)));

    // Another thing, and the same in another tenant.
    touch(&world, "acme", "test://static-text").await;
    touch(&world, "evil", WATCHED).await;
    assert_eq!(hears(&mut body).await, None);

    // More is watched while the stream is open, less too.
    let more = ask(&two, &session, "resources/subscribe", "test://static-text").await;
    assert!(more.json["result"].is_object(), "{}", more.json);
    touch(&world, "acme", "test://static-text").await;
    assert_eq!(hears(&mut body).await, Some(updated("test://static-text")));
    let less = ask(&two, &session, "resources/unsubscribe", WATCHED).await;
    assert_eq!(less.json["result"], json!({}));
    touch(&world, "acme", WATCHED).await;
    assert_eq!(hears(&mut body).await, None);

    // A stream that is opened again hears of what the session still watches.
    drop(body);
    let mut body = stream(&two, &session).await;
    touch(&world, "acme", "test://static-text").await;
    assert_eq!(hears(&mut body).await, Some(updated("test://static-text")));
}

#[tokio::test(start_paused = true)]
async fn nobody_watches_what_is_not_there_or_another_ones_session() {
    let world = world();
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-06-18").await;
    let missing = ask(&app, &session, "resources/subscribe", "test://nothing").await;
    assert_eq!(missing.json["error"]["code"], -32002);
    let with = [("mcp-session-id", session.as_str())];
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "resources/subscribe",
        "params": { "uri": WATCHED } });
    let stolen = send(&app, "POST", MCP, "bob@acme", &with, body.to_string()).await;
    assert_eq!(stolen.status, 404);
    let mut stream = stream(&app, &session).await;
    touch(&world, "acme", WATCHED).await;
    assert_eq!(hears(&mut stream).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_session_watches_so_many_and_each_once() {
    let mut world = world();
    world.options.watched_per_session = 2;
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    let all = ["test://template/1/data", "test://template/2/data"];
    for uri in [all[0], all[1], all[0], all[1]] {
        let answer = ask(&app, &session, "resources/subscribe", uri).await;
        assert!(answer.json["error"].is_null(), "{}", answer.json);
    }
    let third = ask(&app, &session, "resources/subscribe", WATCHED).await;
    assert!(third.json["error"].is_object(), "{}", third.json);
    ask(&app, &session, "resources/unsubscribe", all[0]).await;
    let third = ask(&app, &session, "resources/subscribe", WATCHED).await;
    assert!(third.json["error"].is_null(), "{}", third.json);
}

#[tokio::test]
async fn watches_that_are_made_at_once_on_two_nodes_are_all_kept() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    let session = initialize(&one, MCP, "ann@acme", "2025-11-25").await;
    let uris: Vec<String> = (0..12)
        .map(|n| format!("test://template/{n}/data"))
        .collect();
    let asked = uris.iter().enumerate().map(|(n, uri)| {
        let app = if n % 2 == 0 { &one } else { &two };
        ask(app, &session, "resources/subscribe", uri)
    });
    for answer in futures::future::join_all(asked).await {
        assert!(answer.json["error"].is_null(), "{}", answer.json);
    }
    let mut body = stream(&one, &session).await;
    for uri in &uris {
        touch(&world, "acme", uri).await;
    }
    let mut heard = Vec::new();
    while let Some(message) = hears(&mut body).await {
        heard.push(message["params"]["uri"].as_str().unwrap().to_owned());
    }
    heard.sort();
    let mut all = uris.clone();
    all.sort();
    assert_eq!(heard, all);
}

#[tokio::test(start_paused = true)]
async fn the_newest_revision_listens_to_what_is_acknowledged() {
    let world = world();
    let app = world.node("one").router();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({ "jsonrpc": "2.0", "id": "l1", "method": "subscriptions/listen", "params": {
        "_meta": meta,
        "notifications": { "resourceSubscriptions": [WATCHED, "test://nothing", WATCHED, 7] },
    }});
    let with = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "subscriptions/listen"),
    ];
    let response = raw(&app, "POST", MCP, "ann@acme", &with, body.to_string()).await;
    let mut stream = response.into_body().into_data_stream();
    let first = hears(&mut stream).await.unwrap();
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(
        first["params"]["notifications"]["resourceSubscriptions"],
        json!([WATCHED])
    );
    for _ in 0..5 {
        touch(&world, "acme", WATCHED).await;
    }
    let told = hears(&mut stream).await.unwrap();
    assert_eq!(told["method"], "notifications/resources/updated");
    assert_eq!(told["params"]["uri"], WATCHED);
    assert_eq!(
        told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"],
        "l1"
    );
    assert_eq!(hears(&mut stream).await, None);
}

#[tokio::test]
async fn a_session_of_the_oldest_revision_hears_on_its_stream() {
    let world = world();
    let (one, two) = (world.node("one").router(), world.node("two").router());
    let response = raw(&one, "GET", "/t/acme/sse", "ann@acme", &[], "").await;
    let mut body = response.into_body().into_data_stream();
    let place = event(&mut body).await.unwrap();
    for (app, method) in [
        (&two, "resources/subscribe"),
        (&one, "resources/unsubscribe"),
    ] {
        let asked = json!({ "jsonrpc": "2.0", "id": 4, "method": method,
            "params": { "uri": WATCHED } });
        let posted = send(app, "POST", &place, "ann@acme", &[], asked.to_string()).await;
        assert_eq!(posted.status, 202);
        let answer = hears(&mut body).await.unwrap();
        assert_eq!(answer["result"], json!({}), "{answer}");
        touch(&world, "acme", WATCHED).await;
        let heard = (method == "resources/subscribe").then(|| updated(WATCHED));
        assert_eq!(hears(&mut body).await, heard, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_see_it_any_more_hears_nothing_and_watches_no_longer() {
    let world = world();
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    for uri in ["test://hidden", "test://vanishing"] {
        let answer = ask(&app, &session, "resources/subscribe", uri).await;
        assert!(answer.json["error"].is_null(), "{}", answer.json);
    }
    let mut body = stream(&app, &session).await;
    touch(&world, "acme", "test://hidden").await;
    assert_eq!(hears(&mut body).await, None, "a silent end");
    // What vanished is told of, once.
    touch(&world, "acme", "test://vanishing").await;
    assert_eq!(hears(&mut body).await, Some(updated("test://vanishing")));
    touch(&world, "acme", "test://vanishing").await;
    assert_eq!(hears(&mut body).await, None);
    // Neither comes back with another stream.
    drop(body);
    let mut body = stream(&app, &session).await;
    for uri in ["test://hidden", "test://vanishing"] {
        touch(&world, "acme", uri).await;
    }
    assert_eq!(hears(&mut body).await, None);

    world.names.revoked.lock().push("ann".to_owned());
    touch(&world, "acme", WATCHED).await;
    assert_eq!(hears(&mut body).await, None);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_tells_is_found_by_looking() {
    let world = world();
    let app = world.node("one").router();
    let session = initialize(&app, MCP, "ann@acme", "2025-11-25").await;
    let answer = ask(&app, &session, "resources/subscribe", "test://untold").await;
    let how = &answer.json["result"]["_meta"]["feishu-mcp/updates"];
    assert_eq!(*how, "polling");
    let mut body = stream(&app, &session).await;
    let began = tokio::time::Instant::now();
    let mut heard = None;
    while heard.is_none() && began.elapsed() < Duration::from_mins(2) {
        heard = hears(&mut body).await;
    }
    assert_eq!(heard, Some(updated("test://untold")));
    let took = began.elapsed();
    let bounds = Duration::from_secs(25)..Duration::from_secs(45);
    assert!(bounds.contains(&took), "{took:?}");
}
