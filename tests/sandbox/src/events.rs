//! Events pushed to an app's request URL: envelope, encryption, signature, delivery.

pub(crate) mod changes;
mod deliver;
mod encrypt;
mod push;
pub(crate) mod things;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) use deliver::send;
pub use push::Delivery;
pub(crate) use push::Pushes;
pub(crate) use things::News;
pub use things::{ChangeKind, Row};

use crate::apps::App;

/// One event to push.
#[derive(Debug)]
pub(crate) struct Event {
    /// `header.event_id`; receivers drop repeated ones.
    pub(crate) id: String,
    /// `header.event_type`.
    pub(crate) kind: String,
    /// `event`.
    pub(crate) body: Value,
    /// `header.create_time`: when it happened, the same for every attempt.
    pub(crate) at_ms: i64,
}

/// A request as it goes over the wire.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct EventRequest {
    /// Header names and values.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Compact JSON, exactly as `JSON.stringify` prints it: one official client hashes its own
    /// rendering of the parsed body.
    pub(crate) body: String,
}

/// Lower-case hexadecimal SHA-256 of timestamp, nonce, encrypt key and raw body.
pub(crate) fn signature(timestamp: &str, nonce: &str, encrypt_key: &str, body: &str) -> String {
    let mut hasher = Sha256::new();
    for part in [timestamp, nonce, encrypt_key, body] {
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// The request that carries an event of an app. With an encrypt key the body is encrypted and
/// signed; without one it goes in the clear with the verification token.
pub(crate) fn request(app: &App, event: &Event, nonce: &str, now_ms: i64) -> EventRequest {
    let mut plain = json!({
        "schema": "2.0",
        "header": {
            "event_id": event.id,
            "event_type": event.kind,
            "create_time": event.at_ms.to_string(),
            "token": app.verification_token,
            "app_id": app.app_id,
            "tenant_key": app.tenant_key,
        },
        "event": event.body,
    });
    // Events of files say in their header too which file they are about; those of bases do not.
    if event.kind.starts_with("drive.file.") && !event.kind.contains("bitable") {
        plain["header"]["resource_id"] = event.body["file_token"].clone();
    }
    let plain = plain.to_string();
    let json_type = ("Content-Type", "application/json; charset=utf-8".to_owned());
    if app.encrypt_key.is_empty() {
        return EventRequest {
            headers: vec![json_type],
            body: plain,
        };
    }
    let body = json!({"encrypt": encrypt::encrypt(&app.encrypt_key, nonce, &plain)}).to_string();
    let timestamp = (now_ms / 1000).to_string();
    let signature = signature(&timestamp, nonce, &app.encrypt_key, &body);
    let headers = vec![
        json_type,
        ("X-Lark-Request-Timestamp", timestamp),
        ("X-Lark-Request-Nonce", nonce.to_owned()),
        ("X-Lark-Signature", signature),
    ];
    EventRequest { headers, body }
}

/// The question whether a URL is the app's: never signed, since receivers must not count on it.
pub(crate) fn question(app: &App, challenge: &str, nonce: &str) -> EventRequest {
    let plain = json!({
        "challenge": challenge,
        "token": app.verification_token,
        "type": "url_verification",
    })
    .to_string();
    let body = if app.encrypt_key.is_empty() {
        plain
    } else {
        json!({"encrypt": encrypt::encrypt(&app.encrypt_key, nonce, &plain)}).to_string()
    };
    let headers = vec![("Content-Type", "application/json; charset=utf-8".to_owned())];
    EventRequest { headers, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(encrypt_key: &str) -> App {
        App {
            app_id: "cli_1".to_owned(),
            tenant_key: "t1".to_owned(),
            verification_token: "v".to_owned(),
            encrypt_key: encrypt_key.to_owned(),
            ..App::default()
        }
    }

    fn event() -> Event {
        Event {
            id: "e1".to_owned(),
            kind: "drive.file.edit_v1".to_owned(),
            body: json!({"file_token": "x", "title": "季度"}),
            at_ms: 1000,
        }
    }

    #[test]
    fn an_unencrypted_event_is_compact_and_carries_the_verification_token() {
        let request = request(&app(""), &event(), "nonce", 1000);
        assert_eq!(
            request.body,
            "{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e1\",\
             \"event_type\":\"drive.file.edit_v1\",\"create_time\":\"1000\",\"token\":\"v\",\
             \"app_id\":\"cli_1\",\"tenant_key\":\"t1\",\"resource_id\":\"x\"},\
             \"event\":{\"file_token\":\"x\",\"title\":\"季度\"}}"
        );
        assert_eq!(request.headers.len(), 1);
    }

    #[test]
    fn an_encrypted_event_can_be_verified_and_read_with_the_key() {
        let request = request(&app("k"), &event(), "nonce", 1000);
        let header = |name| {
            let found = request.headers.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        assert_eq!(
            header("X-Lark-Signature"),
            signature("1", "nonce", "k", &request.body)
        );
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        let sealed = body["encrypt"].as_str().unwrap_or_default();
        let plain = encrypt::decrypt("k", sealed).expect("readable with the key");
        assert!(plain.contains("\"title\":\"季度\""));
    }
}
