//! Every tool that can destroy, called through every door of clients: nothing runs before its member agreed
//! on the page, and then once.

use model::{EntryKind, Outcome, policy::Effect};
use sandbox::demo;
use serde_json::{Value, json};

use super::calls::SECRET;
use crate::support::{
    Actor, Backend, Books, Program,
    oauth_flow::{self, Browser, Page},
};

/// Makes something, and gives the arguments of the call that destroys it.
async fn destroying(actor: &Actor, tool: &str) -> Value {
    let markdown = "A line of text.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |";
    let new = json!({ "title": "To be destroyed", "markdown": markdown });
    let made = actor.done("doc_create", new).await;
    let reference = made.lines().find_map(|line| line.strip_prefix("ref: "));
    let reference = reference.expect("a document");
    match tool {
        "comments" => {
            let add = json!({ "ref": reference, "op": "add", "text": SECRET });
            actor.done("comments", add).await;
            let list = json!({ "ref": reference, "op": "list" });
            let listed = actor.call("comments", list).await;
            let thread = &listed.result["structuredContent"]["items"][0]["thread"];
            json!({ "ref": reference, "op": "delete", "thread": thread })
        }
        "files" => json!({ "ref": reference, "op": "delete" }),
        "doc_edit" => {
            json!({ "ref": reference, "ops": [{ "op": "delete", "at": "A line of text." }] })
        }
        "doc_table" => json!({ "ref": reference, "op": "delete_rows", "at": "2" }),
        "sheet_write" | "sheet_manage" => {
            let new = json!({ "op": "create", "name": "Numbers" });
            let made = actor.done("sheet_manage", new).await;
            let sheet = made.lines().find_map(|line| line.strip_prefix("ref: "));
            let sheet = sheet.expect("a spreadsheet");
            if tool == "sheet_write" {
                let fill = json!({ "ref": sheet, "op": "set", "values": "1\t2" });
                actor.done("sheet_write", fill).await;
                return json!({ "ref": sheet, "op": "clear", "range": "1:1" });
            }
            json!({ "ref": sheet, "op": "delete", "range": "2:3" })
        }
        "doc_history" => json!({ "ref": reference, "op": "restore", "revision": "1" }),
        "base_write" => json!({
            "ref": demo::BASE, "table": demo::TABLE, "op": "delete", "rows": "record_id\nrecReq00016",
        }),
        "base_manage" => json!({
            "ref": demo::BASE, "part": "view", "op": "delete", "table": demo::TABLE, "name": "排期",
        }),
        other => panic!("{other} has no destroying call in this test"),
    }
}

struct Scene {
    program: Program,
    books: Books,
    browser: Browser,
    key: String,
    actor: Actor,
}

/// The id of the question that an answer asks.
fn asked(tool: &str, structured: &Value) -> String {
    let confirmation = &structured["confirmation"];
    assert_eq!(confirmation["state"], "needed", "{tool}: {structured}");
    let id = confirmation["id"].as_str().expect("an id").to_owned();
    let link = confirmation["link"].as_str().expect("a link");
    assert!(link.ends_with(&format!("/t/acme/confirm/{id}")), "{link}");
    id
}

impl Scene {
    /// By the plain door.
    async fn plain(&self, tool: &str, arguments: &Value) -> String {
        let url = format!("{}/t/acme/tools/{tool}", self.program.origin());
        let http = oauth_flow::plain_client();
        let request = http.post(url).bearer_auth(&self.key).json(arguments);
        let answer = oauth_flow::read(request).await;
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        asked(tool, &body["structured"])
    }

    /// In a session of an older revision, by a client that cannot ask.
    async fn session(&self, tool: &str, arguments: &Value) -> String {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "proof", "version": "1" } } });
        let opened = self.post(None, &body).await;
        let session = opened.header("mcp-session-id").to_owned();
        let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": { "name": tool, "arguments": arguments } });
        let answer = self.post(Some(&session), &call).await;
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(body["result"].get("isError").is_none(), "{tool}: {body}");
        asked(tool, &body["result"]["structuredContent"])
    }

    async fn post(&self, session: Option<&str>, body: &Value) -> Page {
        let url = format!("{}/t/acme/mcp", self.program.origin());
        let mut request = oauth_flow::plain_client()
            .post(url)
            .bearer_auth(&self.key)
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-06-18")
            .json(body);
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        oauth_flow::read(request).await
    }

    async fn agree(&mut self, id: &str) {
        let path = format!("/t/acme/confirm/{id}");
        let page = self.browser.get(&path).await;
        let csrf = page.field("csrf");
        let fields = [("csrf", csrf.as_str()), ("decision", "agree")];
        let answer = self.browser.post(&path, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
}

async fn nothing_destroys_unconfirmed(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let books = Books::of(&program).await;
    let mut browser = Browser::new(program.origin());
    browser.sign_in("acme", demo::DEVELOPER).await;
    let key = browser.make_key("acme", "destroyer", true).await;
    let actor = Actor::with_token(&program, &key);
    let mut scene = Scene {
        program,
        books,
        browser,
        key,
        actor,
    };
    let destroy = |tool: &&tools::ToolDef| tool.spec().effect == Effect::Destroy;
    let tools: Vec<_> = tools::catalogue().iter().filter(destroy).collect();
    assert!(!tools.is_empty(), "no tool destroys");
    for tool in tools {
        let name = tool.name();
        let arguments = destroying(&scene.actor, name).await;
        let before = scene.books.ledger("acme").await.len();
        let by_mcp = scene.actor.call(name, arguments.clone()).await;
        assert!(!by_mcp.is_error, "{name}: {}", by_mcp.text);
        let id = asked(name, &by_mcp.result["structuredContent"]);
        // The same key asks the same question by every door.
        assert_eq!(scene.plain(name, &arguments).await, id);
        assert_eq!(scene.session(name, &arguments).await, id);
        let ledger = scene.books.ledger("acme").await;
        let new = &ledger[before..];
        let calls = new.iter().filter(|one| one.entry.action == name);
        assert_eq!(calls.clone().count(), 3, "{name}: {new:?}");
        for one in calls {
            let entry = &one.entry;
            assert_eq!(
                (entry.kind, entry.outcome, entry.fault.as_deref()),
                (
                    EntryKind::Call,
                    Outcome::Pending,
                    Some("confirmation_needed")
                ),
                "{name}: it ran"
            );
        }
        scene.agree(&id).await;
        let done = scene.actor.call(name, arguments.clone()).await;
        assert!(!done.is_error, "{name}: {}", done.text);
        let structured = &done.result["structuredContent"];
        assert!(
            structured.get("confirmation").is_none(),
            "{name}: {structured}"
        );
        // Once: what is left of it is refused or asked about, and never done.
        let again = scene.actor.call(name, arguments).await;
        let state = &again.result["structuredContent"]["confirmation"]["state"];
        assert!(again.is_error || state == "needed", "{name}: {again:?}");
    }
    scene.books.chain_holds("acme").await;
}

#[tokio::test]
async fn nothing_destroys_unconfirmed_on_sqlite() {
    nothing_destroys_unconfirmed(Backend::Sqlite).await;
}

#[tokio::test]
async fn nothing_destroys_unconfirmed_on_postgres_and_redis() {
    nothing_destroys_unconfirmed(Backend::PostgresRedis).await;
}
