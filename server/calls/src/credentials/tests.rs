//! The refresh protocol under races, lost answers, crashes and a database that is away.

use std::{path::PathBuf, sync::Arc, time::Duration};

use feishu::Meter;
use futures::future::join_all;
use model::{Access, AttemptId, FeishuGrantState, OsEntropy};
use store::Successor;
use tests::{On, on_both};

use super::{CredentialFault, Credentials, OpenGrant};
use crate::testing::{Answer, World, tokens};

on_both! {
    fifty_callers_on_two_replicas_refresh_once,
    a_lost_answer_is_uncertain_and_then_asks_for_a_sign_in,
    a_crash_before_the_request_left_costs_nothing,
    a_late_answer_of_another_replica_is_waited_for,
    a_late_answer_does_not_undo_a_sign_in,
    a_refused_token_is_renewed_once_for_all_who_saw_it,
    feishus_clear_word_asks_for_a_sign_in_at_once,
}

async fn open(world: &World, credentials: &Credentials) -> Result<OpenGrant, CredentialFault> {
    let principal = world.principal(Access::Read);
    let meter = Arc::new(Meter::default());
    credentials.open(&world.entry, &principal, meter).await
}

fn folder(name: &str) -> PathBuf {
    let unique = AttemptId::mint(&model::SystemClock, &OsEntropy);
    std::env::temp_dir().join(format!("feishu-mcp-{name}-{unique}"))
}

/// Takes the lease as a process does that then disappears.
async fn crash_in_refresh(world: &World) {
    let grant = world.grant().await;
    let scope = world.store.scope(&world.principal(Access::Read));
    let tx = scope.write().await.unwrap();
    let attempt = AttemptId::mint(&*world.clock, &OsEntropy);
    let until = tx.now() + Duration::from_secs(10);
    let grants = tx.feishu_grants();
    let taken = grants.take_lease(world.member, grant.version, attempt, until);
    assert!(taken.await.unwrap());
    tx.commit().await.unwrap();
    world.clock.advance(Duration::from_secs(11));
}

async fn fifty_callers_on_two_replicas_refresh_once(on: On) {
    let world = World::on(on).await;
    let other = world.replica(None).await;
    world.end_access();
    world.script(&[Answer::After(Duration::from_millis(50))]);
    let callers = (0..50).map(|n| {
        open(
            &world,
            if n % 2 == 0 {
                &world.credentials
            } else {
                &other
            },
        )
    });
    for outcome in join_all(callers).await {
        assert_eq!(outcome.unwrap().version, 2);
    }
    assert_eq!(world.asked(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_living_token_is_used_without_asking() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(open(&world, &world.credentials).await.unwrap().version, 1);
    }
    assert_eq!(world.asked(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_unclear_failure_loses_a_grant() {
    for answer in [
        Answer::Says(500, "{}"),
        Answer::Says(502, "<html>bad gateway</html>"),
        Answer::Says(429, "{\"code\":99991400}"),
        Answer::Says(200, "not json"),
        Answer::Says(200, "{\"code\":0}"),
        Answer::Says(400, "{\"code\":20050}"),
        Answer::Says(400, "{\"code\":20002}"),
    ] {
        let world = World::new().await;
        world.end_access();
        world.script(&[answer]);
        assert!(
            open(&world, &world.credentials).await.is_err(),
            "{answer:?}"
        );
        let state = world.grant().await.state;
        assert_ne!(state, FeishuGrantState::NeedsReauth, "{answer:?}");
        world.clock.advance(Duration::from_secs(2));
        let fresh = open(&world, &world.credentials).await;
        assert_eq!(fresh.unwrap().version, 2, "{answer:?}");
    }
}

async fn a_lost_answer_is_uncertain_and_then_asks_for_a_sign_in(on: On) {
    let world = World::on(on).await;
    world.end_access();
    world.script(&[Answer::Lost]);
    let lost = open(&world, &world.credentials).await;
    assert!(matches!(lost, Err(CredentialFault::Unavailable { .. })));
    assert_eq!(world.grant().await.state, FeishuGrantState::Uncertain);
    world.clock.advance(Duration::from_secs(2));
    let over = open(&world, &world.credentials).await;
    assert!(matches!(over, Err(CredentialFault::SignInNeeded)));
    assert_eq!(world.grant().await.state, FeishuGrantState::NeedsReauth);
    assert_eq!(world.asked(), 2);
}

async fn feishus_clear_word_asks_for_a_sign_in_at_once(on: On) {
    for word in [
        "{\"code\":20026}",
        "{\"code\":20037}",
        "{\"code\":20064}",
        "{\"code\":20073}",
        "{\"error\":\"invalid_grant\"}",
    ] {
        let world = World::on(on).await;
        world.end_access();
        world.script(&[Answer::Says(400, word)]);
        let over = open(&world, &world.credentials).await;
        assert!(
            matches!(over, Err(CredentialFault::SignInNeeded)),
            "{word}: {over:?}"
        );
        assert_eq!(world.grant().await.state, FeishuGrantState::NeedsReauth);
        let again = open(&world, &world.credentials).await;
        assert!(matches!(again, Err(CredentialFault::SignInNeeded)));
        assert_eq!(world.asked(), 1, "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_app_asks_for_a_sign_in_and_is_kept() {
    let world = World::new().await;
    world.end_access();
    world.script(&[Answer::Says(400, "{\"code\":20024}")]);
    for _ in 0..2 {
        let over = open(&world, &world.credentials).await;
        assert!(matches!(over, Err(CredentialFault::SignInNeeded)));
    }
    assert_eq!(world.asked(), 1, "it rests");
    assert_eq!(world.grant().await.state, FeishuGrantState::Valid);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(open(&world, &world.credentials).await.unwrap().version, 2);
}

async fn a_crash_before_the_request_left_costs_nothing(on: On) {
    let world = World::on(on).await;
    world.end_access();
    crash_in_refresh(&world).await;
    assert_eq!(world.grant().await.state, FeishuGrantState::Uncertain);
    assert_eq!(open(&world, &world.credentials).await.unwrap().version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_refresh_token_leaves_the_access_token_until_it_ends() {
    let world = World::new().await;
    crash_in_refresh(&world).await;
    world.feishu.lock().generation = 7;
    let (tenant, member) = (world.entry.tenant.id, world.member);
    assert!(!world.credentials.keep_alive(tenant, member).await);
    assert_eq!(world.grant().await.state, FeishuGrantState::NeedsReauth);
    assert_eq!(open(&world, &world.credentials).await.unwrap().version, 1);
    world.end_access();
    let over = open(&world, &world.credentials).await;
    assert!(matches!(over, Err(CredentialFault::SignInNeeded)));
}

async fn a_late_answer_of_another_replica_is_waited_for(on: On) {
    let world = World::on(on).await;
    let other = world.replica(None).await;
    world.end_access();
    world.script(&[Answer::After(Duration::from_millis(300))]);
    let slow = open(&world, &world.credentials);
    let quick = async {
        while world.asked() == 0 {
            tokio::task::yield_now().await;
        }
        // The lease of the slow one passes while its answer is on the way.
        world.clock.advance(Duration::from_secs(11));
        open(&world, &other).await
    };
    let (slow, quick) = tokio::join!(slow, quick);
    assert_eq!(slow.unwrap().version, 2);
    assert_eq!(quick.unwrap().version, 2);
    assert_eq!(world.grant().await.state, FeishuGrantState::Valid);
    assert_eq!(world.asked(), 2);
}

async fn a_late_answer_does_not_undo_a_sign_in(on: On) {
    let world = World::on(on).await;
    world.end_access();
    world.script(&[Answer::After(Duration::from_millis(200))]);
    let refreshing = open(&world, &world.credentials);
    let signing_in = async {
        while world.asked() == 0 {
            tokio::task::yield_now().await;
        }
        let scope = world.store.scope(&world.principal(Access::Read));
        let tx = scope.write().await.unwrap();
        let pair = tokens(40, tx.now());
        tx.feishu_grants()
            .put_signed_in(world.member, &pair)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let (opened, ()) = tokio::join!(refreshing, signing_in);
    assert_eq!(opened.unwrap().version, 2);
    assert_eq!(world.grant().await.tokens.access_token.expose(), "a-40");
}

async fn a_refused_token_is_renewed_once_for_all_who_saw_it(on: On) {
    let world = World::on(on).await;
    let principal = world.principal(Access::Read);
    let renewals = (0..10).map(|_| {
        let meter = Arc::new(Meter::default());
        world.credentials.renew(&world.entry, &principal, meter, 1)
    });
    for renewed in join_all(renewals).await {
        assert_eq!(renewed.unwrap().version, 2);
    }
    assert_eq!(world.asked(), 1);
}

async fn successor(world: &World) -> Successor {
    let scope = world.store.scope(&world.principal(Access::Read));
    let tx = scope.read().await.unwrap();
    let sealer = tx.feishu_grants().sealer(world.member, 1).await.unwrap();
    sealer.seal(&tokens(1, tx.now()), tx.now()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_the_spool_comes_home() {
    let spool = folder("drained");
    let world = World::spooling(Some(spool.clone())).await;
    let next = successor(&world).await;
    assert!(world.credentials.0.spool.keep(&next).await.unwrap());
    let file = std::fs::read_dir(&spool).unwrap().next().unwrap().unwrap();
    let bytes = std::fs::read_to_string(file.path()).unwrap();
    assert!(
        !bytes.contains("a-1") && !bytes.contains("r-1"),
        "the spool is sealed"
    );
    assert_eq!(world.credentials.drain_spool().await, 0);
    let grant = world.grant().await;
    assert_eq!(
        (grant.version, grant.tokens.access_token.expose()),
        (2, "a-1")
    );
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 0);
    std::fs::remove_dir_all(spool).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spooled_pair_is_adopted_before_feishu_is_asked() {
    let spool = folder("adopted");
    let world = World::spooling(Some(spool.clone())).await;
    let next = successor(&world).await;
    world.credentials.0.spool.keep(&next).await.unwrap();
    crash_in_refresh(&world).await;
    let principal = world.principal(Access::Read);
    let meter = Arc::new(Meter::default());
    let renewed = world
        .credentials
        .renew(&world.entry, &principal, meter, 1)
        .await;
    assert_eq!(renewed.unwrap().version, 2);
    assert_eq!(world.asked(), 0);
    std::fs::remove_dir_all(spool).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_after_the_exchange_loses_nothing() {
    let spool = folder("away");
    let world = World::spooling(Some(spool.clone())).await;
    world.end_access();
    world.script(&[Answer::After(Duration::from_millis(300))]);
    let refreshing = open(&world, &world.credentials);
    let outage = async {
        while world.asked() == 0 {
            tokio::task::yield_now().await;
        }
        // The only writing connection is taken away.
        let scope = world.store.scope(&world.principal(Access::Read));
        scope.write().await.unwrap()
    };
    let (refused, outage) = tokio::join!(refreshing, outage);
    assert!(
        matches!(refused, Err(CredentialFault::Store(_))),
        "nothing unstored is handed out"
    );
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 1);
    drop(outage);
    for _ in 0..200 {
        if world.grant().await.version == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(open(&world, &world.credentials).await.unwrap().version, 2);
    assert_eq!(world.asked(), 1);
    std::fs::remove_dir_all(spool).unwrap();
}
