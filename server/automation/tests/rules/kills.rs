//! Processes that end at any moment: nothing is doubled, nothing is lost.

use std::{sync::Arc, time::Duration};

use model::{Entropy as _, SeededEntropy, automation::RunState};
use serde_json::json;
use tests::On;

use crate::world::{World, connect, hook, keeper, rule};
use automation::AutomationOptions;

tests::on_both!(a_few_kills_lose_and_double_nothing);

async fn a_few_kills_lose_and_double_nothing(on: On) {
    kill(on, 12, 6).await;
}

/// `cargo test -p automation -- --ignored five_hundred_kills --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn five_hundred_kills_lose_and_double_nothing() {
    kill(On::Sqlite, 500, 20).await;
}

/// Each process is a runtime of its own, with connections of its own, that is ended at a moment
/// that nobody chose: whatever it was waiting for is never heard of again.
#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn kill(on: On, kills: u32, at_a_time: usize) {
    let options = AutomationOptions {
        attempts: 10_000,
        lease: Duration::from_secs(5),
        ..AutomationOptions::default()
    };
    let world = World::with(on, options.clone()).await;
    let text = json!({"to": sandbox::demo::CHAT, "text": "one {{ event.body.n }}"});
    let task = json!({"summary": "two {{ event.body.n }} {{ steps[0].message_id }}"});
    let steps = [("send_message", text), ("create_task", task)];
    let id = world
        .active(&rule(hook(), "event.body.n >= 0", &steps))
        .await;
    let random = SeededEntropy::new(41);
    let (mut killed, mut told) = (0, 0_usize);
    while killed < kills || !world.waiting().await.is_empty() {
        if world.waiting().await.len() < at_a_time && killed < kills {
            for _ in 0..at_a_time {
                take(&world, id, told).await;
                told += 1;
            }
        }
        let (url, clock) = (world.database.url.clone(), Arc::clone(&world.clock));
        let (origin, options) = (world.sandbox.base_url(), options.clone());
        let tenant = world.entry.tenant.id;
        let mut dice = [0; 2];
        random.fill(&mut dice);
        let life = Duration::from_micros(u64::from(u16::from_le_bytes(dice)) * 2);
        let ended = tokio::task::spawn_blocking(move || {
            let process = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            let store = process.block_on(connect(&url, &clock));
            let care = keeper(&store, &clock, &origin, options);
            let work = process.spawn(async move { care.round(tenant).await });
            process.block_on(tokio::time::sleep(life));
            let ended = work.is_finished();
            process.shutdown_background();
            ended
        });
        killed += u32::from(!ended.await.unwrap());
        // Whoever held something is gone.
        world.clock.advance(Duration::from_secs(6));
    }
    // What a killed process had sent may arrive a little later.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let messages: Vec<_> = world
        .sandbox
        .messages()
        .into_iter()
        .map(|sent| sent.2)
        .collect();
    let mut once = messages.clone();
    once.sort();
    once.dedup();
    let tasks = world.sandbox.tasks();
    let mut tasks_once = tasks.clone();
    tasks_once.sort();
    tasks_once.dedup();
    let unfinished = unfinished(&world, id).await;
    println!(
        "{killed} kills, {told} events, {} messages, {} tasks",
        messages.len(),
        tasks.len()
    );
    assert_eq!(once.len(), messages.len(), "messages were doubled");
    assert_eq!(tasks_once.len(), tasks.len(), "tasks were doubled");
    assert_eq!(unfinished, Vec::<String>::new());
    assert_eq!(
        (messages.len(), tasks.len()),
        (told, told),
        "something was lost"
    );
}

async fn take(world: &World, id: model::RuleId, n: usize) {
    let tx = world.scope().write().await.unwrap();
    let one = tx.automations().get(id).await.unwrap().unwrap();
    let mut event = crate::world::record("", model::automation::RecordChange::Created, &json!({}));
    event.id = format!("e{n}");
    event.data = json!({"body": {"n": n}});
    tx.automations()
        .take_for(&one, &event)
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
}

async fn unfinished(world: &World, id: model::RuleId) -> Vec<String> {
    let tx = world.scope().read().await.unwrap();
    let mut page = store::Page::first(store::Page::MAX);
    let filter = store::RunFilter {
        rule: Some(id),
        state: None,
    };
    let mut found = Vec::new();
    loop {
        let part = tx.automations().runs(filter, &page).await.unwrap();
        let open = part.items.iter().filter(|run| run.state != RunState::Done);
        found.extend(open.map(|run| format!("{:?} {} {}", run.state, run.reason, run.error)));
        let Some(next) = part.next else { return found };
        page = store::Page::first(store::Page::MAX).after(next);
    }
}
