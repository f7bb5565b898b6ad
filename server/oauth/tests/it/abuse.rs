//! What must not work.

use axum::body::Body;
use http::{Request, StatusCode, header};
use sandbox::demo;

use tests::{On, on_both};

use crate::support::{Browser, HOST, REDIRECT, authorize_path, deploy, exchange};

on_both! {
    without_a_known_client_and_its_own_redirect_nothing_is_sent_anywhere,
    other_faults_go_to_the_client_with_code_state_and_issuer,
    a_code_is_bound_to_client_redirect_and_verifier_and_attempts_change_nothing,
    replay_by_somebody_else_does_nothing_and_a_full_replay_ends_the_grant,
    parallel_exchanges_of_one_code_give_at_most_one_grant,
    a_code_lives_a_minute,
    a_flow_cannot_be_finished_in_another_browser,
    the_state_works_once_and_only_after_the_approval,
    the_decision_needs_our_page_and_its_token,
    the_token_endpoint_reads_one_form_and_nothing_else,
    tokens_are_taken_from_the_header_of_their_own_tenant_only,
    foreign_hosts_and_origins_are_refused,
    a_blocked_member_is_refused_at_the_door_on_refresh_and_on_a_new_login,
}

async fn without_a_known_client_and_its_own_redirect_nothing_is_sent_anywhere(on: On) {
    let d = deploy(on).await;
    let client = d.client("Victim").await;
    for changes in [
        &[("client_id", "cli_00000000000000000000000000")][..],
        &[("client_id", "")],
        &[("redirect_uri", "")],
        &[("redirect_uri", "https://evil.test/callback")],
        &[("redirect_uri", "http://127.0.0.1:7777/callback/../evil")],
        &[("redirect_uri", "http://127.0.0.1:7777/callback?x=1")],
        &[("redirect_uri", "http://127.0.0.1@evil.test:7777/callback")],
        &[("redirect_uri", "http://localhost:7777/callback")],
    ] {
        let answer = d.get(&authorize_path(&client, changes)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{changes:?}");
        assert!(
            !answer.headers.contains_key(header::LOCATION),
            "{changes:?}"
        );
    }
    let twice = format!("{}&client_id=x", authorize_path(&client, &[]));
    assert_eq!(d.get(&twice).await.status, StatusCode::BAD_REQUEST);
}

async fn other_faults_go_to_the_client_with_code_state_and_issuer(on: On) {
    let d = deploy(on).await;
    let client = d.client("Sloppy").await;
    for (changes, error) in [
        (
            &[("response_type", "token")][..],
            "unsupported_response_type",
        ),
        (&[("response_type", "")], "unsupported_response_type"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge", "tooshort")], "invalid_request"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("request_uri", "https://x.test/r")], "invalid_request"),
        (
            &[("resource", "http://localhost:8788/t/nobody/mcp")],
            "invalid_target",
        ),
        (
            &[("resource", "http://localhost:8788/t/acme/mcp-v2")],
            "invalid_target",
        ),
        (
            &[("resource", "https://other.test/t/acme/mcp")],
            "invalid_target",
        ),
    ] {
        let answer = d.get(&authorize_path(&client, changes)).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{changes:?} {}",
            answer.body
        );
        assert!(answer.location().starts_with(REDIRECT), "{changes:?}");
        assert_eq!(answer.leads_with("error").unwrap(), error, "{changes:?}");
        assert_eq!(answer.leads_with("state").unwrap(), "the client's own");
        assert_eq!(answer.leads_with("iss").unwrap(), "http://localhost:8788");
    }
}

async fn a_code_is_bound_to_client_redirect_and_verifier_and_attempts_change_nothing(on: On) {
    let d = deploy(on).await;
    let client = d.client("Owner").await;
    let thief = d.client("Thief").await;
    let code = d.code(&mut Browser::default(), &client, true).await;
    let change = |name: &'static str, value: &'static str| {
        let mut fields = exchange(&client, &code);
        fields.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
        fields
    };
    let verifier = "another-verifier-another-verifier-another-1";
    for fields in [
        exchange(&thief, &code),
        change("code_verifier", ""),
        change("code_verifier", verifier),
        change("redirect_uri", ""),
        change("redirect_uri", "http://127.0.0.1:7778/callback"),
    ] {
        assert_eq!(
            d.post_form("/oauth/token", &fields).await.error(),
            "invalid_grant"
        );
    }
    let mut fields = exchange(&client, &code);
    fields.push(("resource", "http://localhost:8788/t/globex/mcp"));
    assert_eq!(
        d.post_form("/oauth/token", &fields).await.error(),
        "invalid_target"
    );
    // The code still works for its owner.
    assert_eq!(d.redeem(&client, &code).await.status, StatusCode::OK);
}

async fn replay_by_somebody_else_does_nothing_and_a_full_replay_ends_the_grant(on: On) {
    let d = deploy(on).await;
    let client = d.client("Owner").await;
    let thief = d.client("Thief").await;
    let code = d.code(&mut Browser::default(), &client, true).await;
    let tokens = d.redeem(&client, &code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(d.redeem(&thief, &code).await.error(), "invalid_grant");
    assert_eq!(d.knock("acme", access).await.status, StatusCode::OK);
    assert_eq!(d.redeem(&client, &code).await.error(), "invalid_grant");
    tokio::task::yield_now().await;
    assert_eq!(
        d.knock("acme", access).await.status,
        StatusCode::UNAUTHORIZED
    );
}

async fn parallel_exchanges_of_one_code_give_at_most_one_grant(on: On) {
    let d = std::sync::Arc::new(deploy(on).await);
    let client = d.client("Racer").await;
    let code = d.code(&mut Browser::default(), &client, true).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (d, client, code) = (std::sync::Arc::clone(&d), client.clone(), code.clone());
        tasks.spawn(async move { d.redeem(&client, &code).await.status });
    }
    let good = tasks.join_all().await;
    let good = good
        .iter()
        .filter(|status| **status == StatusCode::OK)
        .count();
    assert_eq!(good, 1);
}

async fn a_code_lives_a_minute(on: On) {
    let d = deploy(on).await;
    let client = d.client("Slow").await;
    let code = d.code(&mut Browser::default(), &client, true).await;
    d.later(61);
    assert_eq!(d.redeem(&client, &code).await.error(), "invalid_grant");
}

async fn a_flow_cannot_be_finished_in_another_browser(on: On) {
    let d = deploy(on).await;
    let client = d.client("Attacker's").await;
    let mut attacker = Browser::default();
    let page = attacker.get(&d, &authorize_path(&client, &[])).await;
    let mut victim = Browser::default();
    victim.get(&d, &authorize_path(&client, &[])).await;
    // The consent form of one browser is not accepted from another.
    let stolen = victim.approve(&d, &page, true).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST, "{}", stolen.body);
    let to = attacker.approve(&d, &page, true).await.location();
    // The victim signs in at Feishu by the attacker's link: no code for the attacker's client.
    let callback = d.feishu_approves(&to, demo::END_USER);
    let stopped = victim.get(&d, &callback).await;
    assert_eq!(stopped.status, StatusCode::BAD_REQUEST);
    assert!(!stopped.headers.contains_key(header::LOCATION));
    let stopped = Browser::default().get(&d, &callback).await;
    assert_eq!(stopped.status, StatusCode::BAD_REQUEST);
}

async fn the_state_works_once_and_only_after_the_approval(on: On) {
    let d = deploy(on).await;
    let client = d.client("Repeater").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let again = browser.approve(&d, &page, true).await;
    assert_eq!(
        again.status,
        StatusCode::BAD_REQUEST,
        "a decision is taken once"
    );
    let callback = d.feishu_approves(&to, demo::END_USER);
    assert!(
        browser
            .get(&d, &callback)
            .await
            .leads_with("code")
            .is_some()
    );
    let again = browser.get(&d, &callback).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    d.later(601);
    assert_eq!(
        browser.approve(&d, &page, true).await.status,
        StatusCode::BAD_REQUEST
    );
}

async fn the_decision_needs_our_page_and_its_token(on: On) {
    let d = deploy(on).await;
    let client = d.client("Forger").await;
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&client, &[])).await;
    let (organisation, request, csrf) = (
        page.field("organisation"),
        page.field("request"),
        page.field("csrf"),
    );
    let post = |csrf: String| {
        vec![
            ("organisation".to_owned(), organisation.clone()),
            ("request".to_owned(), request.clone()),
            ("csrf".to_owned(), csrf),
            ("decision".to_owned(), "approve".to_owned()),
        ]
    };
    for (csrf, site) in [
        (csrf.clone(), "cross-site"),
        (csrf.clone(), "same-site"),
        (String::new(), "same-origin"),
        ("fmcx_wrong".to_owned(), "same-origin"),
    ] {
        let fields = post(csrf);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        let answer = browser.post(&d, "/oauth/consent", &fields, site).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
    }
    assert!(
        browser
            .approve(&d, &page, true)
            .await
            .location()
            .contains("authorize")
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"));
    assert!(!page.headers.contains_key("access-control-allow-origin"));
}

async fn the_token_endpoint_reads_one_form_and_nothing_else(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let good = format!(
        "grant_type=refresh_token&client_id={}&refresh_token={}",
        c.client, c.refresh
    );
    let send = async |content_type: &str, body: String| {
        let request = Request::post("/oauth/token")
            .header(header::HOST, HOST)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body))
            .unwrap();
        d.send(request).await
    };
    let form = "application/x-www-form-urlencoded";
    for (content_type, body) in [
        ("application/json", good.clone()),
        (
            "application/json, application/x-www-form-urlencoded",
            good.clone(),
        ),
        ("text/plain", good.clone()),
        (form, format!("{good}&refresh_token=x")),
        (form, format!("{good}&scope=feishu:read&scope=feishu:read")),
        (form, format!("client_id={}", c.client)),
    ] {
        let answer = send(content_type, body.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{content_type} {body}"
        );
        assert_eq!(answer.error(), "invalid_request", "{content_type} {body}");
    }
    let other = "grant_type=password&client_id=".to_owned() + &c.client;
    assert_eq!(send(form, other).await.error(), "unsupported_grant_type");
    assert_eq!(send(form, good).await.status, StatusCode::OK);
}

async fn tokens_are_taken_from_the_header_of_their_own_tenant_only(on: On) {
    let d = deploy(on).await;
    let c = d.connect(true).await;
    assert_eq!(
        d.knock("globex", &c.access).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        d.knock("acme", &c.refresh).await.status,
        StatusCode::UNAUTHORIZED
    );
    let query = d
        .get(&format!("/t/acme/mcp?access_token={}", c.access))
        .await;
    assert_eq!(query.status, StatusCode::UNAUTHORIZED);
}

async fn foreign_hosts_and_origins_are_refused(on: On) {
    let d = deploy(on).await;
    let request = Request::get("/t/acme/mcp").header(header::HOST, "evil.test");
    let answer = d.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let request = Request::get("/t/acme/mcp")
        .header(header::HOST, HOST)
        .header(header::ORIGIN, "https://evil.test");
    let answer = d.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let request = Request::get("/.well-known/oauth-authorization-server")
        .header(header::HOST, "127.0.0.1:8788")
        .header("x-forwarded-host", "evil.test");
    let answer = d.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json()["issuer"], "http://localhost:8788");
}

async fn a_blocked_member_is_refused_at_the_door_on_refresh_and_on_a_new_login(on: On) {
    use model::policy::{ManageConnections, authorize};
    let d = deploy(on).await;
    let c = d.connect(true).await;
    let operator = model::Principal::platform(d.acme.id, model::Purpose::Operator);
    let entry = d.store.directory().by_id(d.acme.id).await.unwrap().unwrap();
    let permit = authorize::<ManageConnections>(&entry.rules, &operator, &()).unwrap();
    let tx = d.store.scope(&operator).write().await.unwrap();
    let members = tx.members().list(&store::Page::first(1)).await.unwrap();
    let member = members.items[0].id;
    tx.members()
        .set_status(&permit, member, model::MemberStatus::Blocked)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        d.knock("acme", &c.access).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        d.refresh(&c.client, &c.refresh).await.error(),
        "invalid_grant"
    );
    let mut browser = Browser::default();
    let page = browser.get(&d, &authorize_path(&c.client, &[])).await;
    let to = browser.approve(&d, &page, true).await.location();
    let callback = d.feishu_approves(&to, demo::END_USER);
    let stopped = browser.get(&d, &callback).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN, "{}", stopped.body);
}
