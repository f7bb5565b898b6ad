//! Every tool of the catalogue, called by those who may not, and listed for each credential.

use model::{
    Access, Capability, Channel, ClientRef, EntryKind, Id, Locale, Outcome, Principal,
    PrincipalParts, Role, RoleSet, Subject, TenantId,
    policy::{self, CallTool, Effect, Rules},
};
use reqwest::StatusCode;
use sandbox::demo;
use serde_json::{Value, json};
use uuid::Uuid;

use super::calls::{reading, writing};
use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Browser},
};

async fn every_tool_is_guarded(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let books = Books::of(&program).await;
    let origin = program.origin();
    let mut browser = Browser::new(origin.clone());
    browser.sign_in("acme", demo::DEVELOPER).await;
    let read_key = browser.make_key("acme", "reader", false).await;
    let write_key = browser.make_key("acme", "writer", true).await;
    let connected = oauth_flow::connect(&program, "acme", demo::DEVELOPER, false).await;
    let reader = Actor::with_token(&program, &read_key);
    let writer = Actor::with_token(&program, &write_key);
    let asker = Actor::with_token(&program, &connected.access);
    let nobody = Actor::with_token(&program, "");

    for tool in tools::catalogue() {
        let (name, spec) = (tool.name(), tool.spec());
        if spec.can_read() {
            reader.done(name, reading(name)).await;
        }
        if spec.effect != Effect::Read {
            let before = books.ledger("acme").await.len();
            let refused = reader.refused(name, writing(name)).await;
            let error = &refused.result["structuredContent"]["error"];
            assert_eq!(error["kind"], "blocked_by_policy", "{name}: {error}");
            assert!(error["hint"].is_string(), "{name}: {error}");
            let (status, body) = asker.rpc("tools/call", call(name), Some(name)).await;
            assert_eq!(status, 403, "{name} with a reading token: {body}");
            let read_only = profile(&writer)
                .rpc("tools/call", call(name), Some(name))
                .await;
            assert_eq!(
                read_only.1["result"]["structuredContent"]["error"]["kind"], "blocked_by_policy",
                "{name} at the reading profile: {read_only:?}"
            );
            let ledger = books.ledger("acme").await;
            let new = &ledger[before..];
            assert_eq!(new.len(), 3, "{name}: one entry for each refusal: {new:?}");
            for stored in new {
                let entry = &stored.entry;
                assert_eq!(
                    (entry.kind, entry.outcome, entry.action.as_str()),
                    (EntryKind::Call, Outcome::Denied, name)
                );
                assert_eq!(entry.fault.as_deref(), Some("blocked_by_policy"));
                assert_eq!(entry.upstream_calls, 0, "{name} reached Feishu");
            }
        }
        let (status, body) = nobody.rpc("tools/call", call(name), Some(name)).await;
        assert_eq!(status, 401, "{name} without a token: {body}");
        let plain = format!("{origin}/t/acme/tools/{name}");
        let http = oauth_flow::plain_client();
        let answer = oauth_flow::read(http.post(&plain).json(&writing(name))).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
    }

    assert_eq!(listed(&writer).await, allowed(Access::Write, false));
    assert_eq!(listed(&reader).await, allowed(Access::Read, false));
    assert_eq!(listed(&asker).await, allowed(Access::Read, false));
    assert_eq!(
        listed(&profile(&writer)).await,
        allowed(Access::Write, true)
    );
    assert_ne!(
        listed(&writer).await,
        listed(&profile(&writer)).await,
        "the reading profile hides something"
    );
    books.chain_holds("acme").await;
}

fn call(name: &str) -> Value {
    json!({ "name": name, "arguments": writing(name) })
}

/// The same member at the reading profile.
fn profile(actor: &Actor) -> Actor {
    let mut actor = actor.clone();
    actor.mcp_url.push_str("?readonly=1");
    actor
}

async fn listed(actor: &Actor) -> Vec<String> {
    let (status, body) = actor.rpc("tools/list", json!({}), None).await;
    assert_eq!(status, 200, "{body}");
    let tools = body["result"]["tools"].as_array().expect("tools");
    let name = |tool: &Value| tool["name"].as_str().expect("a name").to_owned();
    tools.iter().map(name).collect()
}

/// What the pure policy lets an employee without further roles call in some way.
fn allowed(access: Access, reading_only: bool) -> Vec<String> {
    let (rules, principal) = employee(access);
    let decide = |tool: &tools::ToolDef, effect| {
        policy::decide::<CallTool>(&rules, &principal, &tool.spec().facts(effect)).is_ok()
    };
    tools::catalogue()
        .iter()
        .filter(|tool| {
            (tool.spec().can_read() && decide(tool, Effect::Read))
                || (!reading_only && decide(tool, tool.spec().effect))
        })
        .map(|tool| tool.name().to_owned())
        .collect()
}

fn employee(access: Access) -> (Rules, Principal) {
    let tenant: TenantId = Id::from_uuid(Uuid::from_bytes([1; 16]));
    let rules = Rules::open(tenant, Capability::ALL.to_vec());
    let principal = Principal::establish(PrincipalParts {
        tenant,
        subject: Subject::Member {
            id: Id::from_uuid(Uuid::from_bytes([2; 16])),
            open_id: "ou_1".to_owned(),
            name: "One".to_owned(),
        },
        roles: RoleSet::EMPTY.with(Role::EndUser),
        access,
        client: ClientRef::unregistered("proof"),
        grant: None,
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    });
    (rules, principal)
}

#[tokio::test]
async fn every_tool_is_guarded_on_sqlite() {
    every_tool_is_guarded(Backend::Sqlite).await;
}

#[tokio::test]
async fn every_tool_is_guarded_on_postgres_and_redis() {
    every_tool_is_guarded(Backend::PostgresRedis).await;
}
