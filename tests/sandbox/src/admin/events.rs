//! Pushes signed events; sets where an app's go.

use axum::extract::{Path, State};
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
    /// When it happened, milliseconds since 1970; now, when it is not said.
    at_ms: Option<i64>,
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
                at_ms: push.at_ms.unwrap_or(now_ms),
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscribe {
    /// `http://…` of the receiver.
    url: String,
}

/// Sets the request URL of an app, if its receiver answers the question about it.
pub(super) async fn subscribe(
    State(shared): State<SharedState>,
    Path(app_id): Path<String>,
    body: Bytes,
) -> Response {
    let done = match read::<Subscribe>(&body) {
        Ok(wanted) => shared.subscribe(&app_id, &wanted.url).await,
        Err(error) => Err(error),
    };
    answer(done.map(|()| json!({"app_id": app_id, "verified": true})))
}

/// What became of the events that were pushed by themselves.
pub(super) async fn list(State(shared): State<SharedState>) -> Response {
    answer(Ok(shared.control(|control| {
        let pushes = &control.pushes;
        json!({
            "automatic": pushes.automatic,
            "scale": pushes.scale,
            "deliveries": pushes.deliveries(),
        })
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangePushes {
    /// Whether changes push events by themselves.
    automatic: Option<bool>,
    /// The pauses between attempts (15 s, 5 min, 1 h, 6 h) are multiplied by this.
    scale: Option<f64>,
}

pub(super) async fn change(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(read::<ChangePushes>(&body).map(|wanted| {
        shared.control(|control| {
            let pushes = &mut control.pushes;
            pushes.automatic = wanted.automatic.unwrap_or(pushes.automatic);
            pushes.scale = wanted.scale.unwrap_or(pushes.scale);
            json!({"automatic": pushes.automatic, "scale": pushes.scale})
        })
    }))
}

/// Lets events that wait for their next attempt be tried now.
pub(super) async fn hurry(State(shared): State<SharedState>) -> Response {
    shared.hurry();
    answer(Ok(json!({})))
}
