//! Erasing a tenant, round by round, and how rounds are noted.

use bus::Wake;
use model::{TenantStatus, policy::EraseTenant};
use sandbox::demo;
use vault::{Token, TokenKind};

use super::*;
use crate::{erase, health};

async fn announced(world: &World, tenant: &Tenant) -> Token {
    let link = Token::mint(TokenKind::Link, &OsEntropy);
    let tx = world.write(tenant.id).await;
    let rules = tx.rules().read().await.unwrap();
    let operator = Principal::platform(tenant.id, Purpose::Operator);
    let permit = authorize::<EraseTenant>(&rules, &operator, &()).unwrap();
    let asked = tx.erasure().request(&permit, &link.hash(), "Ann").await;
    assert!(asked.unwrap().is_some());
    tx.commit().await.unwrap();
    link
}

async fn known(world: &World, tenant: &Tenant) -> Option<Tenant> {
    let tx = world.store.platform("tests").read().await.unwrap();
    tx.tenants().get(tenant.id).await.unwrap()
}

async fn a_tenant_waits_is_stopped_and_goes_with_a_receipt(on: On) {
    let world = World::on(on).await;
    let acme = world.acme().await;
    let well = &demo::ILL_APPS[0];
    let other = world.tenant("other", well.app_id, well.secret).await;
    world.member(&acme, demo::APP_SECRET, demo::DEVELOPER).await;
    let parts = world.node(None);
    let mut wakes = parts.bus.subscribe();
    let link = announced(&world, &acme).await;

    world.clock.advance(Duration::from_hours(7 * 24 - 1));
    erase::round(&parts).await;
    let now = known(&world, &acme).await.unwrap();
    assert_eq!(now.status, TenantStatus::Active, "it can be taken back");

    world.clock.advance(Duration::from_hours(1));
    erase::round(&parts).await;
    let now = known(&world, &acme).await.unwrap();
    assert_eq!(now.status, TenantStatus::Suspended);
    assert_eq!(
        wakes.recv().await,
        Ok(Wake::TenantChanged { tenant: acme.id })
    );
    let tx = world.write(acme.id).await;
    tx.data_key().await.expect("calls under way still need it");
    drop(tx);

    world.clock.advance(Duration::from_mins(2));
    erase::round(&parts).await;
    assert_eq!(known(&world, &acme).await, None);
    let tx = world.store.platform("tests").read().await.unwrap();
    let kept = tx.erasure_receipt(&link.hash()).await.unwrap().unwrap();
    drop(tx);
    let told = &kept.receipt.statement;
    assert_eq!(
        (told.slug.as_str(), told.data_key.as_str()),
        ("acme", "destroyed")
    );
    let rows = |table: &str| {
        let found = told.erased.iter().find(|one| one.table == table);
        found.map(|one| one.rows)
    };
    assert_eq!(rows("members"), Some(1));
    assert_eq!(rows("feishu_grants"), Some(1));
    assert_eq!(rows("tenant_keys"), Some(1));
    let tx = world.write(acme.id).await;
    tx.data_key().await.unwrap_err();
    assert_eq!(tx.members().count().await.unwrap(), 0);
    drop(tx);
    assert!(known(&world, &other).await.is_some(), "the others stay");
    erase::round(&parts).await;

    world.clock.advance(91 * DAY);
    crate::expire::round(&parts).await;
    let tx = world.store.platform("tests").read().await.unwrap();
    let kept = tx.erasure_receipt(&link.hash()).await.unwrap();
    assert_eq!(kept, None, "a receipt is at hand for a while only");
}

#[tokio::test]
async fn rounds_are_noted_with_what_went_wrong() {
    let world = World::new().await;
    let parts = world.node(None);
    let watch = health::Watch::new("example", Duration::from_secs(5), &parts);
    let rounds = || async {
        let tx = world.store.platform("tests").read().await.unwrap();
        tx.job_rounds().list().await.unwrap()
    };
    watch.round(async {}).await;
    assert_eq!(rounds().await[0].rounds, 1);
    world.clock.advance(Duration::from_secs(5));
    watch.round(async {}).await;
    assert_eq!(
        rounds().await[0].rounds,
        1,
        "not every fast round is written"
    );
    world.clock.advance(Duration::from_secs(5));
    let broken = std::io::Error::other("no way");
    watch
        .round(async { health::trouble("it stays", &broken) })
        .await;
    let noted = rounds().await.remove(0);
    assert_eq!((noted.rounds, noted.failures), (3, 1));
    assert_eq!(noted.error, "it stays: no way");
    assert_eq!(noted.failed_at, noted.ended_at);
    assert_eq!(noted.node, parts.bus.node().to_string());
}

::tests::on_both! {
    a_tenant_waits_is_stopped_and_goes_with_a_receipt,
}
