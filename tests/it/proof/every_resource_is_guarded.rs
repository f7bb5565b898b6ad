//! Resources, prompts and completion reach Feishu through the gate alone: what they read is
//! recorded, what the member may not see is not found, and lists belong to one member.

use model::{Channel, EntryKind, Outcome};
use sandbox::demo;
use serde_json::{Value, json};

use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Browser},
};

async fn read(actor: &Actor, uri: &str) -> (u16, Value) {
    actor
        .rpc("resources/read", json!({ "uri": uri }), Some(uri))
        .await
}

async fn member(program: &Program, user: &str) -> Actor {
    let mut browser = Browser::new(program.origin());
    browser.sign_in("acme", user).await;
    let key = browser.make_key("acme", "proof", false).await;
    Actor::with_token(program, &key)
}

async fn every_resource_is_guarded(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    program.add_globex().await;
    let books = Books::of(&program).await;
    let developer = member(&program, demo::DEVELOPER).await;
    let employee = member(&program, demo::END_USER).await;

    recorded(&books, &developer).await;
    hidden(&books, &developer).await;
    lists(&developer, &employee).await;
    narrowed(&books, &developer).await;

    let nobody = Actor::with_token(&program, "");
    for (method, params) in [
        ("resources/list", json!({})),
        ("resources/read", json!({ "uri": "feishu://recent" })),
        ("prompts/list", json!({})),
    ] {
        let uri = params["uri"].as_str().map(str::to_owned);
        let (status, body) = nobody.rpc(method, params, uri.as_deref()).await;
        assert_eq!(status, 401, "{method}: {body}");
    }
    books.chain_holds("acme").await;
}

/// Each read is one entry, of the tool that read, with what the client asked for.
async fn recorded(books: &Books, actor: &Actor) {
    let document = format!("feishu://doc/docx:{}", demo::OKR_DOC);
    for (uri, tool, target) in [
        (document.as_str(), "doc_read", Some(demo::OKR_DOC)),
        ("feishu://recent", "search", None),
        ("feishu://help/markdown", "help", None),
    ] {
        for _ in 0..2 {
            let before = books.ledger("acme").await.len();
            let (status, body) = read(actor, uri).await;
            assert_eq!(status, 200, "{uri}: {body}");
            let content = &body["result"]["contents"][0];
            assert!(content["text"].as_str().is_some_and(|text| text.len() > 50));
            assert_eq!(body["result"]["cacheScope"], "private", "{uri}");
            let ledger = books.ledger("acme").await;
            let [stored] = &ledger[before..] else {
                panic!("{uri}: {} entries", ledger.len() - before);
            };
            let entry = &stored.entry;
            assert_eq!(
                (entry.kind, entry.outcome, entry.channel),
                (EntryKind::Call, Outcome::Ok, Channel::Mcp)
            );
            assert_eq!(entry.action, tool, "{uri}");
            assert!(entry.member.is_some());
            assert!(
                entry.detail.contains(r#""$via":"resource""#),
                "{}",
                entry.detail
            );
            if let Some(token) = target {
                let touched = entry.target.as_deref().unwrap_or_default();
                assert!(touched.ends_with(token), "{touched}");
            }
            let id = body["result"]["_meta"]["feishu-mcp/callId"].as_str();
            assert_eq!(id, Some(entry.id.to_string().as_str()), "{uri}");
        }
    }
}

/// What belongs to others looks like what does not exist, and the attempt is recorded.
async fn hidden(books: &Books, actor: &Actor) {
    let before = books.ledger("acme").await.len();
    let unknown = "feishu://doc/docx:ZZZZQPYz9nFuL36OHKJxrs4asZZ";
    let foreign = format!("feishu://doc/docx:{}", demo::OTHER_DOC);
    let plan = format!("feishu://doc/docx:{}", demo::OTHER_PLAN_DOC);
    let private = format!("feishu://doc/docx:{}", demo::PRIVATE_DOC);
    let mut told = Vec::new();
    for uri in [unknown, &foreign, &plan, &private] {
        let (status, body) = read(actor, uri).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["error"]["data"]["uri"], *uri);
        told.push(body["error"].to_string().replace(uri, "URI"));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert!(told[0].contains("-32602"), "{told:?}");
    let ledger = books.ledger("acme").await;
    let attempts = &ledger[before..];
    assert_eq!(attempts.len(), 4, "one entry for each attempt");
    assert!(attempts.iter().all(|one| one.entry.outcome != Outcome::Ok));
}

async fn lists(developer: &Actor, employee: &Actor) {
    let mut seen = Vec::new();
    for actor in [developer, employee] {
        let (_, body) = actor.rpc("resources/list", json!({}), None).await;
        let result = &body["result"];
        assert_eq!(result["cacheScope"], "private", "{body}");
        let text = result["resources"].to_string();
        assert!(text.contains("feishu://help/markdown"), "{text}");
        assert!(
            text.contains("feishu://doc/docx:"),
            "no recent document: {text}"
        );
        for foreign in [demo::OTHER_DOC, demo::OTHER_PLAN_DOC] {
            assert!(!text.contains(foreign), "{text}");
        }
        seen.push(text);
    }
    assert_ne!(seen[0], seen[1], "two members see different documents");
    assert!(!seen[0].contains(demo::PRIVATE_DOC), "{}", seen[0]);
    let completing = |typed: &str| {
        json!({ "ref": { "type": "ref/resource", "uri": "feishu://doc/{ref}" },
            "argument": { "name": "ref", "value": typed } })
    };
    let (_, body) = developer
        .rpc("completion/complete", completing("OKR"), None)
        .await;
    let values = body["result"]["completion"]["values"].to_string();
    assert!(values.contains(demo::OKR_DOC), "{body}");
    let (_, body) = developer
        .rpc("completion/complete", completing("Globex supplier"), None)
        .await;
    let values = body["result"]["completion"]["values"].to_string();
    assert!(!values.contains(demo::OTHER_DOC), "{body}");
}

/// A profile without the tool has neither its resources nor its prompts, and refuses the read.
async fn narrowed(books: &Books, actor: &Actor) {
    let mut helped = actor.clone();
    helped.mcp_url.push_str("?tools=help");
    let before = books.ledger("acme").await.len();
    let (_, body) = helped.rpc("resources/list", json!({}), None).await;
    assert!(
        !body["result"]["resources"]
            .to_string()
            .contains("feishu://doc/"),
        "{body}"
    );
    let (_, body) = helped.rpc("prompts/list", json!({}), None).await;
    assert_eq!(body["result"]["prompts"], json!([]));
    let (_, body) = helped.rpc("tools/list", json!({}), None).await;
    assert_eq!(body["result"]["tools"].as_array().map(Vec::len), Some(1));
    let uri = format!("feishu://doc/docx:{}", demo::OKR_DOC);
    let (_, body) = read(&helped, &uri).await;
    assert_eq!(
        body["error"]["data"]["error"]["kind"], "blocked_by_policy",
        "{body}"
    );
    let (_, body) = helped
        .rpc("tools/call", json!({ "name": "whoami" }), Some("whoami"))
        .await;
    let told = &body["result"]["structuredContent"]["error"];
    assert_eq!(
        (&told["kind"], &told["reason"]),
        (&json!("blocked_by_policy"), &json!("profile"))
    );
    let ledger = books.ledger("acme").await;
    assert_eq!(
        ledger.len(),
        before + 2,
        "the two refusals, and nothing for the lists"
    );
    let mut wrong = actor.clone();
    wrong.mcp_url.push_str("?tools=nothing");
    let (status, body) = wrong.rpc("tools/list", json!({}), None).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid")), "{body}");
    // The same token works with each profile: they are one resource. So says the challenge, too.
    let http = oauth_flow::plain_client();
    let refused = oauth_flow::read(http.post(&helped.mcp_url).body("{}")).await;
    let challenge = refused.header("www-authenticate");
    let metadata = challenge.split("resource_metadata=\"").nth(1);
    let metadata = metadata
        .and_then(|rest| rest.split('"').next())
        .expect("metadata");
    let told = oauth_flow::read(http.get(metadata)).await;
    let told: Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!(told["resource"], helped.mcp_url, "{challenge}");
}

#[tokio::test]
async fn every_resource_is_guarded_on_sqlite() {
    every_resource_is_guarded(Backend::Sqlite).await;
}

#[tokio::test]
async fn every_resource_is_guarded_on_postgres_and_redis() {
    every_resource_is_guarded(Backend::PostgresRedis).await;
}
