//! Somebody leaves the enterprise, with clients connected: by the event, by the look at the
//! enterprise, at a refresh. Whatever finds it out takes everything at once.

mod event;
mod late;
mod looks;

use std::time::{Duration, Instant};

use reqwest::Method;
use sandbox::demo;
use serde_json::{Value, json};
use store::StoredEntry;

use crate::support::{
    Actor, Books, Program,
    oauth_flow::{self, Browser, Connected, plain_client},
};

/// An employee at work: a client, a key, a browser and an open stream.
struct Employee {
    program_origin: String,
    slug: &'static str,
    client: Connected,
    key: String,
    browser: Browser,
    stream: reqwest::Response,
}

impl Employee {
    async fn at_work(program: &Program, slug: &'static str, user: &str) -> Self {
        let client = oauth_flow::connect(program, slug, user, true).await;
        let mut browser = Browser::new(program.origin());
        browser.sign_in(slug, user).await;
        let key = browser.make_key(slug, "script", false).await;
        let stream = open_stream(program, slug, &client.access).await;
        let employee = Self {
            program_origin: program.origin(),
            slug,
            client,
            key,
            browser,
            stream,
        };
        for token in [&employee.client.access, &employee.key] {
            assert_eq!(employee.asks(token).await, 200);
        }
        employee
    }

    /// The status of a call with a token.
    async fn asks(&self, token: &str) -> u16 {
        let url = format!("{}/t/{}/tools/whoami", self.program_origin, self.slug);
        let request = plain_client().get(url).bearer_auth(token);
        oauth_flow::read(request).await.status.as_u16()
    }

    /// How long it takes until the open stream ends.
    async fn stream_ends(&mut self, within: Duration) -> Duration {
        let begun = Instant::now();
        let ended = async { while let Ok(Some(_)) = self.stream.chunk().await {} };
        tokio::time::timeout(within, ended)
            .await
            .expect("the open stream ends");
        begun.elapsed()
    }

    async fn refreshes(&self) -> oauth_flow::Page {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.client.refresh),
            ("client_id", &self.client.client),
        ];
        oauth_flow::token(&self.program_origin, &fields).await
    }

    /// The client of the employee comes back after a restart, and is cut off within this time. On
    /// a busy machine the platform may have acted before it asks.
    async fn is_cut_off_after_the_restart(&mut self, program: &Program, within: Duration) {
        let stream = ask_for_stream(program, self.slug, &self.client.access).await;
        if stream.status() == 200 {
            self.stream = stream;
            self.stream_ends(within).await;
        } else {
            assert_eq!(stream.status(), 401);
        }
    }

    /// Nothing of what the employee held works any more.
    async fn has_nothing(&mut self) {
        for token in [&self.client.access, &self.key] {
            assert_eq!(self.asks(token).await, 401);
        }
        let refused = self.refreshes().await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert_eq!(refused.json()["error"], "invalid_grant");
        let own = format!("/t/{}/connections", self.slug);
        let page = self.browser.get(&own).await;
        let to = page.header("location");
        assert!(to.contains("sign-in"), "{}: {to}", page.status);
    }
}

async fn open_stream(program: &Program, slug: &str, token: &str) -> reqwest::Response {
    let stream = ask_for_stream(program, slug, token).await;
    assert_eq!(stream.status(), 200);
    stream
}

async fn ask_for_stream(program: &Program, slug: &str, token: &str) -> reqwest::Response {
    let url = format!("{}/t/{slug}/sse", program.origin());
    let request = plain_client().get(url).bearer_auth(token);
    let request = request.header("accept", "text/event-stream");
    request.send().await.expect("an answer")
}

/// A request to the sandbox's switches.
async fn switch(program: &Program, method: Method, path: &str, body: Value) -> Value {
    let url = format!("{}/sandbox/admin{path}", program.text("sandbox_url"));
    let answer = oauth_flow::read(plain_client().request(method, url).json(&body)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// The sandbox keeps changes to itself from now on.
async fn silence(program: &Program) {
    let off = json!({ "automatic": false });
    switch(program, Method::PATCH, "/events", off).await;
}

async fn deleted_at_feishu(program: &Program, user: &str) {
    let path = format!("/users/{}/{user}", demo::TENANT_KEY);
    switch(program, Method::DELETE, &path, json!({})).await;
}

/// Entries of an action, oldest first.
async fn entries(books: &Books, slug: &str, action: &str) -> Vec<StoredEntry> {
    let mut all = books.ledger(slug).await;
    all.retain(|stored| stored.entry.action == action);
    all
}

/// What the ledger says about somebody who left, each once.
async fn left_once(books: &Books, slug: &str) {
    for action in ["member.roles", "grant.revoke", "api_key.revoke"] {
        let all = entries(books, slug, action).await;
        let of_leaver = all.iter().filter(|stored| {
            let detail: Value = serde_json::from_str(&stored.entry.detail).unwrap_or_default();
            detail["reason"] == "left" || detail["ended"] == "left"
        });
        assert_eq!(of_leaver.count(), 1, "{action}: {all:?}");
    }
    books.chain_holds(slug).await;
}

/// A colleague goes on working.
async fn works_on(program: &Program, colleague: &Connected) {
    let actor = Actor::with_token(program, &colleague.access);
    actor.done("whoami", json!({})).await;
}
