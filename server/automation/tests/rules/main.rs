//! Rules against the sandbox, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "helpers of tests fail as tests do"
)]

mod faults;
mod kills;
mod loops;
mod numbers;
mod world;

use std::time::Duration;

use model::{
    Outcome, Role,
    automation::{RecordChange, RuleState, RunState, Trigger},
};
use sandbox::demo::CHAT;
use serde_json::{Value, json};
use tests::On;

use crate::world::{World, hook, record, rule, say};
use automation::{Changed, Dry, HookCall, HookTaken, HookTurned};

tests::on_both!(
    a_request_becomes_one_message,
    a_moment_becomes_one_run,
    a_changed_record_becomes_one_run_of_each_rule,
    a_paused_rule_takes_nothing,
);

async fn a_request_becomes_one_message(on: On) {
    let world = World::new(on).await;
    let condition = "event.body.amount > 100 && event.body.who != ''";
    let step = json!({
        "to": CHAT, "text": "{{ event.body.who }} asks for {{ event.body.amount }}",
    });
    let id = world
        .active(&rule(hook(), condition, &[("send_message", step)]))
        .await;
    let token = world.address(id).await;
    let body = json!({"who": "Ann", "amount": 250});

    let first = world.call(&token, "order-1", &body).await;
    assert!(matches!(first, Ok(HookTaken::Run(_))), "{first:?}");
    let again = world.call(&token, "order-1", &body).await;
    assert!(matches!(again, Ok(HookTaken::Known)), "{again:?}");
    let small = json!({"who": "Bob", "amount": 5});
    world.call(&token, "order-2", &small).await.unwrap();
    world.settle().await;

    let sent = world.sandbox.messages();
    assert_eq!(sent.len(), 1, "{sent:?}");
    let content: Value = serde_json::from_str(&sent[0].2).unwrap();
    assert_eq!(content["text"], "Ann asks for 250");
    let runs = world.runs(id).await;
    let states: Vec<_> = runs
        .iter()
        .map(|run| (run.state, run.reason.as_str()))
        .collect();
    assert!(states.contains(&(RunState::Done, "")), "{runs:?}");
    assert!(
        states.contains(&(RunState::Skipped, "condition")),
        "{runs:?}"
    );

    let done = runs.iter().find(|run| run.state == RunState::Done).unwrap();
    let steps = world.steps(done.id).await;
    assert_eq!((steps[0].state.as_str(), steps[0].attempts), ("done", 1));
    let entries = world.entries(steps[0].call.unwrap()).await;
    assert_eq!(entries.len(), 2, "the intent and the call: {entries:?}");
    for entry in &entries {
        assert!(entry.detail.contains(&id.to_string()), "{}", entry.detail);
        assert_eq!(entry.client_name, "rule: Test");
        assert_eq!(entry.member, None);
    }
    assert!(entries.iter().any(|entry| entry.outcome == Outcome::Ok));
}

async fn a_moment_becomes_one_run(on: On) {
    let world = World::new(on).await;
    let trigger = Trigger::Schedule {
        cron: "0 * * * *".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
    };
    let id = world
        .active(&rule(trigger, "", &[say("It is {{ event.at }}")]))
        .await;
    world.settle().await;
    assert!(world.runs(id).await.is_empty(), "no moment has come");
    // Several moments are missed: the last of them counts, once.
    world.clock.advance(Duration::from_hours(3));
    world.settle().await;
    world.settle().await;
    assert_eq!(world.runs(id).await.len(), 1);
    world.clock.advance(Duration::from_hours(1));
    world.settle().await;
    let runs = world.runs(id).await;
    assert_eq!(runs.len(), 2);
    assert!(
        runs.iter().all(|run| run.state == RunState::Done),
        "{runs:?}"
    );
    assert_eq!(world.sandbox.messages().len(), 2);
}

async fn a_changed_record_becomes_one_run_of_each_rule(on: On) {
    let world = World::new(on).await;
    let watching = |on: &[RecordChange]| Trigger::Record {
        base: "bascnAAAAAAAAAAAAAAAAAA".to_owned(),
        table: "tbl1".to_owned(),
        on: on.to_vec(),
    };
    let all = world.active(&rule(watching(&[]), "", &[say("any")])).await;
    let new = world
        .active(&rule(watching(&[RecordChange::Created]), "", &[say("new")]))
        .await;
    let done = "event.fields.Status == 'done'";
    let task = (
        "create_task",
        json!({"summary": "Check {{ event.record_id }}"}),
    );
    let matching = world.active(&rule(watching(&[]), done, &[task])).await;

    let event = record("e1", RecordChange::Changed, &json!({"Status": "done"}));
    // Told twice, and out of order.
    let older = record("e0", RecordChange::Changed, &json!({"Status": "open"}));
    for event in [&event, &older, &event] {
        world.tell(event).await;
    }
    world.settle().await;
    assert_eq!(world.runs(all).await.len(), 2);
    assert!(world.runs(new).await.is_empty());
    let ends = world.runs(matching).await;
    let skipped = ends.iter().filter(|run| run.state == RunState::Skipped);
    assert_eq!((ends.len(), skipped.count()), (2, 1), "{ends:?}");
    assert_eq!(world.sandbox.messages().len(), 2);
    assert_eq!(world.sandbox.tasks(), ["Check rec1"]);
}

async fn a_paused_rule_takes_nothing(on: On) {
    let world = World::new(on).await;
    let id = world.active(&rule(hook(), "", &[say("hi")])).await;
    let token = world.address(id).await;
    world.switch(id, RuleState::Paused).await;
    let turned = world.call(&token, "1", &json!({})).await;
    assert!(matches!(turned, Err(HookTurned::Off)), "{turned:?}");
    world.switch(id, RuleState::Active).await;
    world.call(&token, "1", &json!({})).await.unwrap();
    world.settle().await;
    assert_eq!(world.sandbox.messages().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_address_takes_signed_requests_only() {
    let world = World::new(On::Sqlite).await;
    let trigger = Trigger::Hook { signed: true };
    let id = world.active(&rule(trigger, "", &[say("hi")])).await;
    let opened = world.open(id).await;
    let body = br#"{"n":1}"#;
    let at = world.now().seconds().to_string();
    let old = (world.now().seconds() - 600).to_string();
    let mac = |at: &str| {
        let key = vault::Secret::new(opened.key.expose());
        let message = [at.as_bytes(), b".", body].concat();
        format!("v1={}", hex::encode(key.mac(&message)))
    };
    let call = |timestamp: &str, signature: &str| {
        let (timestamp, signature) = (timestamp.to_owned(), signature.to_owned());
        let (world, token) = (&world, opened.token.expose());
        async move {
            let call = HookCall {
                token,
                id: "",
                timestamp: &timestamp,
                signature: &signature,
                body,
            };
            world.care.hook(&world.entry.tenant, &call).await
        }
    };
    assert!(matches!(call("", "").await, Err(HookTurned::Unsigned)));
    assert!(matches!(
        call(&at, &mac(&old)).await,
        Err(HookTurned::Unsigned)
    ));
    assert!(matches!(
        call(&old, &mac(&old)).await,
        Err(HookTurned::Unsigned)
    ));
    assert!(matches!(call(&at, &mac(&at)).await, Ok(HookTaken::Run(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_leads_to_its_own_tenant_and_is_replaced() {
    let world = World::new(On::Sqlite).await;
    let id = world.active(&rule(hook(), "", &[say("hi")])).await;
    let first = world.address(id).await;
    let second = world.address(id).await;
    let gone = world.call(&first, "1", &json!({})).await;
    assert!(matches!(gone, Err(HookTurned::Off)), "{gone:?}");
    let other = world.another_tenant().await;
    let call = HookCall {
        token: &second,
        id: "1",
        timestamp: "",
        signature: "",
        body: b"",
    };
    let elsewhere = world.care.hook(&other, &call).await;
    assert!(matches!(elsewhere, Err(HookTurned::Off)), "{elsewhere:?}");
    for broken in ["{", "nonsense"] {
        let call = HookCall {
            body: broken.as_bytes(),
            ..call
        };
        let refused = world.care.hook(&world.entry.tenant, &call).await;
        assert!(matches!(refused, Err(HookTurned::Body)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_rule_is_pointed_at_and_nothing_is_saved() {
    let world = World::new(On::Sqlite).await;
    let mut wrong = rule(hook(), "evnt.x == 1", &[("doc_raed", json!({}))]);
    wrong.role = Role::Admin;
    wrong.per_minute = 0;
    let made = world.make(&wrong).await;
    let Changed::Wrong(problems) = made else {
        panic!("{made:?}");
    };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field).collect();
    assert_eq!(
        fields,
        ["condition", "role", "per_minute", "steps"],
        "{problems:?}"
    );
    for (tool, arguments, said) in [
        (
            "send_message",
            json!({"text": "x"}),
            "needs the argument `to`",
        ),
        (
            "send_message",
            json!({"to": CHAT, "txt": "x"}),
            "no argument `txt`",
        ),
        (
            "send_message",
            json!({"to": "{{ evnt }}", "text": "x"}),
            "evnt",
        ),
        (
            "files",
            json!({"op": "delete", "ref": "docx:doxcnAJ9VRRJqVMYZ1MyKnavXWe"}),
            "must agree",
        ),
    ] {
        let made = world.make(&rule(hook(), "", &[(tool, arguments)])).await;
        let Changed::Wrong(problems) = made else {
            panic!("{made:?}");
        };
        assert!(problems[0].message.contains(said), "{problems:?}");
    }
    let tx = world.scope().read().await.unwrap();
    assert!(tx.automations().list().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_form_changes_nothing() {
    let world = World::new(On::Sqlite).await;
    let id = world.active(&rule(hook(), "", &[say("one")])).await;
    let two = rule(hook(), "", &[say("two")]);
    assert_eq!(world.change(id, 1, &two).await, Changed::Done(id));
    assert_eq!(world.change(id, 1, &two).await, Changed::Stale);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_watched_once_its_rule_runs() {
    let world = World::new(On::Sqlite).await;
    // A document that the app made, and so manages.
    let make = json!({"title": "Ours", "markdown": "one"});
    let id = world
        .active(&rule(hook(), "", &[("doc_create", make)]))
        .await;
    let token = world.address(id).await;
    world.call(&token, "1", &json!({})).await.unwrap();
    world.settle().await;
    let run = world.runs(id).await.remove(0);
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let call = world.steps(run.id).await[0].call.unwrap();
    let entries = world.entries(call).await;
    let target = entries
        .iter()
        .find_map(|entry| entry.target.clone())
        .unwrap();
    let ours = target.split_once(':').unwrap().1.to_owned();
    let before = world.sandbox.calls_of("drive.v1.file.subscribe");
    let edited = Trigger::Edited { token: ours };
    world.active(&rule(edited, "", &[say("edited")])).await;
    let after = world.sandbox.calls_of("drive.v1.file.subscribe");
    assert_eq!(after - before, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_may_depend_on_the_answer_of_one_before() {
    let world = World::new(On::Sqlite).await;
    let mut one = rule(hook(), "", &[say("first"), say("again"), say("never")]);
    one.steps[1].when = "steps[0].message_id.startsWith('om_')".to_owned();
    one.steps[2].when = "steps[1].message_id == 'no'".to_owned();
    let id = world.active(&one).await;
    let token = world.address(id).await;
    world.call(&token, "1", &json!({})).await.unwrap();
    world.settle().await;
    let run = world.runs(id).await.remove(0);
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(world.sandbox.messages().len(), 2);
    assert_eq!(world.steps(run.id).await.len(), 2);
}

#[test]
fn a_dry_run_shows_the_calls_and_makes_none() {
    let one = rule(
        hook(),
        "event.n > 1",
        &[say("n is {{ event.n }}"), say("{{ steps[0].text }}")],
    );
    let now = model::Timestamp::from_millis(0);
    let dry = Dry::run("r", &one, &json!({"n": 2}), now);
    assert_eq!(dry.condition, Ok(true));
    let first = dry.steps[0].arguments.as_ref().unwrap();
    assert_eq!(first["text"], "n is 2");
    assert!(dry.steps[1].arguments.is_err(), "its answer is not known");
    let no = Dry::run("r", &one, &json!({"n": 1}), now);
    assert_eq!((no.condition, no.steps.len()), (Ok(false), 0));
}
