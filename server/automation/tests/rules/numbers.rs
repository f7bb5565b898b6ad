//! How fast an event becomes an action: printed, not judged.

use std::time::{Duration, Instant};

use serde_json::json;
use tests::On;

use crate::world::{World, hook, rule, say};

/// `cargo test -p automation -- --ignored how_fast --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_fast_an_event_becomes_an_action() {
    for on in [On::Sqlite, On::Postgres] {
        let world = World::new(on).await;
        let id = world
            .active(&rule(hook(), "event.body.n >= 0", &[say("n")]))
            .await;
        let token = world.address(id).await;
        world.call(&token, "warm", &json!({"n": 0})).await.unwrap();
        world.settle().await;
        let mut waits = Vec::new();
        for n in 0..200 {
            let before = world.sandbox.messages().len();
            let began = Instant::now();
            world
                .call(&token, &n.to_string(), &json!({"n": n}))
                .await
                .unwrap();
            while world.sandbox.messages().len() == before {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            waits.push(began.elapsed());
            world.clock.advance(Duration::from_millis(500));
        }
        waits.sort();
        let at = |part: usize| waits[(waits.len() * part / 100).min(waits.len() - 1)];
        println!("{on:?}: event to action p50 {:?}, p99 {:?}", at(50), at(99));

        let events = 300;
        let began = Instant::now();
        let before = world.sandbox.messages().len();
        let tx = world.scope().write().await.unwrap();
        let one = tx.automations().get(id).await.unwrap().unwrap();
        for n in 0..events {
            let mut event =
                crate::world::record("", model::automation::RecordChange::Created, &json!({}));
            event.id = format!("many{n}");
            event.data = json!({"body": {"n": n}});
            tx.automations().take_for(&one, &event).await.unwrap();
        }
        tx.commit().await.unwrap();
        while world.sandbox.messages().len() < before + events {
            world.care.round(world.entry.tenant.id).await.unwrap();
        }
        let took = began.elapsed();
        let rate = f64::from(u32::try_from(events).unwrap()) / took.as_secs_f64();
        println!("{on:?}: {rate:.0} events a second, taken and acted on");
    }
}
