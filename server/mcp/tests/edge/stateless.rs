//! 2026-07-28: the table of statuses and codes.

use serde_json::{Value, json};

use crate::{
    support::World,
    tell::{Answer, send},
};

const MCP: &str = "/t/acme/mcp";

fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

async fn ask(headers: &[(&str, &str)], method: &str, params: &Value) -> Answer {
    let world = World::new("http://localhost:8788", None);
    let app = world.node("one").router();
    let body = json!({ "jsonrpc": "2.0", "id": 5, "method": method, "params": params });
    send(&app, "POST", MCP, "ann@acme", headers, body.to_string()).await
}

const VERSION: (&str, &str) = ("mcp-protocol-version", "2026-07-28");

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn each_refusal_has_its_status_and_code() {
    let mut unknown = meta();
    unknown["io.modelcontextprotocol/protocolVersion"] = "2099-01-01".into();
    let call = json!({ "name": "test_simple_text", "_meta": meta() });
    let plain = json!({ "_meta": meta() });
    for (case, headers, method, params, status, code) in [
        (
            "no _meta",
            vec![VERSION, ("mcp-method", "tools/list")],
            "tools/list",
            json!({}),
            400,
            -32602,
        ),
        (
            "no version header",
            vec![("mcp-method", "tools/list")],
            "tools/list",
            plain.clone(),
            400,
            -32020,
        ),
        (
            "no method header",
            vec![VERSION],
            "tools/list",
            plain.clone(),
            400,
            -32020,
        ),
        (
            "another method",
            vec![VERSION, ("mcp-method", "Tools/List")],
            "tools/list",
            plain.clone(),
            400,
            -32020,
        ),
        (
            "no name header",
            vec![VERSION, ("mcp-method", "tools/call")],
            "tools/call",
            call.clone(),
            400,
            -32020,
        ),
        (
            "another name",
            vec![VERSION, ("mcp-method", "tools/call"), ("mcp-name", "x")],
            "tools/call",
            call.clone(),
            400,
            -32020,
        ),
        (
            "unknown version",
            vec![
                ("mcp-protocol-version", "2099-01-01"),
                ("mcp-method", "tools/list"),
            ],
            "tools/list",
            json!({ "_meta": unknown }),
            400,
            -32022,
        ),
        (
            "unknown method",
            vec![VERSION, ("mcp-method", "nothing/here")],
            "nothing/here",
            plain.clone(),
            404,
            -32601,
        ),
        (
            "removed method",
            vec![VERSION, ("mcp-method", "ping")],
            "ping",
            plain.clone(),
            404,
            -32601,
        ),
        (
            "initialize",
            vec![VERSION, ("mcp-method", "initialize")],
            "initialize",
            plain.clone(),
            404,
            -32601,
        ),
        (
            "missing capability",
            vec![
                VERSION,
                ("mcp-method", "tools/call"),
                ("mcp-name", "test_missing_capability"),
            ],
            "tools/call",
            json!({ "name": "test_missing_capability", "_meta": meta() }),
            400,
            -32021,
        ),
        (
            "unknown tool",
            vec![VERSION, ("mcp-method", "tools/call"), ("mcp-name", "nope")],
            "tools/call",
            json!({ "name": "nope", "_meta": meta() }),
            200,
            -32602,
        ),
        (
            "unknown cursor",
            vec![VERSION, ("mcp-method", "tools/list")],
            "tools/list",
            json!({ "cursor": "x", "_meta": meta() }),
            200,
            -32602,
        ),
    ] {
        let answer = ask(&headers, method, &params).await;
        assert_eq!(
            (
                answer.status.as_u16(),
                &answer.json["error"]["code"],
                &answer.json["id"]
            ),
            (status, &json!(code), &json!(5)),
            "{case}: {}",
            answer.json
        );
    }
}

#[tokio::test]
async fn results_say_their_type_and_lists_are_private() {
    let headers = [VERSION, ("mcp-method", "tools/list")];
    let answer = ask(&headers, "tools/list", &json!({ "_meta": meta() })).await;
    let result = &answer.json["result"];
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["cacheScope"], "private");
    assert!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"].is_string());
    let name = ("mcp-name", "=?base64?dGVzdF9zaW1wbGVfdGV4dA==?=");
    let params = json!({ "name": "test_simple_text", "_meta": meta() });
    let answer = ask(
        &[VERSION, ("mcp-method", "tools/call"), name],
        "tools/call",
        &params,
    )
    .await;
    assert_eq!(
        answer.json["result"]["resultType"], "complete",
        "{}",
        answer.json
    );
}
