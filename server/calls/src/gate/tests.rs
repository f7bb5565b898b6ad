//! Every way a call can end is recorded, exactly once.

mod by_role;
mod confirm;
mod ends;
mod probe;
mod renewal;
mod without_feishu;

use std::{sync::Arc, time::Duration};

use model::{Access, Clock, EntryKind, OsEntropy, Outcome, Principal, Purpose};
use serde_json::json;
use store::{EntryFilter, Page};
use tools::{Selection, ToolDef};

use super::{Gate, GateOptions, GateParts, Links};
use crate::{
    CallRequest, Profile,
    testing::{World, options},
};

fn gate(world: &World) -> Gate {
    gate_with(world, tools::catalogue(), GateOptions::default().deadline)
}

/// A gate with other tools, and other patience.
fn gate_with(world: &World, catalogue: &'static [ToolDef], deadline: Duration) -> Gate {
    Gate::new(GateParts {
        catalogue,
        store: world.store.clone(),
        bus: world.bus.clone(),
        transport: world.transport.clone(),
        web: feishu::GuardedClient::new(feishu::GuardOptions::default()).unwrap(),
        hosts: Arc::clone(&world.hosts),
        clock: Arc::clone(&world.clock) as Arc<dyn Clock>,
        entropy: Arc::new(OsEntropy),
        links: Links {
            sign_in: Arc::new(|slug| format!("http://platform.test/t/{slug}/sign-in")),
            connections: Arc::new(|slug| format!("http://platform.test/t/{slug}/connections")),
            confirm: Arc::new(|slug, id| format!("http://platform.test/t/{slug}/confirm/{id}")),
            upload: Arc::new(|slug, link| format!("http://platform.test/t/{slug}/uploads/{link}")),
            web_host: None,
        },
        options: GateOptions {
            deadline,
            upload_deadline: deadline,
            credentials: options(None),
        },
    })
}

/// Outcomes and kinds of all entries, oldest first.
async fn recorded(world: &World) -> Vec<(EntryKind, Outcome)> {
    let operator = Principal::platform(world.entry.tenant.id, Purpose::Operator);
    let tx = world.store.scope(&operator).read().await.unwrap();
    let page = Page::first(100);
    let found = tx
        .ledger()
        .list(&EntryFilter::default(), &page)
        .await
        .unwrap();
    let mut entries: Vec<_> = found
        .items
        .iter()
        .map(|one| (one.seq, one.entry.kind, one.entry.outcome))
        .collect();
    entries.sort_by_key(|entry| entry.0);
    entries
        .into_iter()
        .map(|entry| (entry.1, entry.2))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_end_of_a_call_is_recorded_exactly_once() {
    let world = World::new().await;
    let gate = gate(&world);
    let reader = world.principal(Access::Read);
    let create = json!({"title": "t", "markdown": "x"});

    let done = gate
        .call(&reader, CallRequest::new("help", json!({})))
        .await;
    assert!(done.result.is_ok(), "{:?}", done.result);
    let denied = gate
        .call(&reader, CallRequest::new("doc_create", create.clone()))
        .await;
    assert_eq!(denied.outcome, Outcome::Denied);
    let invalid = gate
        .call(&reader, CallRequest::new("doc_read", json!({"ref": 7})))
        .await;
    assert_eq!(invalid.outcome, Outcome::Invalid);
    let unknown = gate
        .call(&reader, CallRequest::new("no_such_tool", json!({})))
        .await;
    assert!(unknown.result.is_err());

    let kinds = recorded(&world).await;
    assert!(
        kinds.iter().all(|(kind, _)| *kind == EntryKind::Call),
        "{kinds:?}"
    );
    let outcomes: Vec<_> = kinds.iter().map(|(_, outcome)| *outcome).collect();
    let expected = [
        Outcome::Ok,
        Outcome::Denied,
        Outcome::Invalid,
        unknown.outcome,
    ];
    assert_eq!(outcomes, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_records_its_intent_before_it_runs() {
    let world = World::new().await;
    let gate = gate(&world);
    let writer = world.principal(Access::Write);
    let request = CallRequest::new("doc_create", json!({"title": "t", "markdown": "x"}));
    // The stand-in has no documents: the call fails upstream, after its intent.
    let failed = gate.call(&writer, request).await;
    assert!(failed.result.is_err());
    let entries = recorded(&world).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(entries[0], (EntryKind::Intent, Outcome::Pending));
    assert_eq!(entries[1], (EntryKind::Call, failed.outcome));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_call_is_recorded() {
    let world = World::new().await;
    let gate = gate(&world);
    let reader = world.principal(Access::Read);
    let burst = world.entry.tenant.limits.member.burst;
    for _ in 0..burst {
        gate.call(&reader, CallRequest::new("help", json!({})))
            .await;
    }
    let limited = gate
        .call(&reader, CallRequest::new("help", json!({})))
        .await;
    assert_eq!(limited.outcome, Outcome::Limited);
    assert_eq!(recorded(&world).await.len(), burst as usize + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_shows_what_the_call_allows() {
    let world = World::new().await;
    let gate = gate(&world);
    let names = |access, read_only| -> Vec<&str> {
        let profile = Profile {
            read_only,
            ..Profile::default()
        };
        let tools = gate.visible(&world.entry, &world.principal(access), profile);
        tools.iter().map(|tool| tool.name()).collect()
    };
    assert!(names(Access::Write, false).contains(&"doc_create"));
    assert!(!names(Access::Write, true).contains(&"doc_create"));
    assert!(!names(Access::Read, false).contains(&"doc_create"));
    assert!(names(Access::Read, false).contains(&"doc_read"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_shrinks_the_list_and_the_calls_alike_and_refusals_are_recorded() {
    let world = World::new().await;
    let gate = gate(&world);
    let writer = world.principal(Access::Write);
    for (words, read_only) in [("files", false), ("mini", true), ("doc_read,help", false)] {
        let profile = Profile {
            read_only,
            tools: Selection::read(words).unwrap(),
        };
        let listed = gate.visible(&world.entry, &writer, profile);
        for tool in tools::catalogue() {
            // Not an argument of any tool: a call that is let through fails as `invalid`.
            let mut request = CallRequest::new(tool.name(), json!({ "nonsense": 1 }));
            request.profile = profile;
            let error = gate.call(&writer, request).await.result.unwrap_err();
            let refused = error.details.get("reason") == Some(&json!("profile"));
            assert_eq!(refused, !profile.tools.holds(tool.name()), "{words}");
            if refused {
                assert!(!listed.iter().any(|one| one.name() == tool.name()));
            }
        }
    }
    let entries = recorded(&world).await;
    assert_eq!(entries.len(), 3 * tools::catalogue().len());
    assert!(entries.contains(&(EntryKind::Call, Outcome::Denied)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_grant_gives_the_sign_in_link() {
    let world = World::new().await;
    let gate = gate(&world);
    world.end_access();
    world.feishu.lock().generation = 9;
    let reader = world.principal(Access::Read);
    let over = gate
        .call(&reader, CallRequest::new("search", json!({ "query": "x" })))
        .await;
    assert_eq!(
        over.outcome,
        Outcome::Reauthorize,
        "the first answer says so"
    );
    let (text, _) = over.result.unwrap_err().render();
    assert!(
        text.contains("http://platform.test/t/acme/sign-in"),
        "{text}"
    );
}
