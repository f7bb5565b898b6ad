//! Rotation: races, lost answers, reuse.

use std::time::Duration;

use http::StatusCode;
use model::{Principal, Purpose};
use store::Grant;
use vault::{TokenHash, TokenKind};

use tests::{On, on_both};

use crate::support::{Connected, Deployment, deploy};

on_both! {
    fifty_parallel_refreshes_leave_the_family_alive_with_at_most_six_pairs,
    a_lost_answer_costs_nothing_even_hours_later,
    reuse_after_the_grace_ends_the_family_once_a_successor_was_used,
    a_refresh_token_is_bound_to_client_scope_and_resource,
    scope_narrows_for_the_token_and_not_for_the_family,
    refresh_tokens_end_when_idle_and_grants_end_for_good,
}

async fn only_grant(d: &Deployment) -> Vec<Grant> {
    let tx = d.tx().await;
    let members = tx.members().list(&store::Page::first(10)).await.unwrap();
    tx.grants().list_of(members.items[0].id).await.unwrap()
}

async fn fifty_parallel_refreshes_leave_the_family_alive_with_at_most_six_pairs(on: On) {
    let d = std::sync::Arc::new(deploy(on).await);
    let c = d.connect(true).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (d, c) = (std::sync::Arc::clone(&d), c.clone());
        tasks.spawn(async move { d.refresh(&c.client, &c.refresh).await });
    }
    let answers = tasks.join_all().await;
    let good: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .collect();
    assert!((1..=6).contains(&good.len()), "{} pairs", good.len());
    for answer in &answers {
        assert!(
            answer.status == StatusCode::OK || answer.status == StatusCode::TOO_MANY_REQUESTS,
            "{} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(only_grant(&d).await.len(), 1, "the family lives");
    for answer in good {
        let pair = Connected::read(c.client.clone(), answer);
        assert_eq!(d.knock("acme", &pair.access).await.status, StatusCode::OK);
    }
}

async fn a_lost_answer_costs_nothing_even_hours_later(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let lost = Connected::read(c.client.clone(), &d.refresh(&c.client, &c.refresh).await);
    d.later(7_200);
    let again = d.refresh(&c.client, &c.refresh).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    let pair = Connected::read(c.client.clone(), &again);
    assert_eq!(d.knock("acme", &pair.access).await.status, StatusCode::OK);
    // The pair that nobody received is dead; should it appear, somebody stole it.
    assert_eq!(
        d.refresh(&c.client, &lost.refresh).await.error(),
        "invalid_grant"
    );
    assert!(only_grant(&d).await.is_empty());
}

async fn reuse_after_the_grace_ends_the_family_once_a_successor_was_used(on: On) {
    for used_at_a_door in [true, false] {
        let d = deploy(on).await;
        let c = d.connect(true).await;
        let next = Connected::read(c.client.clone(), &d.refresh(&c.client, &c.refresh).await);
        if used_at_a_door {
            assert_eq!(d.knock("acme", &next.access).await.status, StatusCode::OK);
        } else {
            assert_eq!(
                d.refresh(&c.client, &next.refresh).await.status,
                StatusCode::OK
            );
        }
        d.later(61);
        assert_eq!(
            d.refresh(&c.client, &c.refresh).await.error(),
            "invalid_grant"
        );
        assert!(
            only_grant(&d).await.is_empty(),
            "at a door: {used_at_a_door}"
        );
        assert_eq!(
            d.knock("acme", &next.access).await.status,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            d.refresh(&c.client, &next.refresh).await.error(),
            "invalid_grant"
        );
    }
}

async fn a_refresh_token_is_bound_to_client_scope_and_resource(on: On) {
    let d = deploy(on).await;
    let c = d.connect(false).await;
    let other = d.client("Another client").await;
    assert_eq!(d.refresh(&other, &c.refresh).await.error(), "invalid_grant");
    let with = async |more: (&str, &str)| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", c.client.as_str()),
            ("refresh_token", c.refresh.as_str()),
            more,
        ];
        d.post_form("/oauth/token", &fields).await
    };
    let wide = with(("scope", "feishu:read feishu:write")).await;
    assert_eq!(wide.error(), "invalid_scope");
    for resource in [
        "http://localhost:8788/t/globex/mcp",
        "http://localhost:8788/t/acme/mcp-v2",
        "http://localhost:8788/t/acme",
        "http://localhost:8788",
    ] {
        assert_eq!(
            with(("resource", resource)).await.error(),
            "invalid_target",
            "{resource}"
        );
    }
    // Nothing of that used the token up.
    let sse = with(("resource", "http://localhost:8788/t/acme/sse")).await;
    assert_eq!(sse.status, StatusCode::OK, "{}", sse.body);
}

async fn scope_narrows_for_the_token_and_not_for_the_family(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", c.client.as_str()),
        ("refresh_token", c.refresh.as_str()),
        ("scope", "feishu:read"),
    ];
    let narrow = Connected::read(
        c.client.clone(),
        &d.post_form("/oauth/token", &fields).await,
    );
    assert_eq!(narrow.scope, "feishu:read");
    assert_eq!(d.knock("acme", &narrow.access).await.body, "feishu:read");
    let wide = Connected::read(
        c.client.clone(),
        &d.refresh(&c.client, &narrow.refresh).await,
    );
    assert_eq!(wide.scope, "feishu:read feishu:write");
}

async fn refresh_tokens_end_when_idle_and_grants_end_for_good(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    d.later(31 * 86_400);
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.error(),
        "invalid_grant"
    );
    let mut c = d.connect(true).await;
    for _ in 0..6 {
        d.later(29 * 86_400);
        let answer = d.refresh(&c.client, &c.refresh).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        c = Connected::read(c.client, &answer);
    }
    d.later(7 * 86_400);
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.error(),
        "invalid_grant"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_tried_again_and_not_told() {
    let d = std::sync::Arc::new(deploy(On::Postgres).await);
    let c = d.connect(true).await;
    let hash = TokenHash::of(TokenKind::Refresh, &c.refresh).unwrap();
    // Somebody takes the rows of the family in the other order.
    let operator = Principal::platform(d.acme.id, Purpose::Housekeeping);
    let other = d.store.scope(&operator).write().await.unwrap();
    let token = other.grants().refresh_token(&hash).await.unwrap().unwrap();
    other.grants().mark_refresh_used(&token).await.unwrap();
    let refreshing = {
        let (d, c) = (std::sync::Arc::clone(&d), c.clone());
        tokio::spawn(async move { d.refresh(&c.client, &c.refresh).await })
    };
    // PostgreSQL stops the one that has waited for a second: the refresh.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let held = other.grants().hold(token.grant).await;
    assert!(held.unwrap().is_some(), "the refresh gave way");
    drop(other);
    let answer = refreshing.await.unwrap();
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let pair = Connected::read(c.client, &answer);
    assert_eq!(d.knock("acme", &pair.access).await.status, StatusCode::OK);
}
