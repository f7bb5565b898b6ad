//! The nightly look at the apps.

use std::time::Duration;

use model::{Clock as _, EntryKind};

use super::{DAY, World};
use crate::reprobe;

/// The sandbox's time is ours, or every look finds the clock wrong.
fn agree_on_the_time(world: &World) {
    let ahead = world.clock.now().millis() - world.sandbox.state().now_ms();
    world.sandbox.advance_clock(ahead);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_app_shows_the_next_night_and_clears_within_the_hour() {
    let world = World::new().await;
    agree_on_the_time(&world);
    let acme = world.acme().await;
    let node = world.node(None);
    let red_since = async || {
        let latest = node.apps.latest(acme.id).await.unwrap();
        latest.expect("a look is kept").red_since
    };

    reprobe::round(&node).await;
    assert_eq!(red_since().await, None);
    world.sandbox.change_app(&acme.app_id, |app| {
        "reset in the developer console".clone_into(&mut app.secret);
    });
    // It was looked at just now.
    world.clock.advance(Duration::from_hours(1));
    reprobe::round(&node).await;
    assert_eq!(red_since().await, None);

    world.clock.advance(DAY);
    agree_on_the_time(&world);
    reprobe::round(&node).await;
    let since = red_since().await;
    assert_eq!(since, Some(world.clock.now()));

    world.sandbox.change_app(&acme.app_id, |app| {
        sandbox::demo::APP_SECRET.clone_into(&mut app.secret);
    });
    world.clock.advance(Duration::from_hours(1));
    agree_on_the_time(&world);
    reprobe::round(&node).await;
    assert_eq!(red_since().await, None);
    let turns: Vec<(EntryKind, String)> = world.actions(&acme).await;
    let turns: Vec<&str> = turns
        .iter()
        .filter(|(kind, _)| *kind == EntryKind::Admin)
        .map(|(_, action)| action.as_str())
        .collect();
    assert_eq!(
        turns.len(),
        2,
        "only what changed is written down: {turns:?}"
    );
    assert!(turns.contains(&"app.check.red") && turns.contains(&"app.check.green"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_without_an_app_and_a_suspended_one_are_left_alone() {
    let world = World::new().await;
    world.tenant("new", "", "").await;
    let rested = world.acme().await;
    let tx = world.store.platform("tests").write().await.unwrap();
    let suspended = model::TenantStatus::Suspended;
    tx.tenants().set_status(rested.id, suspended).await.unwrap();
    tx.commit().await.unwrap();
    reprobe::round(&world.node(None)).await;
    assert_eq!(world.sandbox.latest_requests(10), []);
}
