//! Links that take the bytes of one file: once, in one member's name, for one place.

use reqwest::StatusCode;
use sandbox::demo;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Connected, Page, plain_client, read},
};

/// Enough of a picture for its kind and size to be known.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0";

struct Member {
    program: Program,
    connected: Connected,
    actor: Actor,
    document: String,
}

impl Member {
    async fn on(backend: Backend) -> Self {
        let program = Program::start_with(backend, &["--unlimited"]).await;
        program.add_globex().await;
        let connected = oauth_flow::connect(&program, "acme", demo::DEVELOPER, true).await;
        let actor = Actor::with_token(&program, &connected.access);
        let made = actor
            .done("doc_create", json!({ "title": "Uploads", "markdown": "x" }))
            .await;
        let document = made.lines().find_map(|line| line.strip_prefix("ref: "));
        let document = document.expect("a document").to_owned();
        Self {
            program,
            connected,
            actor,
            document,
        }
    }

    /// A link for a new block of the document: its address, and the block.
    async fn link(&self, name: &str) -> (String, String) {
        let arguments = json!({ "ref": self.document, "name": name });
        let answer = self.actor.call("media_put", arguments).await;
        let data = &answer.result["structuredContent"];
        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
        assert!(answer.text.contains("curl -T"), "{}", answer.text);
        (text("upload_url"), text("block_id"))
    }

    async fn send(&self, url: &str, bytes: &'static [u8]) -> Page {
        read(plain_client().put(url).body(bytes)).await
    }

    /// Announces `size` bytes, sends some, and reads what is answered; `None` hangs up instead.
    async fn announce(&self, url: &str, size: u64, bytes: &[u8], wait: bool) -> Option<String> {
        let origin = self.program.origin();
        let host = origin.trim_start_matches("http://");
        let path = url.strip_prefix(&origin).expect("an address of ours");
        let mut stream = TcpStream::connect(host).await.expect("a connection");
        let head = format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {size}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(bytes).await.expect("sent");
        if !wait {
            return None;
        }
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).await.expect("an answer");
        Some(String::from_utf8_lossy(&answer[..length]).into_owned())
    }
}

async fn bytes_come_past_the_model_once_and_in_one_place(backend: Backend) {
    let member = Member::on(backend).await;
    let (url, block) = member.link("chart.png").await;

    // The wrong kind, and too much, leave the link as it was.
    let wrong = member.send(&url, b"%PDF-1.7").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.body);
    assert_eq!(wrong.json()["link_still_good"], true, "{}", wrong.body);
    let large = member.announce(&url, 1 << 30, b"", true).await;
    assert!(large.expect("an answer").starts_with("HTTP/1.1 413"));
    // A sender that goes away in the middle leaves nothing behind.
    member.announce(&url, 1_000, PNG, false).await;
    let mut sent = member.send(&url, PNG).await;
    while sent.status == StatusCode::CONFLICT {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        sent = member.send(&url, PNG).await;
    }
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    assert_eq!(sent.json()["structured"]["block_id"], block.as_str());
    let arguments = json!({ "ref": member.document, "at": block });
    let seen = member.actor.call("media_get", arguments).await;
    assert_eq!(seen.result["content"][1]["mimeType"], "image/png");

    let again = member.send(&url, PNG).await;
    assert_eq!(again.status, StatusCode::GONE, "{}", again.body);
    assert!(again.json()["hint"].is_string());

    // The link of one tenant is none of another's.
    let (url, _) = member.link("other.png").await;
    for elsewhere in [
        url.replace("/t/acme/", "/t/globex/"),
        url.replace("/t/acme/", "/t/nowhere/"),
        format!("{}x", url),
    ] {
        let answer = member.send(&elsewhere, PNG).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
    }

    let books = Books::of(&member.program).await;
    let entries = books.ledger("acme").await;
    let secret = url.rsplit('/').next().expect("a secret");
    for stored in &entries {
        let printed = format!("{:?}", stored.entry);
        assert!(
            !printed.contains(secret) && !printed.contains("iVBOR"),
            "{printed}"
        );
    }
    let puts = entries.iter().filter(|stored| {
        stored.entry.action == "media_put" && stored.entry.outcome == model::Outcome::Ok
    });
    assert_eq!(puts.count(), 3, "two links and one upload: {entries:?}");
    books.chain_holds("acme").await;

    // With the connection ends the link.
    let fields = [
        ("client_id", member.connected.client.as_str()),
        ("token", member.connected.refresh.as_str()),
    ];
    let origin = member.program.origin();
    let revoke = plain_client()
        .post(format!("{origin}/oauth/revoke"))
        .form(&fields);
    assert!(read(revoke).await.status.is_success());
    let ended = member.send(&url, PNG).await;
    assert_eq!(ended.status, StatusCode::FORBIDDEN, "{}", ended.body);
    let body: Value = ended.json();
    assert!(body["hint"].is_string(), "{body}");
}

#[tokio::test]
async fn bytes_come_past_the_model_once_and_in_one_place_on_sqlite() {
    bytes_come_past_the_model_once_and_in_one_place(Backend::Sqlite).await;
}

#[tokio::test]
async fn bytes_come_past_the_model_once_and_in_one_place_on_postgres_and_redis() {
    bytes_come_past_the_model_once_and_in_one_place(Backend::PostgresRedis).await;
}
