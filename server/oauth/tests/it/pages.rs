//! Page sign-in, API keys, members who may not come in, the development sign-in.

use http::{HeaderMap, StatusCode};
use model::{Access, Role, RoleSet};
use sandbox::demo;
use std::time::Duration;
use vault::{TokenHash, TokenKind};

use tests::{On, on_both};

use crate::support::{Browser, Deployment, authorize_path, deploy, param};

on_both! {
    a_member_signs_in_for_pages_and_returns_to_this_origin_only,
    a_page_sign_in_cannot_be_planted_in_another_browser,
    api_keys_open_the_doors_of_their_tenant_until_they_end,
    somebody_of_another_enterprise_does_not_come_in,
    the_tokens_of_feishu_are_stored_sealed_with_the_member,
    development_gets_a_member_and_a_token_without_a_browser,
}

async fn page_sign_in(d: &Deployment, browser: &mut Browser, return_to: &str) -> String {
    let path = format!("/t/acme/sign-in?return_to={return_to}");
    let to = browser.get(d, &path).await.location();
    let callback = d.feishu_approves(&to, demo::ADMIN);
    browser.get(d, &callback).await.location()
}

async fn a_member_signs_in_for_pages_and_returns_to_this_origin_only(on: On) {
    let d = deploy(on).await;
    let mut browser = Browser::default();
    let to = page_sign_in(&d, &mut browser, "/t/acme/connect").await;
    assert_eq!(to, "/t/acme/connect");
    for bad in [
        "//evil.test",
        "https://evil.test",
        "/%5Cevil.test",
        "/..//evil.test",
    ] {
        let to = page_sign_in(&d, &mut Browser::default(), bad).await;
        assert_eq!(to, "/t/acme/connections", "{bad}");
    }
}

async fn a_page_sign_in_cannot_be_planted_in_another_browser(on: On) {
    let d = deploy(on).await;
    let mut attacker = Browser::default();
    let to = attacker.get(&d, "/t/acme/sign-in").await.location();
    let callback = d.feishu_approves(&to, demo::ADMIN);
    let victim = Browser::default().get(&d, &callback).await;
    assert_eq!(victim.status, StatusCode::BAD_REQUEST);
    assert!(!victim.headers.contains_key("set-cookie"));
}

async fn api_keys_open_the_doors_of_their_tenant_until_they_end(on: On) {
    let d = deploy(on).await;
    d.connect(false).await;
    let member = {
        let tx = d.tx().await;
        let members = tx.members().list(&store::Page::first(1)).await.unwrap();
        members.items[0].id
    };
    let principal = model::Principal::platform(d.acme.id, model::Purpose::Operator);
    let life = Duration::from_hours(1);
    let key = d
        .connections
        .make_key(&principal, member, "script", Access::Read, life)
        .await
        .unwrap();
    let text = key.token.expose();
    assert_eq!(d.knock("acme", text).await.body, "feishu:read");
    assert_eq!(
        d.knock("globex", text).await.status,
        StatusCode::UNAUTHORIZED
    );
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {text}").parse().unwrap());
    let slug = d.acme.slug.clone();
    let stream = d
        .auth
        .bearer(&headers, &slug, model::Channel::Sse)
        .await
        .unwrap();
    assert!(d.auth.still_valid(&stream).await);
    let other = model::Id::mint(d.clock.as_ref(), &model::OsEntropy);
    assert!(
        !d.connections
            .end_key(&principal, other, key.id)
            .await
            .unwrap()
    );
    assert!(
        d.connections
            .end_key(&principal, member, key.id)
            .await
            .unwrap()
    );
    tokio::task::yield_now().await;
    assert!(!d.auth.still_valid(&stream).await);
    assert_eq!(d.knock("acme", text).await.status, StatusCode::UNAUTHORIZED);
    let short = d
        .connections
        .make_key(&principal, member, "short", Access::Read, life)
        .await
        .unwrap();
    d.later(3_601);
    assert_eq!(
        d.knock("acme", short.token.expose()).await.status,
        StatusCode::UNAUTHORIZED
    );
}

async fn somebody_of_another_enterprise_does_not_come_in(on: On) {
    let d = deploy(on).await;
    d.connect(false).await;
    // The app's secret is right, but the people behind it are now of another enterprise.
    d.sandbox.add_complete_app(
        demo::APP_ID,
        demo::APP_SECRET,
        demo::OTHER_TENANT_KEY,
        &["http://localhost:8788/callback"],
    );
    let client = d.client("Wanderer").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let callback = d.feishu_approves(&to, demo::OTHER_USER);
    let stopped = browser.get(&d, &callback).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN, "{}", stopped.body);
}

async fn the_tokens_of_feishu_are_stored_sealed_with_the_member(on: On) {
    let d = deploy(on).await;
    d.connect(true).await;
    let tx = d.tx().await;
    let members = tx
        .members()
        .list(&store::Page::first(10))
        .await
        .unwrap()
        .items;
    let grant = tx
        .feishu_grants()
        .get(members[0].id)
        .await
        .unwrap()
        .unwrap();
    assert!(grant.tokens.refresh_token.is_some());
    assert!(grant.tokens.scope.contains("offline_access"));
}

async fn development_gets_a_member_and_a_token_without_a_browser(on: On) {
    let d = deploy(on).await;
    let (url, verifier) = oauth::dev::authorize_for_development(&d.state, &d.acme)
        .await
        .unwrap();
    let callback = d.feishu_approves(&url, demo::ADMIN);
    let code = param(&callback, "code").unwrap();
    let roles = RoleSet::EMPTY.with(Role::EndUser).with(Role::Admin);
    let signed =
        oauth::dev::sign_in_for_development(&d.state, &d.acme, &code, &verifier, roles, "dev")
            .await
            .unwrap();
    assert!(signed.member.roles.has(Role::Admin));
    assert!(TokenHash::of(TokenKind::Access, signed.token.expose()).is_some());
    let met = d.knock("acme", signed.token.expose()).await;
    assert_eq!(met.body, "feishu:read feishu:write");
}
