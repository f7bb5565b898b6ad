//! Warnings are given once, and statements closed once, after the grace.

use model::{CallId, Channel, LedgerEntry, Month, Outcome, billing::GRACE};

use super::*;
use crate::billing::round;

pub(super) async fn calls(world: &World, tenant: &Tenant, times: u32) {
    for _ in 0..times {
        let entry = LedgerEntry {
            tenant: tenant.id,
            id: CallId::mint(world.clock.as_ref(), &OsEntropy),
            kind: EntryKind::Call,
            at: world.clock.now(),
            member: None,
            account: None,
            client: None,
            client_name: "Cursor".to_owned(),
            grant: None,
            channel: Channel::Mcp,
            action: "doc_read".to_owned(),
            effect: "read".to_owned(),
            target: None,
            outcome: Outcome::Ok,
            fault: None,
            decision: None,
            policy_version: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: "{}".to_owned(),
        };
        world.store.ledger().record(entry).await.unwrap();
    }
}

async fn count(world: &World, tenant: &Tenant, action: &str) -> usize {
    let actions = world.actions(tenant).await;
    actions.iter().filter(|(_, name)| name == action).count()
}

#[tokio::test]
async fn each_threshold_is_warned_of_once_in_a_month() {
    let world = World::new().await;
    let tenant = world.acme().await;
    let tx = world.store.platform("tests").write().await.unwrap();
    let limits = Limits {
        monthly_calls: Some(10),
        ..tenant.limits
    };
    tx.tenants().set_limits(tenant.id, limits).await.unwrap();
    tx.commit().await.unwrap();
    let (one, two) = (world.node(None), world.node(None));
    for (more, warned) in [(7, 0), (1, 1), (1, 1), (1, 2), (5, 2)] {
        calls(&world, &tenant, more).await;
        tokio::join!(round(&one), round(&two));
        round(&one).await;
        assert_eq!(count(&world, &tenant, "usage.warning").await, warned);
    }
    world.clock.advance(DAY * 31);
    calls(&world, &tenant, 8).await;
    round(&one).await;
    assert_eq!(count(&world, &tenant, "usage.warning").await, 3);
}

#[tokio::test]
async fn a_statement_is_closed_once_and_only_after_the_grace() {
    let world = World::new().await;
    let tenant = world.acme().await;
    calls(&world, &tenant, 3).await;
    let month = Month::of(world.clock.now());
    let (one, two) = (world.node(None), world.node(None));
    let closes = month.end() + GRACE;
    let early = closes - Duration::from_millis(1);
    world.clock.advance(early.since(world.clock.now()));
    round(&one).await;
    assert_eq!(count(&world, &tenant, "billing.close").await, 0, "grace");
    world.clock.advance(Duration::from_millis(1));
    tokio::join!(round(&one), round(&two));
    round(&two).await;
    assert_eq!(count(&world, &tenant, "billing.close").await, 1);
    let tx = world.write(tenant.id).await;
    let closed = tx.billing().statement(month).await.unwrap().unwrap();
    assert!(closed.intact);
    assert_eq!(closed.statement.lines[1].quantity, 3);
}
