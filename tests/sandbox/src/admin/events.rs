//! Pushes a signed event to a URL.

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::{answer, read};
use crate::events::{self, Event};
use crate::gateway::ApiError;
use crate::shared::SharedState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Push {
    /// `http://…` of the receiver.
    url: String,
    app_id: String,
    event_type: String,
    event: Value,
    /// Keep an id to send a duplicate.
    event_id: Option<String>,
}

/// Answers with what the receiver said.
pub(super) async fn push(State(shared): State<SharedState>, body: Bytes) -> Response {
    let now_ms = shared.now_ms();
    let prepared = read::<Push>(&body).and_then(|push| {
        shared.with(|state, ids| {
            let app = state
                .apps
                .get(&push.app_id)
                .ok_or_else(|| ApiError::new(404, 404, "no such app"))?;
            let event = Event {
                id: push.event_id.unwrap_or_else(|| ids.hex(32)),
                kind: push.event_type,
                body: push.event,
            };
            Ok((events::request(app, &event, &ids.hex(16), now_ms), push.url))
        })
    });
    let result = match prepared {
        Err(error) => Err(error),
        Ok((request, url)) => match events::send(&url, &request).await {
            Ok((status, body)) => Ok(json!({"status": status, "body": body})),
            Err(error) => Err(ApiError::new(502, 502, error.to_string())),
        },
    };
    answer(result)
}
