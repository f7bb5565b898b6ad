//! What the rules of a role leave of the tools, in the list, at the call, and in the ledger.

use model::{
    Access, Outcome, Principal, Purpose, Role,
    policy::{
        Effect, ManageTenant, Place, PlaceKind, Places, Reason, RoleRules, ToolChoice, authorize,
    },
};
use serde_json::{Value, json};
use store::{EntryFilter, Page};

use super::gate;
use crate::{CallReply, CallRequest, Gate, Profile, Via, testing::World};

async fn with_rules(world: &World, own: RoleRules) {
    let operator = Principal::platform(world.entry.tenant.id, Purpose::Operator);
    let tx = world.store.scope(&operator).write().await.unwrap();
    let mut rules = tx.rules().hold().await.unwrap();
    let permit = authorize::<ManageTenant>(&rules, &operator, &()).unwrap();
    rules.roles = vec![own];
    let replaced = tx.rules().replace(&permit, rules, "tests").await;
    assert!(replaced.unwrap().is_some());
    tx.commit().await.unwrap();
    world.store.directory().forget(world.entry.tenant.id).await;
}

async fn call(gate: &Gate, world: &World, tool: &str, arguments: Value) -> CallReply {
    let request = CallRequest::new(tool, arguments);
    gate.call(&world.principal(Access::Write), request).await
}

fn reason(reply: &CallReply) -> Option<Reason> {
    reply.result.as_ref().err()?.reason()
}

/// Decision and policy version of the latest entry.
async fn latest(world: &World) -> (String, Option<u64>) {
    let operator = Principal::platform(world.entry.tenant.id, Purpose::Operator);
    let tx = world.store.scope(&operator).read().await.unwrap();
    let all = EntryFilter::default();
    let found = tx.ledger().list(&all, &Page::first(1)).await.unwrap();
    let entry = &found.items[0].entry;
    (
        entry.decision.clone().unwrap_or_default(),
        entry.policy_version,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_sees_and_calls_only_its_tools_and_effects() {
    let world = World::new().await;
    let gate = gate(&world);
    let own = RoleRules {
        tools: ToolChoice::Except(vec!["search".to_owned()]),
        ceiling: Effect::Read,
        ..RoleRules::open(Role::EndUser)
    };
    with_rules(&world, own).await;
    let caller = world.principal(Access::Write);
    let entry = gate.tenant(&caller).await.unwrap().unwrap();
    let names: Vec<&str> = gate
        .visible(&entry, &caller, Profile::default())
        .iter()
        .map(|tool| tool.name())
        .collect();
    assert!(names.contains(&"doc_read"), "{names:?}");
    assert!(!names.contains(&"search") && !names.contains(&"doc_create"));
    let search = call(&gate, &world, "search", json!({"query": "x"})).await;
    assert_eq!(reason(&search), Some(Reason::RoleTool));
    assert_eq!(search.outcome, Outcome::Denied);
    let create = json!({"title": "t", "markdown": "x"});
    let create = call(&gate, &world, "doc_create", create).await;
    assert_eq!(reason(&create), Some(Reason::RoleEffect));
    assert_eq!(latest(&world).await, ("role_effect".to_owned(), Some(2)));
    let comment = json!({"ref": "docx:doxcnABCDEFGHIJ", "op": "add", "text": "x"});
    let comment = call(&gate, &world, "comments", comment).await;
    assert_eq!(reason(&comment), Some(Reason::RoleEffect));
    assert_eq!(world.asked(), 0, "Feishu was asked for a refused call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_established_is_refused_and_recorded() {
    let world = World::new().await;
    let gate = gate(&world);
    let own = RoleRules {
        places: Places {
            only: vec![Place::at(PlaceKind::WikiSpace, "7034502641455497244")],
            never: Vec::new(),
        },
        ..RoleRules::open(Role::EndUser)
    };
    with_rules(&world, own).await;
    // The stand-in for Feishu knows no documents, wikis or folders.
    let read = json!({"ref": "docx:doxcnABCDEFGHIJ"});
    let read = call(&gate, &world, "doc_read", read).await;
    let why = reason(&read).unwrap();
    assert!(
        matches!(why, Reason::PlaceUnknown | Reason::PlaceOutside),
        "{why:?}"
    );
    assert_eq!(read.outcome, Outcome::Denied);
    assert_eq!(latest(&world).await, (why.name().to_owned(), Some(2)));
    // The same for a resource that would be read by the tool.
    let mut request = CallRequest::new("doc_read", json!({"ref": "docx:doxcnABCDEFGHIJ"}));
    request.via = Via::Resource;
    let read = gate.call(&world.principal(Access::Read), request).await;
    assert_eq!((reason(&read), read.outcome), (Some(why), Outcome::Denied));
    assert_eq!(latest(&world).await, (why.name().to_owned(), Some(2)));
    let create = json!({"title": "t", "markdown": "x"});
    let create = call(&gate, &world, "doc_create", create).await;
    assert_eq!(reason(&create), Some(Reason::PlaceOutside));
}
