//! The journey of a client, from discovery to a call, and its end.

use http::StatusCode;
use sandbox::demo;

use tests::{On, on_both};

use crate::support::{Browser, REDIRECT, authorize_path, deploy, param};

on_both! {
    a_client_finds_its_way_from_a_refusal_to_a_call,
    a_sign_in_is_announced_so_that_new_scopes_count_at_once,
    metadata_answers_in_every_form_that_clients_try,
    the_answer_carries_state_and_issuer_and_writing_is_a_choice,
    a_refusal_reaches_the_client_with_its_state,
    without_a_resource_the_member_chooses_the_organisation,
    one_scope_that_the_app_lacks_does_not_block_the_login,
    faults_of_the_feishu_app_are_explained_in_both_languages,
    revocation_reaches_cached_tokens_and_open_streams_at_once,
    a_client_learns_about_its_own_tokens_only,
}

async fn a_client_finds_its_way_from_a_refusal_to_a_call(on: On) {
    let d = deploy(on).await;
    let refused = d.get("/t/acme/mcp").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    let address = challenge.split('"').nth(1).unwrap();
    let metadata = d
        .get(address.strip_prefix("http://localhost:8788").unwrap())
        .await;
    assert_eq!(
        metadata.json()["resource"],
        "http://localhost:8788/t/acme/mcp"
    );
    assert_eq!(
        metadata.json()["authorization_servers"][0],
        "http://localhost:8788"
    );
    let connected = d.connect(true).await;
    assert_eq!(connected.scope, "feishu:read feishu:write");
    let met = d.knock("acme", &connected.access).await;
    assert_eq!(
        (met.status, met.body.as_str()),
        (StatusCode::OK, "feishu:read feishu:write")
    );
}

async fn a_sign_in_is_announced_so_that_new_scopes_count_at_once(on: On) {
    let d = deploy(on).await;
    let mut wakes = d.bus.subscribe();
    d.connect(true).await;
    let mut seen = Vec::new();
    while let Ok(wake) = wakes.try_recv() {
        seen.push(wake);
    }
    let announced = seen.iter().any(
        |wake| matches!(wake, bus::Wake::FeishuGrantChanged { tenant, .. } if *tenant == d.acme.id),
    );
    assert!(announced, "{seen:?}");
}

async fn metadata_answers_in_every_form_that_clients_try(on: On) {
    let d = deploy(on).await;
    for door in ["mcp", "sse", "tools"] {
        let resource = format!("http://localhost:8788/t/acme/{door}");
        for path in [
            format!("/.well-known/oauth-protected-resource/t/acme/{door}"),
            format!("/t/acme/{door}/.well-known/oauth-protected-resource"),
        ] {
            assert_eq!(
                d.get(&path).await.json()["resource"],
                resource.as_str(),
                "{path}"
            );
        }
    }
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/t/acme/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/t/acme/mcp",
        "/t/acme/mcp/.well-known/openid-configuration",
        "/t/acme/sse/.well-known/oauth-authorization-server",
    ] {
        let answer = d.get(path).await;
        assert_eq!(answer.json()["issuer"], "http://localhost:8788", "{path}");
        assert_eq!(answer.json()["code_challenge_methods_supported"][0], "S256");
        assert_eq!(answer.headers["access-control-allow-origin"], "*", "{path}");
    }
    let missing = d
        .get("/.well-known/oauth-protected-resource/t/nobody/mcp")
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let none = d.get("/.well-known/oauth-protected-resource").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

async fn the_answer_carries_state_and_issuer_and_writing_is_a_choice(on: On) {
    let d = deploy(on).await;
    let client = d.client("Reader").await;
    let mut browser = Browser::default();
    let back = d.answer(&mut browser, &client, false).await;
    assert!(back.location().starts_with(REDIRECT));
    assert_eq!(back.leads_with("state").unwrap(), "the client's own");
    assert_eq!(back.leads_with("iss").unwrap(), "http://localhost:8788");
    let tokens = d.redeem(&client, &back.leads_with("code").unwrap()).await;
    assert_eq!(tokens.json()["scope"], "feishu:read");
    assert_eq!(tokens.headers["cache-control"], "no-store");
}

async fn a_refusal_reaches_the_client_with_its_state(on: On) {
    let d = deploy(on).await;
    let client = d.client("Refused").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let (organisation, request, csrf) = (
        page.field("organisation"),
        page.field("request"),
        page.field("csrf"),
    );
    let fields = [
        ("organisation", organisation.as_str()),
        ("request", &request),
        ("csrf", &csrf),
        ("decision", "deny"),
    ];
    let back = browser
        .post(&d, "/oauth/consent", &fields, "same-origin")
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(back.leads_with("error").unwrap(), "access_denied");
    assert_eq!(back.leads_with("iss").unwrap(), "http://localhost:8788");
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let state = param(&to, "state").unwrap();
    let path = format!("/callback?error=access_denied&state={state}");
    let back = browser.get(&d, &path).await;
    assert_eq!(back.leads_with("error").unwrap(), "access_denied");
}

async fn without_a_resource_the_member_chooses_the_organisation(on: On) {
    let d = deploy(on).await;
    let client = d.client("Old client").await;
    let mut browser = Browser::default();
    let path = authorize_path(&client, &[("resource", "")]);
    let chooser = browser.get(&d, &path).await;
    let request = chooser.field("request");
    let fields = [("request", request.as_str()), ("organisation", "globex")];
    let to = browser
        .post(&d, "/oauth/organisation", &fields, "same-origin")
        .await;
    let page = browser.get(&d, &to.location()).await;
    assert!(page.body.contains("Organisation globex"), "{}", page.body);
    let to = browser.approve(&d, &page, true).await.location();
    let callback = d.feishu_approves(&to, demo::OTHER_USER);
    let code = browser.get(&d, &callback).await.leads_with("code").unwrap();
    let token = d.redeem(&client, &code).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(d.knock("globex", &token).await.status, StatusCode::OK);
    assert_eq!(
        d.knock("acme", &token).await.status,
        StatusCode::UNAUTHORIZED
    );
}

async fn one_scope_that_the_app_lacks_does_not_block_the_login(on: On) {
    let d = deploy(on).await;
    d.sandbox.change_app(demo::APP_ID, |app| {
        app.user_scopes.remove("search:docs:read");
    });
    let client = d.client("Partial").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let asked = param(&to, "scope").unwrap();
    assert!(
        !asked.contains("search:docs:read") && asked.contains("offline_access"),
        "{asked}"
    );
    let callback = d.feishu_approves(&to, demo::END_USER);
    assert!(
        browser
            .get(&d, &callback)
            .await
            .leads_with("code")
            .is_some()
    );
}

async fn faults_of_the_feishu_app_are_explained_in_both_languages(on: On) {
    let d = deploy(on).await;
    let client = d.client("Diagnosed").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let callback = d.feishu_approves(&to, demo::END_USER);
    d.sandbox
        .change_app(demo::APP_ID, |app| "another".clone_into(&mut app.secret));
    let page = browser.get(&d, &format!("{callback}&lang=zh")).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.body);
    assert!(
        page.body.contains("App Secret") && page.body.contains("20002"),
        "{}",
        page.body
    );
    let state = param(&to, "state").unwrap();
    let again = browser
        .get(&d, &format!("/callback?error=20029&state={state}"))
        .await;
    assert_eq!(
        again.status,
        StatusCode::BAD_REQUEST,
        "the state was used up"
    );
}

async fn revocation_reaches_cached_tokens_and_open_streams_at_once(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    assert_eq!(d.knock("acme", &c.access).await.status, StatusCode::OK);
    let headers = {
        let mut headers = http::HeaderMap::new();
        headers.insert(
            "authorization",
            format!("Bearer {}", c.access).parse().unwrap(),
        );
        headers
    };
    let slug = d.acme.slug.clone();
    let stream = d
        .auth
        .bearer(&headers, &slug, model::Channel::Mcp)
        .await
        .unwrap();
    assert!(d.auth.still_valid(&stream).await);
    let other = d.client("Another client").await;
    let fields = [("client_id", other.as_str()), ("token", &c.refresh)];
    assert_eq!(
        d.post_form("/oauth/revoke", &fields).await.status,
        StatusCode::OK
    );
    assert_eq!(
        d.knock("acme", &c.access).await.status,
        StatusCode::OK,
        "not its token"
    );
    let fields = [("client_id", c.client.as_str()), ("token", &c.refresh)];
    assert_eq!(
        d.post_form("/oauth/revoke", &fields).await.status,
        StatusCode::OK
    );
    tokio::task::yield_now().await;
    assert!(!d.auth.still_valid(&stream).await);
    assert_eq!(
        d.knock("acme", &c.access).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.error(),
        "invalid_grant"
    );
}

async fn a_client_learns_about_its_own_tokens_only(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let other = d.client("Curious").await;
    let ask = async |client: &str, token: &str| {
        let fields = [("client_id", client), ("token", token)];
        d.post_form("/oauth/introspect", &fields).await.json()
    };
    let own = ask(&c.client, &c.access).await;
    assert_eq!(own["active"], true);
    assert_eq!(own["aud"], "http://localhost:8788/t/acme/mcp");
    assert_eq!(ask(&c.client, &c.refresh).await["active"], true);
    assert_eq!(
        ask(&other, &c.access).await,
        serde_json::json!({ "active": false })
    );
    assert_eq!(ask(&c.client, "fmat_nonsense").await["active"], false);
    d.later(3_601);
    assert_eq!(ask(&c.client, &c.access).await["active"], false);
    assert_eq!(
        d.knock("acme", &c.access).await.status,
        StatusCode::UNAUTHORIZED
    );
}
