//! The two shapes of an event, and of the question about the address.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;

use super::Refusal;

/// The encrypted bytes of a body `{"encrypt":"…"}`.
pub(super) fn sealed(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(default, borrow)]
        encrypt: Option<std::borrow::Cow<'a, str>>,
    }
    let outer: Outer<'_> = serde_json::from_slice(body).map_err(|_| Refusal::Unreadable)?;
    let text = outer.encrypt.ok_or(Refusal::InTheClear)?;
    STANDARD
        .decode(text.as_bytes())
        .map_err(|_| Refusal::Unreadable)
}

/// What was encrypted. Schema 2.0 has a header; schema 1.0 keeps its parts beside the event and
/// in it.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Envelope {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) challenge: Option<String>,
    token: String,
    uuid: String,
    ts: String,
    header: Option<Header>,
    event: Value,
}

/// The header of schema 2.0.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Header {
    pub(super) event_id: String,
    pub(super) event_type: String,
    token: String,
    pub(super) app_id: String,
    pub(super) tenant_key: String,
    create_time: String,
    #[serde(skip)]
    pub(super) at_ms: Option<i64>,
}

impl Envelope {
    /// The Verification Token that it names.
    pub(super) fn token(&self) -> &str {
        match &self.header {
            Some(header) => &header.token,
            None => &self.token,
        }
    }

    /// Header and body of an event; `None` when it is none.
    pub(super) fn event(self) -> Option<(Header, Value)> {
        if let Some(mut header) = self.header {
            header.at_ms = header.create_time.parse().ok();
            return Some((header, self.event));
        }
        if self.kind.as_deref() != Some("event_callback") {
            return None;
        }
        let text = |name: &str| {
            let found = self.event.get(name).and_then(Value::as_str);
            found.unwrap_or_default().to_owned()
        };
        // Seconds, with a fraction.
        let seconds = self
            .ts
            .split('.')
            .next()
            .and_then(|s| s.parse::<i64>().ok());
        let header = Header {
            event_id: self.uuid,
            event_type: text("type"),
            app_id: text("app_id"),
            tenant_key: text("tenant_key"),
            at_ms: seconds.and_then(|seconds| seconds.checked_mul(1000)),
            ..Header::default()
        };
        Some((header, self.event))
    }
}
