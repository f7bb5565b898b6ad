//! Proofs by a passkey that are not taken.

use std::time::Duration;

use http::{StatusCode, header};
use model::{Role, RoleSet};

use super::{
    World,
    authenticator::Device,
    passkeys::{OWN, SIGN_IN, STEP_UP, refused},
    sign_in::session,
};

/// Ann's device, whose passkey is hers.
async fn anns(world: &World) -> Device {
    let ann = world.keeper().await;
    let mut device = Device::new(1);
    let added = world.add_passkey(&ann, &mut device).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    device
}

#[tokio::test]
async fn an_answer_counts_once() {
    let world = World::new().await;
    let mut device = anns(&world).await;
    let (asked, cookie) = world.asked(SIGN_IN, "").await;
    let answer = device.prove(&asked);
    let entered = world.answer(SIGN_IN, &cookie, &answer).await;
    assert_eq!(entered.location(), "/console");
    let again = world.answer(SIGN_IN, &cookie, &answer).await;
    refused(&again, "sent twice");
    // Nor to another question: each has its own challenge.
    let (_, other) = world.asked(SIGN_IN, "").await;
    let moved = world.answer(SIGN_IN, &other, &answer).await;
    refused(&moved, "could not be checked");
}

#[tokio::test]
async fn an_answer_comes_from_the_browser_that_was_asked_and_soon() {
    let world = World::new().await;
    let mut device = anns(&world).await;
    let (asked, _) = world.asked(SIGN_IN, "").await;
    let elsewhere = world.answer(SIGN_IN, "", &device.prove(&asked)).await;
    refused(&elsewhere, "took too long");
    let (asked, cookie) = world.asked(SIGN_IN, "").await;
    world.clock.advance(Duration::from_secs(5 * 60 + 1));
    let late = world.answer(SIGN_IN, &cookie, &device.prove(&asked)).await;
    refused(&late, "took too long");
}

#[tokio::test]
async fn a_question_is_answered_for_its_own_purpose_alone() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let mut device = Device::new(1);
    world.add_passkey(&ann, &mut device).await;
    let (asked, cookie) = world.asked(STEP_UP, &ann.cookie).await;
    let renamed = cookie.replace("passkey-step-up", "passkey-sign-in");
    let answer = world.answer(SIGN_IN, &renamed, &device.prove(&asked)).await;
    refused(&answer, "took too long");
}

#[tokio::test]
async fn an_answer_from_another_origin_is_refused() {
    let world = World::new().await;
    let device = anns(&world).await;
    for (origin, site) in [
        ("https://mcp.example.com.evil.test", None),
        ("https://sub.mcp.example.com", None),
        ("http://mcp.example.com", None),
        ("https://mcp.example.com", Some("evil.test")),
    ] {
        let mut phished = device.clone();
        phished.origin = origin.to_owned();
        phished.site = site.map(str::to_owned);
        refused(&world.enter_by(&mut phished).await, "could not be checked");
    }
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let mut phished = Device::new(2);
    phished.origin = "https://evil.test".to_owned();
    refused(
        &world.add_passkey(&eve, &mut phished).await,
        "could not be checked",
    );
}

#[tokio::test]
async fn a_device_that_does_not_verify_its_user_is_refused() {
    let world = World::new().await;
    let mut device = anns(&world).await;
    device.verifies = false;
    refused(
        &world.enter_by(&mut device).await,
        "did not check that it is you",
    );
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let mut careless = Device::new(2);
    careless.verifies = false;
    let answer = world.add_passkey(&eve, &mut careless).await;
    refused(&answer, "did not check that it is you");
}

#[tokio::test]
async fn a_blocked_account_and_an_unknown_passkey_are_told_the_same() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let mut device = Device::new(1);
    world.add_passkey(&ann, &mut device).await;
    let tx = world.store.platform("block").write().await.unwrap();
    tx.accounts()
        .set_active(ann.account.id, false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let blocked = world.enter_by(&mut device).await;
    refused(&blocked, "not known here");
    let mut nobodys = Device::new(9);
    let (asked, cookie) = world.asked(SIGN_IN, "").await;
    let unknown = world.answer(SIGN_IN, &cookie, &nobodys.prove(&asked)).await;
    refused(&unknown, "not known here");
    assert_eq!(blocked.body, unknown.body);
}

#[tokio::test]
async fn a_passkey_whose_count_goes_back_is_refused_until_it_is_ahead_again() {
    let world = World::new().await;
    let mut device = anns(&world).await;
    let mut copy = device.clone();
    assert_eq!(world.enter_by(&mut device).await.location(), "/console");
    refused(&world.enter_by(&mut copy).await, "seems to exist twice");
    copy.counter = 0;
    refused(&world.enter_by(&mut copy).await, "seems to exist twice");
    assert_eq!(world.enter_by(&mut device).await.location(), "/console");
}

#[tokio::test]
async fn a_passkey_that_never_counts_is_taken() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let mut synced = Device::new(1);
    synced.counter = 0;
    world.add_passkey(&ann, &mut synced).await;
    for _ in 0..2 {
        assert_eq!(world.enter_by(&mut synced).await.location(), "/console");
    }
}

#[tokio::test]
async fn guessing_at_a_passkey_finds_nothing_and_is_slowed() {
    let world = World::new().await;
    let mut device = anns(&world).await;
    let mut forged = device.forged();
    for _ in 0..5 {
        refused(&world.enter_by(&mut forged).await, "could not be checked");
    }
    let slowed = world.enter_by(&mut device).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn questions_are_bounded_per_address() {
    let world = World::new().await;
    let ask = async || {
        let answer = world.post("/sign-in/passkey/options", None, "").await;
        answer.status
    };
    for _ in 0..60 {
        assert_eq!(ask().await, StatusCode::OK);
    }
    assert_eq!(ask().await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_is_no_answer_at_all_is_refused() {
    let world = World::new().await;
    let ann = world.keeper().await;
    for nonsense in ["", "{}", "null", "[1]", &"x".repeat(40_000)] {
        let (_, cookie) = world.asked(SIGN_IN, "").await;
        let answer = world.answer(SIGN_IN, &cookie, nonsense).await;
        refused(&answer, "could not be checked");
        let (_, cookie) = world.asked(OWN, &ann.cookie).await;
        let answer = world.answer(OWN, &cookie, nonsense).await;
        refused(&answer, "could not be checked");
    }
}

#[tokio::test]
async fn a_passkey_is_a_fresh_proof_of_its_own_account_alone() {
    let world = World::new().await;
    let ann = world.keeper().await;
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let (mut anns, mut eves) = (Device::new(1), Device::new(2));
    world.add_passkey(&ann, &mut anns).await;
    world.add_passkey(&eve, &mut eves).await;
    world.clock.advance(Duration::from_mins(11));
    let fresh = async || {
        let tx = world.store.platform("look").read().await.unwrap();
        let sessions = tx.account_sessions().list_of(ann.account.id).await.unwrap();
        sessions.iter().any(|session| session.proven_at == tx.now())
    };
    let page = world.look("/console/step-up", &ann.cookie).await;
    assert!(page.body.contains("data-passkey=\"step-up\""));
    let (asked, cookie) = world.asked(STEP_UP, &ann.cookie).await;
    let allowed = asked["allowCredentials"].as_array().unwrap();
    assert_eq!(allowed.len(), 1, "her own is asked for");
    let foreign = world.answer(STEP_UP, &cookie, &eves.prove(&asked)).await;
    refused(&foreign, "not known here");
    assert!(!fresh().await);
    let (asked, cookie) = world.asked(STEP_UP, &ann.cookie).await;
    let proven = world.answer(STEP_UP, &cookie, &anns.prove(&asked)).await;
    assert_eq!(proven.location(), "/console");
    assert!(fresh().await);
}

#[tokio::test]
async fn an_account_without_a_password_is_asked_for_its_passkey() {
    let world = World::new().await;
    let ben = world
        .account(&world.acme, "ben", RoleSet::of(&[Role::Admin]))
        .await;
    let mut device = Device::new(1);
    world.add_passkey(&ben, &mut device).await;
    let entered = world.enter_by(&mut device).await;
    let page = world.look("/console/step-up", &session(&entered)).await;
    assert!(!page.body.contains("type=\"password\""));
    assert!(page.body.contains("data-passkey=\"step-up\""));
}
