//! Grants are kept alive, and unclear ones are cleared up.

use model::{AttemptId, FeishuGrantState};
use sandbox::{Fault, FaultKind};

use super::*;
use crate::refresh::round;

const TOKEN: &str = "*/oauth/token";

#[tokio::test(flavor = "multi_thread")]
async fn grants_in_use_are_refreshed_ahead_of_their_end() {
    let world = World::new().await;
    let acme = world.acme().await;
    let (used, idle) = (
        world.member(&acme, demo::APP_SECRET, demo::DEVELOPER).await,
        world.member(&acme, demo::APP_SECRET, demo::END_USER).await,
    );
    // Five and a half of the seven days of a refresh token.
    world.clock.advance(DAY * 11 / 2);
    let young = world.member(&acme, demo::APP_SECRET, demo::ADMIN).await;
    let tx = world.write(acme.id).await;
    tx.feishu_grants().touch(used).await.unwrap();
    tx.commit().await.unwrap();
    let mut node = world.node(None);
    node.options.refresh.used_within = DAY * 3;
    let before = world.asked();

    round(&node).await;
    assert_eq!(world.asked(), before + 1);
    let grant = world.grant(&acme, used).await;
    assert_eq!((grant.version, grant.state), (2, FeishuGrantState::Valid));
    let ends = grant.tokens.refresh_expires_at.unwrap();
    assert!(ends > world.clock.now() + DAY * 6, "a new life begins");
    assert_eq!(world.grant(&acme, idle).await.version, 1, "nobody uses it");
    assert_eq!(world.grant(&acme, young).await.version, 1, "not yet");

    round(&node).await;
    assert_eq!(world.asked(), before + 1, "nothing is due any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_at_the_same_time_exchange_each_token_once() {
    let world = World::new().await;
    let acme = world.acme().await;
    let mut members = Vec::new();
    for user in [demo::ADMIN, demo::DEVELOPER, demo::END_USER] {
        members.push(world.member(&acme, demo::APP_SECRET, user).await);
    }
    world.clock.advance(DAY * 6);
    let slow = Fault {
        delay_ms: 100,
        ..Fault::new(TOKEN, FaultKind::Delay)
    };
    world.sandbox.add_fault(slow);
    let (one, other) = (world.node(None), world.node(None));
    let before = world.asked();
    tokio::join!(round(&one), round(&other));
    assert_eq!(world.asked(), before + members.len());
    for member in members {
        let grant = world.grant(&acme, member).await;
        assert_eq!((grant.version, grant.state), (2, FeishuGrantState::Valid));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_attempt_is_cleared_up_in_the_next_round() {
    let world = World::new().await;
    let acme = world.acme().await;
    let member = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    world.clock.advance(DAY * 6);
    let node = world.node(None);
    // The request never reached Feishu.
    let lost = Fault::new(TOKEN, FaultKind::DropBefore).times(1);
    world.sandbox.add_fault(lost);
    round(&node).await;
    let grant = world.grant(&acme, member).await;
    let unclear = (1, FeishuGrantState::Uncertain);
    assert_eq!((grant.version, grant.state), unclear);

    world.clock.advance(Duration::from_secs(10));
    round(&node).await;
    let grant = world.grant(&acme, member).await;
    assert_eq!((grant.version, grant.state), (2, FeishuGrantState::Valid));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_ends_the_grant_in_the_next_round_and_is_recorded() {
    let world = World::new().await;
    let acme = world.acme().await;
    let member = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    world.clock.advance(DAY * 6);
    let node = world.node(None);
    // Feishu exchanged the token, and the answer was lost: the one window that cannot be closed.
    let lost = Fault::new(TOKEN, FaultKind::DropAfter).times(1);
    world.sandbox.add_fault(lost);
    round(&node).await;
    world.clock.advance(Duration::from_secs(10));
    round(&node).await;
    let state = world.grant(&acme, member).await.state;
    assert_eq!(state, FeishuGrantState::NeedsReauth);
    let ended = "feishu_grant.needs_reauth".to_owned();
    let recorded = world.actions(&acme).await;
    assert_eq!(recorded, [(EntryKind::FeishuGrant, ended)]);

    let before = world.asked();
    round(&node).await;
    assert_eq!(world.asked(), before, "what has ended is left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_whose_holder_died_is_tried_again() {
    let world = World::new().await;
    let acme = world.acme().await;
    let member = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    let tx = world.write(acme.id).await;
    let attempt = AttemptId::mint(&*world.clock, &OsEntropy);
    let until = tx.now() + Duration::from_secs(30);
    let grants = tx.feishu_grants();
    let taken = grants.take_lease(member, 1, attempt, until);
    assert!(taken.await.unwrap());
    tx.commit().await.unwrap();
    let node = world.node(None);
    let before = world.asked();

    round(&node).await;
    assert_eq!(world.asked(), before, "somebody is at it");
    world.clock.advance(Duration::from_secs(31));
    round(&node).await;
    let grant = world.grant(&acme, member).await;
    assert_eq!((grant.version, grant.state), (2, FeishuGrantState::Valid));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tenants_trouble_is_not_anothers() {
    let world = World::new().await;
    // The first in line has lost its secret.
    let acme = world.tenant("acme", demo::APP_ID, "not the secret").await;
    let secret = demo::OTHER_APP_SECRET;
    let globex = world.tenant("globex", demo::OTHER_APP_ID, secret).await;
    let stuck = world.member(&acme, demo::APP_SECRET, demo::END_USER).await;
    let fine = world.member(&globex, secret, demo::OTHER_USER).await;
    world.clock.advance(DAY * 6);

    round(&world.node(None)).await;
    let kept = world.grant(&acme, stuck).await;
    assert_eq!((kept.version, kept.state), (1, FeishuGrantState::Valid));
    assert_eq!(world.grant(&globex, fine).await.version, 2);
}
