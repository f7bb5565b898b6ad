//! Registrations and documents of real clients, and of hostile ones.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{Router, extract::State, response::IntoResponse, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

use tests::{On, on_both};

use crate::support::{Browser, HOST, REDIRECT, authorize_path, deploy, exchange, form};

on_both! {
    real_clients_register_and_get_the_same_client_again,
    hostile_registrations_are_refused_whole,
    a_confidential_client_must_prove_itself_by_its_own_secret,
    a_published_client_is_fetched_once_and_used,
    documents_that_lie_redirect_or_swell_are_no_clients,
    registrations_that_were_never_used_are_swept,
    an_application_is_opened_from_a_page_that_stays_behind,
}

/// What known clients send when they register.
fn real_registrations() -> Vec<Value> {
    let flow = json!(["authorization_code", "refresh_token"]);
    vec![
        json!({ "client_name": "Cursor", "redirect_uris": [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
        ], "grant_types": flow, "response_types": ["code"],
            "token_endpoint_auth_method": "none" }),
        json!({ "client_name": "Claude", "redirect_uris": [
            "https://claude.ai/api/mcp/auth_callback",
        ], "grant_types": flow, "response_types": ["code"],
            "token_endpoint_auth_method": "none", "scope": "feishu:read feishu:write" }),
        json!({ "client_name": "Claude", "redirect_uris": [
            "https://claude.com/api/mcp/auth_callback",
        ], "token_endpoint_auth_method": "client_secret_post" }),
        json!({ "client_name": "Claude Code (acme-feishu)", "redirect_uris": [
            "http://localhost:54545/callback",
        ], "grant_types": flow, "response_types": ["code"],
            "token_endpoint_auth_method": "none" }),
        json!({ "client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
            "redirect_uris": [
            "https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
            "http://127.0.0.1/", "http://127.0.0.1:33418/",
        ], "grant_types": ["authorization_code", "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code"],
            "response_types": ["code"], "token_endpoint_auth_method": "none",
            "application_type": "native" }),
        json!({ "client_name": "MCP Inspector",
            "client_uri": "https://github.com/modelcontextprotocol/inspector",
            "redirect_uris": ["http://localhost:6274/oauth/callback"],
            "grant_types": flow, "response_types": ["code"],
            "token_endpoint_auth_method": "none", "scope": "" }),
        json!({ "client_name": "MCP CLI Proxy", "software_id": "mcp-remote",
            "software_version": "0.15.1",
            "redirect_uris": ["http://localhost:3334/oauth/callback"],
            "grant_types": flow, "response_types": ["code"],
            "token_endpoint_auth_method": "none" }),
    ]
}

async fn real_clients_register_and_get_the_same_client_again(on: On) {
    let d = deploy(on).await;
    for document in real_registrations() {
        let once = d.post_json("/oauth/register", &document).await;
        assert_eq!(once.status, StatusCode::CREATED, "{document} {}", once.body);
        let once = once.json();
        assert_eq!(once["redirect_uris"], document["redirect_uris"]);
        let again = d.post_json("/register", &document).await.json();
        let public = document["token_endpoint_auth_method"] == "none";
        assert_eq!(
            public,
            once["client_id"] == again["client_id"],
            "{document}"
        );
        assert_eq!(public, once.get("client_secret").is_none(), "{document}");
    }
}

async fn hostile_registrations_are_refused_whole(on: On) {
    let d = deploy(on).await;
    for uri in [
        "javascript:alert(1)",
        "http://evil.test/cb",
        "https://a@b@evil.test/cb",
        "https://x.test/cb#f",
        "unknown://x/cb",
    ] {
        let document = json!({ "redirect_uris": ["https://good.test/cb", uri] });
        let answer = d.post_json("/oauth/register", &document).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}");
        assert_eq!(answer.error(), "invalid_redirect_uri", "{uri}");
        assert!(answer.json()["hint"].is_string());
    }
    let large = json!({ "client_name": "x".repeat(20_000), "redirect_uris": [REDIRECT] });
    let answer = d.post_json("/oauth/register", &large).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = d
        .post_form("/oauth/register", &[("redirect_uris", REDIRECT)])
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

async fn a_confidential_client_must_prove_itself_by_its_own_secret(on: On) {
    let d = deploy(on).await;
    let document = json!({
        "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "client_secret_basic",
    });
    let one = d.post_json("/oauth/register", &document).await.json();
    let two = d.post_json("/oauth/register", &document).await.json();
    let (client, secret) = (
        one["client_id"].as_str().unwrap(),
        one["client_secret"].as_str().unwrap(),
    );
    let code = d.code(&mut Browser::default(), client, true).await;
    assert_eq!(d.redeem(client, &code).await.error(), "invalid_client");
    let send = async |id: &str, secret: &str| {
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        let fields: Vec<_> = exchange(client, &code)
            .into_iter()
            .filter(|(name, _)| *name != "client_id")
            .collect();
        let request = Request::post("/oauth/token")
            .header(header::HOST, HOST)
            .header(header::AUTHORIZATION, format!("Basic {basic}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(&fields).into())
            .unwrap();
        d.send(request).await
    };
    let wrong = send(client, two["client_secret"].as_str().unwrap()).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.headers.contains_key(header::WWW_AUTHENTICATE));
    assert_eq!(send(client, secret).await.status, StatusCode::OK);
}

#[derive(Clone, Default)]
struct Host {
    hits: Arc<AtomicU32>,
}

/// A web server with client documents, good and bad.
async fn documents() -> (String, Host) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let host = Host::default();
    let good = {
        let id = format!("{origin}/good.json");
        move |State(host): State<Host>| async move {
            host.hits.fetch_add(1, Ordering::SeqCst);
            axum::Json(json!({
                "client_id": id, "client_name": "Published", "redirect_uris": [REDIRECT],
                "token_endpoint_auth_method": "none",
            }))
        }
    };
    let moved = {
        let to = format!("{origin}/good.json");
        move || async move { (StatusCode::FOUND, [(header::LOCATION, to)]).into_response() }
    };
    let large = {
        let id = format!("{origin}/large.json");
        move || async move {
            axum::Json(json!({ "client_id": id, "redirect_uris": [REDIRECT],
                "client_name": "x".repeat(6_000) }))
        }
    };
    let app = Router::new()
        .route("/good.json", get(good.clone()))
        .route("/other.json", get(good))
        .route("/moved.json", get(moved))
        .route("/large.json", get(large))
        .route("/broken.json", get(|| async { "{" }))
        .with_state(host.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (origin, host)
}

async fn a_published_client_is_fetched_once_and_used(on: On) {
    let d = deploy(on).await;
    let (origin, host) = documents().await;
    let client = format!("{origin}/good.json");
    let code = d.code(&mut Browser::default(), &client, true).await;
    assert_eq!(d.redeem(&client, &code).await.status, StatusCode::OK);
    let page = d.get(&authorize_path(&client, &[])).await;
    assert!(
        page.body.contains("127.0.0.1"),
        "the host that vouches is shown"
    );
    assert_eq!(
        host.hits.load(Ordering::SeqCst),
        1,
        "remembered while fresh"
    );
    d.later(3_700);
    d.get(&authorize_path(&client, &[])).await;
    assert_eq!(host.hits.load(Ordering::SeqCst), 2);
}

async fn documents_that_lie_redirect_or_swell_are_no_clients(on: On) {
    let d = deploy(on).await;
    let (origin, _) = documents().await;
    for path in [
        "other.json",
        "moved.json",
        "large.json",
        "broken.json",
        "missing.json",
        "",
    ] {
        let client = format!("{origin}/{path}");
        for _ in 0..2 {
            let answer = d.get(&authorize_path(&client, &[])).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(!answer.headers.contains_key(header::LOCATION), "{path}");
        }
    }
    for client in [
        "https://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/client.json",
    ] {
        let answer = d.get(&authorize_path(client, &[])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{client}");
    }
}

async fn registrations_that_were_never_used_are_swept(on: On) {
    let d = deploy(on).await;
    let unused = d.client("Unused").await;
    let c = d.connect(true).await;
    d.later(86_400);
    let now = model::Clock::now(d.clock.as_ref());
    let tx = d.store.platform("tests").write().await.unwrap();
    let day = std::time::Duration::from_hours(1);
    assert_eq!(
        tx.clients().sweep(now - day, now - day * 90).await.unwrap(),
        1
    );
    tx.commit().await.unwrap();
    let tx = d.store.platform("tests").read().await.unwrap();
    assert!(tx.clients().find(&unused).await.unwrap().is_none());
    assert!(tx.clients().find(&c.client).await.unwrap().is_some());
}

async fn an_application_is_opened_from_a_page_that_stays_behind(on: On) {
    const CURSOR: &str = "cursor://anysphere.cursor-mcp/oauth/callback";
    let d = deploy(on).await;
    let registered = d
        .post_json(
            "/oauth/register",
            &json!({ "client_name": "Cursor", "redirect_uris": [CURSOR] }),
        )
        .await;
    let client = registered.json()["client_id"].as_str().unwrap().to_owned();
    let mut browser = Browser::default();
    let asked = authorize_path(&client, &[("redirect_uri", CURSOR)]);
    let page = browser.get(&d, &asked).await;
    let to_feishu = browser.approve(&d, &page, false).await.location();
    let callback = d.feishu_approves(&to_feishu, sandbox::demo::END_USER);
    let answer = browser.get(&d, &callback).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains(&format!("href=\"{CURSOR}?code=")),
        "{}",
        answer.body
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}
