//! Asking a person through the client: forms and pages on an open stream (2025), results that
//! require input (2026-07-28), and a link where a client can do neither.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use calls::{Asked, Profile};
use futures::{FutureExt as _, future::BoxFuture};
use mcp::{GateCall, GateHost, GateLook, GateReply, RpcError, Shown, ToolGate};
use model::{ConfirmationId, Principal};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tools::{ToolError, ToolOutput};

use crate::{
    support::{World, member, start_of_time},
    tell::{event, raw, send},
};

const MCP: &str = "/t/acme/mcp";
const QUESTION: &str = "cnf_01jd3v8s2k4x7m9p0q5r6t8v2w";

/// A gate whose every call needs the agreement of ann, given to it or on the page.
#[derive(Default)]
struct Gate {
    answer: Mutex<Option<bool>>,
    ran: AtomicUsize,
    page_only: bool,
}

fn question() -> ConfirmationId {
    QUESTION.parse().unwrap()
}

#[derive(Clone)]
struct Shared(Arc<Gate>);

impl ToolGate for Shared {
    fn visible<'a>(
        &'a self,
        _principal: &'a Principal,
        _profile: Profile,
    ) -> BoxFuture<'a, Result<Shown, RpcError>> {
        let shown = Shown {
            tools: tools::catalogue().iter().collect(),
            rules: 1,
        };
        async { Ok(shown) }.boxed()
    }

    fn look<'a>(
        &'a self,
        _principal: &'a Principal,
        _look: GateLook<'a>,
    ) -> BoxFuture<'a, Result<i64, ToolError>> {
        async { Ok(0) }.boxed()
    }

    fn call<'a>(
        &'a self,
        _principal: &'a Principal,
        _call: GateCall<'a>,
    ) -> BoxFuture<'a, GateReply> {
        async {
            let answer = *self.0.answer.lock();
            let (text, asked) = match answer {
                Some(true) => {
                    *self.0.answer.lock() = None;
                    self.0.ran.fetch_add(1, Ordering::SeqCst);
                    ("it is done", None)
                }
                Some(false) => ("declined", None),
                None => {
                    let asked = Asked {
                        id: question(),
                        question: "Delete it?".to_owned(),
                        link: format!("http://localhost:8788/t/acme/confirm/{QUESTION}"),
                        expires_at: start_of_time() + Duration::from_mins(10),
                        because: None,
                        by_client: !self.0.page_only,
                    };
                    ("a person must agree", Some(asked))
                }
            };
            GateReply {
                call_id: "call_1".to_owned(),
                result: Ok(ToolOutput::text(text)),
                asked,
            }
        }
        .boxed()
    }

    fn answer<'a>(
        &'a self,
        principal: &'a Principal,
        id: ConfirmationId,
        agreed: bool,
    ) -> BoxFuture<'a, bool> {
        async move {
            assert_eq!((principal.member(), id), (Some(member("ann")), question()));
            let counts = !agreed || !self.0.page_only;
            if counts {
                *self.0.answer.lock() = Some(agreed);
            }
            counts
        }
        .boxed()
    }

    fn is_answered<'a>(
        &'a self,
        _principal: &'a Principal,
        _id: ConfirmationId,
    ) -> BoxFuture<'a, bool> {
        async { self.0.answer.lock().is_some() }.boxed()
    }
}

struct Edge {
    app: Router,
    gate: Arc<Gate>,
}

fn edge(page_only: bool) -> Edge {
    let world = World::new("http://localhost:8788", None);
    let gate = Arc::new(Gate {
        page_only,
        ..Gate::default()
    });
    let clock = Arc::clone(&world.clock) as _;
    let host = GateHost::new(
        Shared(Arc::clone(&gate)),
        [7; 32],
        clock,
        Duration::from_mins(2),
    );
    let app = world.serving(world.hub.node("one"), host, None).router();
    Edge { app, gate }
}

impl Edge {
    fn ran(&self) -> usize {
        self.gate.ran.load(Ordering::SeqCst)
    }

    /// Opens a session of a client that declares `elicitation`.
    async fn session(&self, revision: &str, elicitation: Option<Value>) -> String {
        let capabilities = elicitation.map_or(json!({}), |one| json!({ "elicitation": one }));
        let params = json!({ "protocolVersion": revision, "capabilities": capabilities });
        let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let opened = send(&self.app, "POST", MCP, "ann@acme", &[], body.to_string()).await;
        opened.headers["mcp-session-id"]
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// Calls in a session and answers what is asked; gives the question, what came between, and
    /// the result.
    async fn asked(
        &self,
        revision: &str,
        elicitation: Value,
        answer: impl AsyncFnOnce(&Self) -> Value,
    ) -> (Value, Vec<Value>, Value) {
        let session = self.session(revision, Some(elicitation)).await;
        let with = [
            ("mcp-session-id", session.as_str()),
            ("mcp-protocol-version", revision),
        ];
        let body = call().to_string();
        let response = raw(&self.app, "POST", MCP, "ann@acme", &with, body).await;
        let mut stream = response.into_body().into_data_stream();
        let question: Value = serde_json::from_str(&event(&mut stream).await.unwrap()).unwrap();
        assert_eq!(question["method"], "elicitation/create");
        let result = answer(self).await;
        let said = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        // Another member's answer is not one.
        let forged = json!({ "jsonrpc": "2.0", "id": question["id"],
            "result": { "action": "accept", "content": { "confirm": true } } });
        let stolen = send(
            &self.app,
            "POST",
            MCP,
            "bob@acme",
            &with,
            forged.to_string(),
        )
        .await;
        assert_eq!(stolen.status, 404);
        assert_eq!(self.ran(), 0);
        let taken = send(&self.app, "POST", MCP, "ann@acme", &with, said.to_string()).await;
        assert_eq!(taken.status, 202);
        let mut between = Vec::new();
        loop {
            let next: Value = serde_json::from_str(&event(&mut stream).await.unwrap()).unwrap();
            if next.get("result").is_some() {
                return (question, between, next["result"].clone());
            }
            between.push(next);
        }
    }

    /// Calls as a client of 2026-07-28.
    async fn stateless(&self, elicitation: Option<Value>, extra: &Value) -> Value {
        self.stateless_as("ann@acme", elicitation, extra).await
    }

    async fn stateless_as(&self, who: &str, elicitation: Option<Value>, extra: &Value) -> Value {
        let capabilities = elicitation.map_or(json!({}), |one| json!({ "elicitation": one }));
        let mut body = call();
        let params = body["params"].as_object_mut().unwrap();
        params.insert(
            "_meta".to_owned(),
            json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": capabilities,
            }),
        );
        for (name, value) in extra.as_object().unwrap() {
            params.insert(name.clone(), value.clone());
        }
        let with = [
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/call"),
            ("mcp-name", "comments"),
        ];
        send(&self.app, "POST", MCP, who, &with, body.to_string())
            .await
            .json
    }
}

fn call() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "comments", "arguments": { "ref": "x", "op": "delete" } } })
}

fn text(result: &Value) -> &str {
    assert!(result.get("isError").is_none(), "{result}");
    result["content"][0]["text"].as_str().unwrap()
}

fn accept(confirm: bool) -> Value {
    json!({ "action": "accept", "content": { "confirm": confirm } })
}

#[tokio::test]
async fn a_form_on_the_open_stream_brings_a_yes_or_a_no() {
    for (answer, said, ran) in [
        (accept(true), "it is done", 1),
        (accept(false), "declined", 0),
        (json!({ "action": "decline" }), "declined", 0),
        (json!({ "action": "cancel" }), "a person must agree", 0),
        (json!({ "action": "accept" }), "a person must agree", 0),
    ] {
        for (revision, declared) in [
            ("2025-06-18", json!({})),
            ("2025-11-25", json!({ "form": {}, "url": {} })),
        ] {
            let edge = edge(false);
            let (question, _, result) = edge
                .asked(revision, declared, async |_| answer.clone())
                .await;
            let params = &question["params"];
            assert_eq!(params["message"], "Delete it?");
            let schema = &params["requestedSchema"];
            assert_eq!(schema["properties"]["confirm"]["type"], "boolean");
            assert_eq!(schema["properties"]["confirm"]["default"], false);
            assert_eq!((text(&result), edge.ran()), (said, ran), "{answer}");
        }
    }
}

#[tokio::test]
async fn our_page_is_opened_where_only_it_counts_and_waited_for() {
    for declared in [json!({ "url": {} }), json!({ "form": {}, "url": {} })] {
        let edge = edge(true);
        let opened = async |edge: &Edge| {
            let gate = Arc::clone(&edge.gate);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                *gate.answer.lock() = Some(true);
            });
            json!({ "action": "accept" })
        };
        let (question, between, result) = edge.asked("2025-11-25", declared, opened).await;
        let params = &question["params"];
        assert_eq!(params["mode"], "url");
        assert_eq!(params["elicitationId"], QUESTION);
        assert!(params["url"].as_str().unwrap().ends_with(QUESTION));
        assert_eq!((text(&result), edge.ran()), ("it is done", 1));
        assert_eq!(between.len(), 1, "{between:?}");
        assert_eq!(between[0]["method"], "notifications/elicitation/complete");
        assert_eq!(between[0]["params"]["elicitationId"], QUESTION);
    }
}

#[tokio::test]
async fn a_client_that_cannot_ask_gets_an_ordinary_result() {
    for (page_only, revision, declared) in [
        (false, "2025-11-25", None),
        (false, "2025-06-18", None),
        // Elicitation came later, and pages later still.
        (false, "2025-03-26", Some(json!({}))),
        (false, "2025-06-18", Some(json!({ "url": {} }))),
        // Its answer would not count.
        (true, "2025-11-25", Some(json!({}))),
    ] {
        let edge = edge(page_only);
        let session = edge.session(revision, declared.clone()).await;
        let with = [("mcp-session-id", session.as_str())];
        let answer = send(
            &edge.app,
            "POST",
            MCP,
            "ann@acme",
            &with,
            call().to_string(),
        )
        .await;
        let said = text(&answer.json["result"]);
        assert_eq!(said, "a person must agree", "{revision} {declared:?}");
    }
    let edge = edge(false);
    let plain = "/t/acme/tools/comments";
    let answer = send(&edge.app, "POST", plain, "ann@acme", &[], "{}").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["text"], "a person must agree");
    let answer = edge.stateless(None, &json!({})).await;
    assert_eq!(answer["result"]["resultType"], "complete");
    assert_eq!(text(&answer["result"]), "a person must agree");
    assert_eq!(edge.ran(), 0);
}

#[tokio::test]
async fn a_result_that_requires_input_brings_a_yes_or_a_no() {
    for (answer, said, ran) in [
        (accept(true), "it is done", 1),
        (accept(false), "declined", 0),
        (json!({ "action": "decline" }), "declined", 0),
        (json!({ "action": "cancel" }), "a person must agree", 0),
    ] {
        let edge = edge(false);
        let form = || Some(json!({ "form": {} }));
        let first = edge.stateless(form(), &json!({})).await;
        let result = &first["result"];
        assert_eq!(result["resultType"], "input_required", "{first}");
        let request = &result["inputRequests"]["confirm"];
        assert_eq!(request["method"], "elicitation/create");
        assert_eq!(request["params"]["message"], "Delete it?");
        let state = &result["requestState"];
        // Without the answer it is asked again.
        let again = edge
            .stateless(form(), &json!({ "requestState": state }))
            .await;
        assert_eq!(again["result"]["resultType"], "input_required");
        let told = json!({ "requestState": state, "inputResponses": { "confirm": answer } });
        let last = edge.stateless(form(), &told).await;
        assert_eq!(last["result"]["resultType"], "complete", "{last}");
        assert_eq!((text(&last["result"]), edge.ran()), (said, ran), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_without_its_state_or_to_another_call_is_none() {
    let edge = edge(false);
    let form = || Some(json!({}));
    let yes = json!({ "confirm": accept(true) });
    let first = edge
        .stateless(form(), &json!({ "inputResponses": yes }))
        .await;
    assert_eq!(first["result"]["resultType"], "input_required");
    let state = first["result"]["requestState"].as_str().unwrap();
    let other = json!({ "requestState": state, "inputResponses": yes,
        "arguments": { "ref": "y", "op": "delete" } });
    let asked = edge.stateless(form(), &other).await;
    assert_eq!(asked["result"]["resultType"], "input_required");
    let told = json!({ "requestState": state, "inputResponses": yes });
    let stolen = edge.stateless_as("bob@acme", form(), &told).await;
    assert_eq!(stolen["error"]["code"], -32602, "{stolen}");
    let forged = json!({ "requestState": format!("{state}x"), "inputResponses": yes });
    let forged = edge.stateless(form(), &forged).await;
    assert_eq!(forged["error"]["code"], -32602, "{forged}");
    assert_eq!(edge.ran(), 0);
    let last = edge.stateless(form(), &told).await;
    assert_eq!((text(&last["result"]), edge.ran()), ("it is done", 1));
}

#[tokio::test]
async fn a_page_that_was_opened_is_waited_for_without_a_stream() {
    let edge = edge(true);
    let url = || Some(json!({ "form": {}, "url": {} }));
    let first = edge.stateless(url(), &json!({})).await;
    let params = &first["result"]["inputRequests"]["confirm"]["params"];
    assert_eq!(params["mode"], "url");
    assert!(params.get("elicitationId").is_none());
    let state = &first["result"]["requestState"];
    let gate = Arc::clone(&edge.gate);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        *gate.answer.lock() = Some(true);
    });
    // What looks like a filled form says no more than that the page was opened.
    let told = json!({ "requestState": state, "inputResponses": { "confirm": accept(true) } });
    let last = edge.stateless(url(), &told).await;
    assert_eq!((text(&last["result"]), edge.ran()), ("it is done", 1));
}
