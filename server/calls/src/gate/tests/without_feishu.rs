//! Tools that never ask Feishu wait for nothing of it.

use model::{Access, FeishuGrantState, Outcome};
use serde_json::json;

use super::gate;
use crate::{
    CallRequest, Gate,
    testing::{Answer, World},
};

async fn text(gate: &Gate, world: &World, tool: &str) -> String {
    let request = CallRequest::new(tool, json!({}));
    let reply = gate.call(&world.principal(Access::Read), request).await;
    assert_eq!(reply.outcome, Outcome::Ok, "{tool}: {:?}", reply.result);
    reply.result.unwrap().text
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_whoami_do_not_wait_for_a_refresh() {
    let world = World::new().await;
    let gate = gate(&world);
    world.end_access();
    world.script(&[Answer::Lost]);
    assert!(text(&gate, &world, "help").await.contains("doc_read"));
    let told = text(&gate, &world, "whoami").await;
    assert!(told.contains("Feishu scopes: offline_access"), "{told}");
    assert_eq!(world.asked(), 0, "Feishu was asked");
    assert_eq!(world.grant().await.state, FeishuGrantState::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoami_tells_the_stored_scopes_of_a_grant_that_has_ended() {
    let world = World::new().await;
    let gate = gate(&world);
    world.end_access();
    world.script(&[Answer::Says(400, "{\"code\":20037}")]);
    let search = CallRequest::new("search", json!({ "query": "x" }));
    let over = gate.call(&world.principal(Access::Read), search).await;
    assert_eq!(over.outcome, Outcome::Reauthorize);
    let told = text(&gate, &world, "whoami").await;
    assert!(told.contains("Feishu scopes: offline_access"), "{told}");
}
