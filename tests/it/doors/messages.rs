//! The message endpoint of the older door: its session is an address, never a right.

use futures::StreamExt as _;
use sandbox::demo;
use serde_json::json;

use crate::support::{
    Backend, Program,
    oauth_flow::{self, Connected, Page, plain_client, read},
};

/// An open stream, and where its client posts.
struct Stream {
    response: reqwest::Response,
    /// Path and query, as the first event says.
    endpoint: String,
}

impl Stream {
    async fn open(program: &Program, slug: &str, token: &str) -> Self {
        let url = format!("{}/t/{slug}/sse", program.origin());
        let request = plain_client()
            .get(url)
            .bearer_auth(token)
            .header("accept", "text/event-stream");
        let mut response = request.send().await.expect("a stream");
        assert_eq!(response.status(), 200);
        let mut seen = String::new();
        while !seen.contains("\n\n") {
            let chunk = response.chunk().await.expect("a chunk").expect("an event");
            seen.push_str(&String::from_utf8_lossy(&chunk));
        }
        let data = seen.lines().find_map(|line| line.strip_prefix("data:"));
        let endpoint = data.expect("the endpoint event").trim();
        let endpoint = endpoint.strip_prefix(&program.origin()).unwrap_or(endpoint);
        Self {
            endpoint: endpoint.to_owned(),
            response,
        }
    }

    /// The next message that arrives, within a time.
    async fn hears(self, within: std::time::Duration) -> Option<String> {
        let mut chunks = self.response.bytes_stream();
        let message = async {
            while let Some(chunk) = chunks.next().await {
                let text = String::from_utf8_lossy(&chunk.expect("a chunk")).into_owned();
                if text.contains("jsonrpc") {
                    return text;
                }
            }
            panic!("the stream ended");
        };
        tokio::time::timeout(within, message).await.ok()
    }
}

async fn post(program: &Program, endpoint: &str, token: &str) -> Page {
    let ping = json!({ "jsonrpc": "2.0", "id": 7, "method": "ping" });
    let url = format!("{}{endpoint}", program.origin());
    read(plain_client().post(url).bearer_auth(token).json(&ping)).await
}

async fn a_session_is_only_its_owners(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    program.add_globex().await;
    let connect = async |slug: &str, user: &str| -> Connected {
        oauth_flow::connect(&program, slug, user, true).await
    };
    let ours = connect("acme", demo::DEVELOPER).await;
    let colleague = connect("acme", demo::END_USER).await;
    let again = connect("acme", demo::DEVELOPER).await;
    let foreign = connect("globex", demo::OTHER_USER).await;
    let stream = Stream::open(&program, "acme", &ours.access).await;
    let there = stream.endpoint.replace("/t/acme/", "/t/globex/");
    assert_ne!(there, stream.endpoint, "{there}");

    let unknown = {
        let (head, last) = stream.endpoint.split_at(stream.endpoint.len() - 1);
        format!("{head}{}", if last == "0" { "1" } else { "0" })
    };
    let nothing = post(&program, &unknown, &ours.access).await;
    assert_eq!(nothing.status, 404, "{}", nothing.body);
    for (who, endpoint, token) in [
        (
            "a member of another tenant, at its own door",
            &there,
            &foreign.access,
        ),
        ("a colleague", &stream.endpoint, &colleague.access),
        (
            "the same member with another client",
            &stream.endpoint,
            &again.access,
        ),
    ] {
        let refused = post(&program, endpoint, token).await;
        assert_eq!(refused.status, 404, "{who}: {}", refused.body);
        assert_eq!(refused.body, nothing.body, "{who} is told more");
    }
    let outside = post(&program, &stream.endpoint, &foreign.access).await;
    assert_eq!(outside.status, 401, "{}", outside.body);
    let own = post(&program, &stream.endpoint, &ours.access).await;
    assert_eq!(own.status, 202, "{}", own.body);
    let heard = stream.hears(std::time::Duration::from_secs(10)).await;
    let heard = heard.expect("the answer to the owner's own message");
    assert_eq!(heard.matches("jsonrpc").count(), 1, "{heard}");
}

#[tokio::test]
async fn a_session_is_only_its_owners_on_sqlite() {
    a_session_is_only_its_owners(Backend::Sqlite).await;
}

#[tokio::test]
async fn a_session_is_only_its_owners_on_postgres_and_redis() {
    a_session_is_only_its_owners(Backend::PostgresRedis).await;
}
