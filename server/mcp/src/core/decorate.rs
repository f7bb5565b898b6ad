//! What 2026-07-28 adds to results: their type, who answered, how long they may be kept.

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::rpc::{self, Payload};

const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// Time that clients may keep a list, in milliseconds: changes are announced to who listens.
const TTL_MS: u64 = 60_000;

/// Name and version of this server.
pub(crate) fn server_info() -> Value {
    json!({
        "name": "feishu-mcp",
        "title": "Feishu / Lark · 飞书",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

/// Adds the fields to a result of `method`.
pub(super) fn stateless(method: &str, payload: Payload) -> Payload {
    match payload {
        Payload::Fields(fields) => Payload::Fields(with_fields(method, fields)),
        Payload::NeedsWrite(fields) => Payload::NeedsWrite(with_fields(method, fields)),
        Payload::Text(text) => Payload::Text(with_text(&text)),
    }
}

fn with_fields(method: &str, mut fields: Map<String, Value>) -> Map<String, Value> {
    if !fields.contains_key("resultType") {
        fields.insert("resultType".to_owned(), "complete".into());
    }
    let complete = fields.get("resultType").and_then(Value::as_str) == Some("complete");
    let lasts = matches!(
        method,
        "server/discover"
            | "tools/list"
            | "prompts/list"
            | "resources/list"
            | "resources/templates/list"
            | "resources/read"
    );
    if lasts && complete {
        fields.insert("ttlMs".to_owned(), TTL_MS.into());
        // What a caller sees depends on the tenant and on the roles of the caller.
        fields.insert("cacheScope".to_owned(), "private".into());
    }
    let meta = fields
        .entry("_meta")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(meta) = meta.as_object_mut() {
        meta.insert(SERVER_INFO.to_owned(), server_info());
    }
    fields
}

/// Only lists are kept as text.
fn with_text(text: &Bytes) -> Bytes {
    static TAIL: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let fields = with_fields("tools/list", Map::new());
        let mut out = Vec::new();
        rpc::write(&mut out, &fields);
        out.first_mut().into_iter().for_each(|brace| *brace = b',');
        out
    });
    let body = text.strip_suffix(b"}").unwrap_or(text);
    let mut out = Vec::with_capacity(body.len() + TAIL.len());
    out.extend_from_slice(body);
    out.extend_from_slice(&TAIL);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_kept_as_text_gets_the_same_fields_as_one_of_values() {
        let text = stateless(
            "tools/list",
            Payload::Text(Bytes::from_static(b"{\"tools\":[1]}")),
        );
        let values = stateless(
            "tools/list",
            Payload::Fields(json!({"tools": [1]}).as_object().unwrap().clone()),
        );
        let (Payload::Text(text), Payload::Fields(values)) = (text, values) else {
            unreachable!("kinds are kept")
        };
        let read: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(read, Value::Object(values));
        assert_eq!(read["cacheScope"], "private");
    }
}
