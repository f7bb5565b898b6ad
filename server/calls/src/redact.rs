//! What of a call's arguments the ledger keeps: which object, which operation, how much. Free text
//! is kept as length and digest, so that a reviewer can match it without reading it.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Arguments whose text says what was done, and holds no content.
const KEPT: &[&str] = &[
    "as",
    "at",
    "comment",
    "cursor",
    "format",
    "into",
    "kind",
    "kinds",
    "limit",
    "mention",
    "op",
    "owner",
    "ref",
    "since",
    "syntax",
    "thread",
    "topic",
    "unresolved_only",
    "view",
];

/// Longest kept text.
const LONGEST: usize = 200;

/// The redacted form, as compact JSON.
pub(crate) fn arguments(arguments: &Value) -> String {
    let Value::Object(fields) = arguments else {
        return "{}".to_owned();
    };
    let kept: Map<String, Value> = fields
        .iter()
        .map(|(name, value)| {
            let kept = match (name.as_str(), value) {
                ("url", Value::String(url)) => origin(url),
                (known, _) => one(KEPT.contains(&known), value),
            };
            (name.clone(), kept)
        })
        .collect();
    Value::Object(kept).to_string()
}

fn one(keep: bool, value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::String(text) if keep && text.len() <= LONGEST => value.clone(),
        Value::Array(items) if keep => items.iter().take(20).map(|item| one(true, item)).collect(),
        Value::String(text) => digest(text.as_bytes()),
        Value::Array(_) | Value::Object(_) => digest(value.to_string().as_bytes()),
    }
}

/// Of an address that was fetched, the host: a path may hold a secret.
fn origin(url: &str) -> Value {
    let host = url.split_once("://").and_then(|(_, rest)| {
        let host = rest.split(['/', '?', '#']).next()?;
        host.rsplit('@').next()
    });
    let mut kept = digest(url.as_bytes());
    if let Some(host) = host.filter(|host| host.len() <= LONGEST) {
        kept["host"] = host.into();
    }
    kept
}

fn digest(bytes: &[u8]) -> Value {
    let hash = hex::encode(Sha256::digest(bytes));
    json!({ "bytes": bytes.len(), "sha256": hash[..16] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_digested_and_references_are_kept() {
        let kept = arguments(&json!({
            "ref": "doxcnA", "op": "add", "text": "our secret plan", "limit": 5, "dry_run": true,
            "mention": ["ou_1"], "title": "Plan", "unknown": { "a": "secret" },
        }));
        assert!(kept.contains("doxcnA") && kept.contains("ou_1") && kept.contains("\"limit\":5"));
        for hidden in ["secret", "Plan"] {
            assert!(!kept.contains(hidden), "{kept}");
        }
    }

    #[test]
    fn of_an_address_only_the_host_is_kept() {
        let kept = arguments(&json!({ "url": "https://u:pw@cdn.test/a?sig=secret" }));
        assert!(kept.contains("\"host\":\"cdn.test\""), "{kept}");
        assert!(!kept.contains("secret") && !kept.contains("pw"), "{kept}");
    }

    #[test]
    fn a_long_text_is_digested_wherever_it_stands() {
        let kept = arguments(&json!({ "ref": "x".repeat(300) }));
        assert!(kept.contains("sha256"), "{kept}");
    }
}
