//! Feishu fails in every way that it can: the caller is told what to do, and no login is lost.

use std::time::Duration;

use futures::future::join_all;
use sandbox::demo;
use serde_json::{Value, json};

use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Browser},
};

/// The sandbox's switches.
struct Switches {
    http: reqwest::Client,
    admin: String,
}

impl Switches {
    fn of(program: &Program) -> Self {
        let sandbox = program.text("sandbox_url").trim_end_matches('/');
        Self {
            http: oauth_flow::plain_client(),
            admin: format!("{sandbox}/sandbox/admin"),
        }
    }

    async fn post(&self, place: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{place}", self.admin)).json(body);
        let page = oauth_flow::read(request).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.json()
    }

    async fn clear(&self) {
        let request = self.http.delete(format!("{}/faults", self.admin));
        assert_eq!(oauth_flow::read(request).await.status, 200);
    }

    /// Ends tokens of the developer.
    async fn end(&self, how: &str, kind: &str) {
        let filter = json!({ "app_id": demo::APP_ID, "user": demo::DEVELOPER, "kind": kind });
        let ended = self.post(&format!("/tokens/{how}"), &filter).await;
        assert!(ended["touched"].as_u64() > Some(0), "{ended}");
    }
}

/// A failure of Feishu, the kind that the caller sees, and whether Feishu gave a log id.
fn failures() -> Vec<(&'static str, Value, &'static str, bool)> {
    let all = "/open-apis/docx/*";
    vec![
        (
            "down",
            json!({ "path": all, "kind": "drop_before" }),
            "upstream",
            false,
        ),
        (
            "broken",
            json!({ "path": all, "kind": "status", "status": 500 }),
            "upstream",
            true,
        ),
        (
            "overloaded",
            json!({ "path": all, "kind": "status", "status": 503 }),
            "upstream",
            true,
        ),
        (
            "too fast",
            json!({ "path": all, "kind": "rate_limit", "reset_s": 30 }),
            "rate_limited",
            true,
        ),
        (
            "too fast, in the envelope",
            json!({ "path": all, "kind": "code", "code": 99_991_400, "status": 400 }),
            "rate_limited",
            true,
        ),
        (
            "half an answer",
            json!({ "path": all, "kind": "malformed" }),
            "upstream",
            true,
        ),
    ]
}

async fn feishu_may_fail(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let books = Books::of(&program).await;
    let switches = Switches::of(&program);
    let connected = oauth_flow::connect(&program, "acme", demo::DEVELOPER, true).await;
    let actor = Actor::with_token(&program, &connected.access);
    let read = || json!({ "ref": demo::OKR_DOC });
    actor.done("doc_read", read()).await;
    let version = version(&books).await;

    for (what, fault, kind, logged) in failures() {
        switches.post("/faults", &fault).await;
        let answer = actor.refused("doc_read", read()).await;
        let error = &answer.result["structuredContent"]["error"];
        assert_eq!(error["kind"], kind, "{what}: {error}");
        let hint = error["hint"].as_str().unwrap_or_default();
        assert!(!hint.is_empty(), "{what} has no hint: {error}");
        if logged {
            let log_id = error["log_id"].as_str().unwrap_or_default();
            assert!(!log_id.is_empty(), "{what} has no log id: {error}");
        }
        switches.clear().await;
        actor.done("doc_read", read()).await;
    }
    // Slow, but there.
    let slow = json!({ "path": "/open-apis/docx/*", "kind": "delay", "delay_ms": 300 });
    switches.post("/faults", &slow).await;
    actor.done("doc_read", read()).await;
    switches.clear().await;
    // A few failures are nothing that the caller sees.
    let short = json!({ "path": "/open-apis/docx/*", "kind": "status", "status": 502, "times": 1 });
    switches.post("/faults", &short).await;
    actor.done("doc_read", read()).await;
    switches.clear().await;
    assert_eq!(self::version(&books).await, version, "no token was touched");

    // An expired token is renewed once, however many calls find out.
    switches.end("expire", "access").await;
    let calls = (0..8).map(|_| actor.done("doc_read", read()));
    join_all(calls).await;
    assert_eq!(self::version(&books).await, version + 1);

    // It cannot be renewed for now: told as that, and the login is kept.
    let token = json!({ "path": "*/oauth/token", "kind": "status", "status": 503 });
    switches.post("/faults", &token).await;
    switches.end("expire", "access").await;
    let answer = actor.refused("doc_read", read()).await;
    let error = &answer.result["structuredContent"]["error"];
    assert_eq!(error["kind"], "upstream", "{error}");
    assert!(error["hint"].is_string(), "{error}");
    switches.clear().await;
    // A grant rests for some seconds after an unclear answer, then works without a new login.
    let mut patience = 40;
    while actor.call("doc_read", read()).await.is_error {
        patience -= 1;
        assert!(patience > 0, "the login is lost");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }

    // It can never be renewed: the person is asked, with the place, and comes back.
    switches.end("expire", "refresh").await;
    switches.end("expire", "access").await;
    let answer = actor.refused("doc_read", read()).await;
    let error = &answer.result["structuredContent"]["error"];
    assert_eq!(error["kind"], "reauthorize", "{error}");
    let link = format!("{}/t/acme/sign-in", program.origin());
    assert_eq!(error["link"], link.as_str(), "{error}");
    assert!(answer.text.contains(&link), "{}", answer.text);
    Browser::new(program.origin())
        .sign_in("acme", demo::DEVELOPER)
        .await;
    actor.done("doc_read", read()).await;
    books.chain_holds("acme").await;
}

/// Version of the developer's Feishu grant.
async fn version(books: &Books) -> i64 {
    let tx = books.read("acme").await;
    let page = store::Page::first(50);
    let members = tx.members().list(&page).await.expect("members").items;
    let found = members.into_iter().find(|member| member.name == "陈雨");
    let member = found.expect("the developer").id;
    let grant = tx.feishu_grants().get(member).await.expect("a look");
    grant.expect("a grant").version
}

#[tokio::test]
async fn feishu_may_fail_and_no_login_is_lost_on_sqlite() {
    feishu_may_fail(Backend::Sqlite).await;
}

#[tokio::test]
async fn feishu_may_fail_and_no_login_is_lost_on_postgres_and_redis() {
    feishu_may_fail(Backend::PostgresRedis).await;
}
