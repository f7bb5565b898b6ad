//! Somebody edits a document, and who subscribed to it hears of it: on the one node there is, and
//! on another replica than the one that Feishu told.

use std::time::{Duration, Instant};

use sandbox::demo;
use serde_json::{Value, json};

use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, plain_client},
    replica::{HOST, Replica},
};

/// From the edit to the notification.
const BOUND: Duration = Duration::from_secs(2);
/// Long enough for a notification that should not come.
const SILENCE: Duration = Duration::from_secs(2);

/// A client with a session of 2025-11-25 and its stream.
struct Client {
    place: String,
    host: String,
    token: String,
    session: String,
    stream: reqwest::Response,
    unread: String,
}

impl Client {
    /// Opens a session at an origin that answers for the host.
    async fn open((origin, host): (&str, &str), slug: &str, token: &str) -> Self {
        let place = format!("{origin}/t/{slug}/mcp");
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "tests", "version": "1" } } });
        let request = plain_client().post(&place).bearer_auth(token);
        let answer = oauth_flow::read(request.header("host", host).json(&hello)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let able = &answer.json()["result"]["capabilities"]["resources"];
        assert_eq!(able["subscribe"], true);
        let session = answer.header("mcp-session-id").to_owned();
        #[expect(clippy::disallowed_methods, reason = "a client of the tests")]
        let stream = reqwest::Client::new()
            .get(&place)
            .bearer_auth(token)
            .header("host", host)
            .header("accept", "text/event-stream")
            .header("mcp-session-id", &session)
            .send()
            .await
            .expect("a stream");
        assert_eq!(stream.status(), 200);
        Self {
            place,
            host: host.to_owned(),
            token: token.to_owned(),
            session,
            stream,
            unread: String::new(),
        }
    }

    async fn ask(&self, method: &str, uri: &str) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": { "uri": uri } });
        let request = plain_client()
            .post(&self.place)
            .bearer_auth(&self.token)
            .header("host", &self.host)
            .header("mcp-session-id", &self.session);
        oauth_flow::read(request.json(&body)).await.json()
    }

    /// The next message of the stream; `None` when none comes in time.
    async fn hears(&mut self, within: Duration) -> Option<Value> {
        tokio::time::timeout(within, self.next()).await.ok()?
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(end) = self.unread.find("\n\n") {
                let event: String = self.unread.drain(..end + 2).collect();
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                let message = data.and_then(|data| serde_json::from_str(data).ok());
                if message.is_some() {
                    return message;
                }
            }
            let part = self.stream.chunk().await.ok()??;
            self.unread.push_str(&String::from_utf8_lossy(&part));
        }
    }
}

fn uri(token: &str) -> String {
    format!("feishu://doc/docx:{token}")
}

/// A new document of the actor; its token.
async fn document(actor: &Actor, title: &str) -> String {
    let new = json!({ "title": title, "markdown": "# Plan\n\nOne." });
    let text = actor.done("doc_create", new).await;
    let (_, rest) = text.split_once("docx:").expect("a reference");
    let token = rest.chars().take_while(char::is_ascii_alphanumeric);
    token.collect()
}

async fn edits(actor: &Actor, token: &str, text: &str) {
    let ops = json!([{ "op": "append", "markdown": text }]);
    let edit = json!({ "ref": format!("docx:{token}"), "ops": ops });
    actor.done("doc_edit", edit).await;
}

async fn who_subscribed_hears_of_an_edit(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    program.add_globex().await;
    let replica = match backend {
        Backend::Sqlite => None,
        Backend::PostgresRedis => Some(Replica::beside(&program).await),
    };
    let origin = program.origin();
    let own = origin.split("://").nth(1).expect("a host");
    let far = replica
        .as_ref()
        .map_or((origin.as_str(), own), |one| (one.origin.as_str(), HOST));
    let owner = oauth_flow::connect(&program, "acme", demo::ADMIN, true).await;
    let other = oauth_flow::connect(&program, "acme", demo::ADMIN, true).await;
    let stranger = oauth_flow::connect(&program, "globex", demo::OTHER_USER, true).await;
    let editor = Actor::with_token(&program, &other.access);
    let (watched, left) = (
        document(&editor, "Watched").await,
        document(&editor, "Left").await,
    );

    let mut client = Client::open(far, "acme", &owner.access).await;
    let mut silent = Client::open(far, "acme", &other.access).await;
    let mut outside = Client::open(far, "globex", &stranger.access).await;
    for token in [&watched, &left] {
        let begun = client.ask("resources/subscribe", &uri(token)).await;
        let how = &begun["result"]["_meta"]["feishu-mcp/updates"];
        assert_eq!(how, "events", "{begun}");
    }
    let refused = outside.ask("resources/subscribe", &uri(&watched)).await;
    assert_eq!(refused["error"]["code"], -32002, "{refused}");
    let ended = client.ask("resources/unsubscribe", &uri(&left)).await;
    assert_eq!(ended["result"], json!({}));

    // Feishu tells `dev`; the stream is at the other replica, where there is one.
    edits(&editor, &watched, "Two.").await;
    let edited = Instant::now();
    let heard = client.hears(BOUND).await.expect("a notification");
    let took = edited.elapsed();
    assert_eq!(heard["method"], "notifications/resources/updated");
    assert_eq!(heard["params"]["uri"], uri(&watched));
    for one in [&mut silent, &mut outside] {
        assert_eq!(one.hears(SILENCE).await, None);
    }
    // Twice in a moment is once; what was left is not heard of.
    edits(&editor, &left, "Two.").await;
    assert_eq!(client.hears(SILENCE).await, None);

    // The call that began it is on record; the looks are not.
    let books = Books::of(&program).await;
    let ledger = books.ledger("acme").await;
    let begun = ledger
        .iter()
        .filter(|one| one.entry.detail.contains(r#""$via":"watch""#));
    assert_eq!(begun.count(), 2);

    #[expect(clippy::print_stdout, reason = "a measured bound")]
    {
        println!("{backend:?}: from the end of the edit to the notification: {took:?}");
    }
}

#[tokio::test]
async fn who_subscribed_hears_of_an_edit_on_sqlite() {
    who_subscribed_hears_of_an_edit(Backend::Sqlite).await;
}

#[tokio::test]
async fn who_subscribed_hears_of_an_edit_on_two_replicas() {
    who_subscribed_hears_of_an_edit(Backend::PostgresRedis).await;
}
