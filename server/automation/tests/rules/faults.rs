//! Steps that fail, and processes that end in the middle.

use std::time::Duration;

use model::automation::RunState;
use sandbox::{
    Fault, FaultKind,
    demo::{CHAT, WELCOME_DOC},
};
use serde_json::json;
use tests::On;

use crate::world::{World, hook, rule, say};
use automation::AutomationOptions;

const MESSAGES: &str = "/open-apis/im/v1/messages*";

tests::on_both!(a_step_whose_end_is_not_known_is_done_again_only_with_a_key);

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_tried_again_and_what_does_not_is_given_up() {
    let world = World::new(On::Sqlite).await;
    let id = world.active(&rule(hook(), "", &[say("hi")])).await;
    let token = world.address(id).await;
    // Taken by Feishu, and the answer is lost: the key keeps the second attempt from doubling it.
    world
        .sandbox
        .add_fault(Fault::new(MESSAGES, FaultKind::DropAfter).times(1));
    world
        .sandbox
        .add_fault(Fault::new(MESSAGES, FaultKind::Status).times(1));
    world.call(&token, "1", &json!({})).await.unwrap();
    for _ in 0..4 {
        world.settle().await;
        world.clock.advance(Duration::from_mins(1));
    }
    let runs = world.runs(id).await;
    assert_eq!(
        (runs[0].state, runs[0].attempts),
        (RunState::Done, 3),
        "{runs:?}"
    );
    assert_eq!(world.sandbox.messages().len(), 1);

    world
        .sandbox
        .add_fault(Fault::new(MESSAGES, FaultKind::Status));
    world.call(&token, "2", &json!({})).await.unwrap();
    for _ in 0..10 {
        world.settle().await;
        world.clock.advance(Duration::from_mins(5));
    }
    let dead = world.runs(id).await.remove(0);
    assert_eq!(
        (dead.state, dead.reason.as_str()),
        (RunState::Dead, "attempts"),
        "{dead:?}"
    );
    assert_eq!(dead.attempts, AutomationOptions::default().attempts);
    world.sandbox.clear_faults();
    assert!(world.again(dead.id).await);
    world.settle().await;
    assert_eq!(world.runs(id).await.remove(0).state, RunState::Done);
    assert!(
        !world.again(dead.id).await,
        "what is done is not done again"
    );
    assert_eq!(world.sandbox.messages().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_succeed_is_given_up_at_once_and_says_why() {
    let world = World::new(On::Sqlite).await;
    for (condition, step, reason) in [
        ("event.body.missing == 1", say("x"), "condition_failed"),
        ("", say("{{ event.body.missing }}"), "arguments"),
        (
            "",
            ("send_message", json!({"to": "oc_nowhere", "text": "x"})),
            "invalid",
        ),
        (
            "",
            ("post_webhook", json!({"url": "https://example.com"})),
            "blocked_by_policy",
        ),
    ] {
        let id = world.active(&rule(hook(), condition, &[step])).await;
        let token = world.address(id).await;
        world.call(&token, "1", &json!({"n": 1})).await.unwrap();
        world.settle().await;
        let run = world.runs(id).await.remove(0);
        assert_eq!(run.state, RunState::Dead, "{run:?}");
        assert_eq!(run.reason, reason, "{run:?}");
        assert!(!run.error.is_empty());
    }
    assert!(world.sandbox.messages().is_empty());
}

async fn a_step_whose_end_is_not_known_is_done_again_only_with_a_key(on: On) {
    let world = World::new(on).await;
    let keyed = world.active(&rule(hook(), "", &[say("hi")])).await;
    let comment = json!({"ref": format!("docx:{WELCOME_DOC}"), "op": "add", "text": "hi"});
    let plain = world
        .active(&rule(hook(), "", &[("comments", comment)]))
        .await;
    for id in [keyed, plain] {
        let event = crate::world::record("1", model::automation::RecordChange::Created, &json!({}));
        let tx = world.scope().write().await.unwrap();
        let runs = tx.automations();
        let one = runs.get(id).await.unwrap().unwrap();
        let run = runs.take_for(&one, &event).await.unwrap().unwrap();
        // A process takes it up, says that it begins, and is gone.
        let claim = runs
            .claim(run, Duration::from_secs(90))
            .await
            .unwrap()
            .unwrap();
        let tool = &one.definition.steps[0].tool;
        runs.begin_step(claim.held, 0, tool, Duration::from_secs(90))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    world.care.round(world.entry.tenant.id).await.unwrap();
    assert_eq!(world.waiting().await.len(), 2, "they are held");
    world.clock.advance(Duration::from_mins(2));
    world.settle().await;
    assert_eq!(world.runs(keyed).await.remove(0).state, RunState::Done);
    assert_eq!(world.sandbox.messages().len(), 1);
    let unclear = world.runs(plain).await.remove(0);
    assert_eq!(
        (unclear.state, unclear.reason.as_str()),
        (RunState::Dead, "unclear")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_process_cannot_write_over_its_successor() {
    let world = World::new(On::Sqlite).await;
    let id = world.active(&rule(hook(), "", &[say("hi")])).await;
    let event = crate::world::record("1", model::automation::RecordChange::Created, &json!({}));
    let tx = world.scope().write().await.unwrap();
    let one = tx.automations().get(id).await.unwrap().unwrap();
    let run = tx
        .automations()
        .take_for(&one, &event)
        .await
        .unwrap()
        .unwrap();
    let lease = Duration::from_secs(90);
    let slow = tx.automations().claim(run, lease).await.unwrap().unwrap();
    assert!(tx.automations().claim(run, lease).await.unwrap().is_none());
    tx.commit().await.unwrap();
    world.clock.advance(Duration::from_mins(2));
    world.settle().await;
    let tx = world.scope().write().await.unwrap();
    assert!(!tx.automations().hold(slow.held, lease).await.unwrap());
    let begun = tx
        .automations()
        .begin_step(slow.held, 0, "send_message", lease)
        .await
        .unwrap();
    assert_eq!(begun, store::StepBegun::Lost);
    drop(tx);
    assert_eq!(world.runs(id).await.remove(0).state, RunState::Done);
    let messages = world.sandbox.messages();
    assert_eq!((messages.len(), messages[0].0.as_str()), (1, CHAT));
}
