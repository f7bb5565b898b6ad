//! What of a call's arguments the ledger keeps: which object, which operation, how much. Free text
//! is kept as length and digest, so that a reviewer can match it without reading it.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::Via;

/// Arguments whose text says what was done, and holds no content.
const KEPT: &[&str] = &[
    "as", "at", "comment", "comments", "cursor", "format", "in", "into", "kind", "kinds", "limit",
    "mention", "only", "op", "owner", "ref", "since", "sort", "syntax", "thread", "topic", "view",
];

/// Longest kept text.
const LONGEST: usize = 200;

/// The name under which the detail says what the client asked for. No argument is called so.
const VIA: &str = "$via";

/// The redacted form, as compact JSON.
pub(crate) fn arguments(arguments: &Value, via: Via) -> String {
    let mut kept: Map<String, Value> = match arguments {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let kept = match (name.as_str(), value) {
                    ("url", Value::String(url)) => origin(url),
                    (known, _) => one(KEPT.contains(&known), value),
                };
                (name.clone(), kept)
            })
            .collect(),
        _ => Map::new(),
    };
    // Written last: an argument of this name, which no tool takes, cannot pretend to be it.
    kept.remove(VIA);
    if let Some(via) = via.name() {
        kept.insert(VIA.to_owned(), via.into());
    }
    Value::Object(kept).to_string()
}

/// A redacted form with a fact of ours beside the arguments.
pub(crate) fn with(redacted: &str, name: &str, fact: &str) -> String {
    let mut fields: Map<String, Value> = serde_json::from_str(redacted).unwrap_or_default();
    fields.insert(name.to_owned(), fact.into());
    Value::Object(fields).to_string()
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
        let kept = arguments(
            &json!({
                "ref": "doxcnA", "op": "add", "text": "our secret plan", "limit": 5, "dry_run": true,
                "mention": ["ou_1"], "title": "Plan", "unknown": { "a": "secret" },
            }),
            Via::Tool,
        );
        assert!(kept.contains("doxcnA") && kept.contains("ou_1") && kept.contains("\"limit\":5"));
        for hidden in ["secret", "Plan"] {
            assert!(!kept.contains(hidden), "{kept}");
        }
    }

    #[test]
    fn of_an_address_only_the_host_is_kept() {
        let kept = arguments(
            &json!({ "url": "https://u:pw@cdn.test/a?sig=secret" }),
            Via::Tool,
        );
        assert!(kept.contains("\"host\":\"cdn.test\""), "{kept}");
        assert!(!kept.contains("secret") && !kept.contains("pw"), "{kept}");
    }

    #[test]
    fn a_long_text_is_digested_wherever_it_stands() {
        let kept = arguments(&json!({ "ref": "x".repeat(300) }), Via::Tool);
        assert!(kept.contains("sha256"), "{kept}");
    }

    #[test]
    fn what_the_client_asked_for_is_kept_and_cannot_be_pretended() {
        let claim = json!({ "ref": "doxcnA", "$via": "resource" });
        assert_eq!(arguments(&claim, Via::Tool), r#"{"ref":"doxcnA"}"#);
        assert!(arguments(&claim, Via::Completion).contains(r#""$via":"completion""#));
        assert_eq!(arguments(&Value::Null, Via::Tool), "{}");
    }
}
