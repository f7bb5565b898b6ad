//! An operator suspends a tenant: open streams end, calls are refused, its people read why.

use std::time::Duration;

use serde_json::json;

use super::{csrf, owner};
use crate::support::{
    Actor, Backend, Program,
    oauth_flow::{plain_client, read},
};

/// An open stream ends within this time.
const BOUND: Duration = Duration::from_secs(20);

async fn a_suspension_reaches_open_streams(backend: Backend) {
    let program = Program::start(backend).await;
    let mut browser = owner(&program).await;
    let actor = Actor::of(&program);
    actor.done("whoami", json!({})).await;
    let url = format!("{}/t/acme/sse", program.origin());
    let request = plain_client()
        .get(url)
        .bearer_auth(program.token())
        .header("accept", "text/event-stream");
    let mut stream = request.send().await.expect("a stream");
    assert_eq!(stream.status(), 200);

    let page = "/console/operator/tenants/acme";
    let token = csrf(&mut browser, page).await;
    let form = [
        ("csrf", token.as_str()),
        ("act", "suspend"),
        ("reason", "unpaid bill"),
    ];
    let done = browser.post(&format!("{page}/status"), &form).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(BOUND, ended)
        .await
        .expect("the open stream ends");
    let params = json!({ "name": "whoami", "arguments": {} });
    let (status, body) = actor.rpc("tools/call", params, Some("whoami")).await;
    assert_eq!(status, 403, "{body}");
    assert!(!body.to_string().contains("unpaid"), "{body}");
    let inside = browser.get("/console/t/acme").await;
    assert_eq!(inside.status, 403);
    assert!(inside.body.contains("unpaid bill"));

    let form = [("csrf", token.as_str()), ("act", "resume")];
    let done = browser.post(&format!("{page}/status"), &form).await;
    assert_eq!(done.status, 303, "{}", done.body);
    actor.done("whoami", json!({})).await;
    let audit = browser.get("/console/t/acme/audit?kind=admin").await;
    for act in ["tenant.suspend", "tenant.resume", "operator: "] {
        assert!(audit.body.contains(act), "the tenant sees {act}");
    }
    let status = read(plain_client().get(format!("{}/status", program.origin()))).await;
    assert_eq!(status.status, 200);
    assert!(status.body.contains("Everything works."), "{}", status.body);
}

#[tokio::test]
async fn a_suspension_reaches_open_streams_on_sqlite() {
    a_suspension_reaches_open_streams(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_suspension_reaches_open_streams_on_postgres_and_redis() {
    a_suspension_reaches_open_streams(Backend::PostgresRedis).await;
}
