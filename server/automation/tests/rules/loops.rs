//! Rules that begin themselves or one another, and rules that are flooded.

use std::time::Duration;

use model::{
    Timestamp,
    automation::{Happening, Kind, MAX_DEPTH, RuleState, RunState, Trigger},
};
use serde_json::json;
use tests::On;

use crate::world::{World, hook, rule, say};
use automation::AutomationOptions;

const FILE: &str = "doxcnAJ9VRRJqVMYZ1MyKnavXWe";

fn edited(id: &str, by_person: bool) -> Happening {
    Happening {
        id: id.to_owned(),
        kind: Kind::Edited,
        place: FILE.to_owned(),
        table: String::new(),
        change: None,
        data: json!({"token": FILE}),
        at: Timestamp::from_millis(0),
        by_person,
    }
}

fn watching() -> Trigger {
    Trigger::Edited {
        token: FILE.to_owned(),
    }
}

/// As if a rule had written to the file in its run.
async fn writes(world: &World, run: model::RunId) {
    let tx = world.scope().write().await.unwrap();
    let lease = Duration::from_secs(90);
    let claim = tx.automations().claim(run, lease).await.unwrap().unwrap();
    tx.automations().mark(&claim, FILE).await.unwrap();
    let end = store::RunEnd {
        state: RunState::Done,
        reason: "",
        error: "",
    };
    assert!(tx.automations().finish(claim.held, &end).await.unwrap());
    tx.commit().await.unwrap();
}

tests::on_both!(a_rule_does_not_act_on_its_own_writes, rules_in_a_row_end);

async fn a_rule_does_not_act_on_its_own_writes(on: On) {
    let world = World::new(on).await;
    let id = world.active(&rule(watching(), "", &[say("edited")])).await;
    world.tell(&edited("1", true)).await;
    let first = world.run_of(id, "1").await;
    writes(&world, first.id).await;
    world.tell(&edited("2", false)).await;
    let own = world.run_of(id, "2").await;
    assert_eq!(
        (own.state, own.reason.as_str()),
        (RunState::Skipped, "own_write")
    );
    // A person's change counts, however soon after; and so does one that comes long after.
    world.tell(&edited("3", true)).await;
    assert_eq!(world.run_of(id, "3").await.state, RunState::Waiting);
    world.clock.advance(Duration::from_mins(10));
    world.tell(&edited("4", false)).await;
    assert_eq!(world.run_of(id, "4").await.state, RunState::Waiting);
}

async fn rules_in_a_row_end(on: On) {
    let world = World::new(on).await;
    // As many rules as it takes, each begun by what the one before wrote.
    let mut ids = Vec::new();
    for _ in 0..=MAX_DEPTH + 1 {
        let id = world.active(&rule(watching(), "", &[say("edited")])).await;
        world.switch(id, RuleState::Paused).await;
        ids.push(id);
    }
    let mut depths = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        world.switch(*id, RuleState::Active).await;
        world.tell(&edited(&format!("e{index}"), index == 0)).await;
        world.switch(*id, RuleState::Paused).await;
        let run = world.runs(*id).await.remove(0);
        depths.push((run.depth, run.state));
        if run.state == RunState::Waiting {
            writes(&world, run.id).await;
        }
    }
    let (last, others) = depths.split_last().unwrap();
    assert!(
        others.iter().all(|(_, state)| *state == RunState::Waiting),
        "{depths:?}"
    );
    assert_eq!(*last, (MAX_DEPTH + 1, RunState::Skipped), "{depths:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flooded_rule_is_slowed_and_in_the_end_paused() {
    let options = AutomationOptions {
        backlog: 20,
        ..AutomationOptions::default()
    };
    let world = World::with(On::Sqlite, options).await;
    let mut slow = rule(hook(), "", &[say("hi")]);
    slow.per_minute = 5;
    let id = world.active(&slow).await;
    let token = world.address(id).await;
    let mut taken = 0;
    for n in 0..60 {
        // Once it is paused nothing more is taken.
        let took = world.call(&token, &n.to_string(), &json!({})).await;
        taken += usize::from(took.is_ok());
    }
    world.settle().await;
    let sent = world.sandbox.messages().len();
    assert!((5..20).contains(&sent), "{sent}");
    let tx = world.scope().read().await.unwrap();
    let now = tx.automations().get(id).await.unwrap().unwrap();
    assert_eq!(
        (now.state, now.paused_for.as_str()),
        (RuleState::Paused, "flood")
    );
    drop(tx);
    let waiting = world.waiting().await.len();
    assert_eq!(waiting + sent, taken, "what waits is kept");
    assert!(world.waiting().await.iter().all(|run| run.attempts == 0));
}
