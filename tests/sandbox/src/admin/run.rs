//! Faults, limits, clock, tokens, reset.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use crate::admin::{answer, read};
use crate::control::Fault;
use crate::shared::SharedState;
use crate::tokens::TokenFilter;

pub(super) async fn faults(State(shared): State<SharedState>) -> Response {
    answer(Ok(
        shared.control(|control| json!({"faults": control.faults.list()}))
    ))
}

pub(super) async fn add_fault(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(
        read::<Fault>(&body)
            .map(|fault| json!({"id": shared.control(|control| control.faults.add(fault))})),
    )
}

pub(super) async fn clear_faults(State(shared): State<SharedState>) -> Response {
    shared.control(|control| control.faults.clear(None));
    answer(Ok(json!({})))
}

pub(super) async fn clear_fault(
    State(shared): State<SharedState>,
    Path(id): Path<u64>,
) -> Response {
    shared.control(|control| control.faults.clear(Some(id)));
    answer(Ok(json!({})))
}

pub(super) async fn limits(State(shared): State<SharedState>) -> Response {
    answer(Ok(shared.control(
        |control| json!({"enabled": control.limits.enabled, "scale": control.limits.scale}),
    )))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetLimits {
    enabled: Option<bool>,
    scale: Option<f64>,
}

pub(super) async fn set_limits(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(read::<SetLimits>(&body).map(|wanted| {
        shared.control(|control| {
            let limits = &mut control.limits;
            limits.enabled = wanted.enabled.unwrap_or(limits.enabled);
            limits.scale = wanted.scale.unwrap_or(limits.scale);
            json!({"enabled": limits.enabled, "scale": limits.scale})
        })
    }))
}

pub(super) async fn clock(State(shared): State<SharedState>) -> Response {
    answer(Ok(json!({"now_ms": shared.now_ms()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(default)]
    advance_ms: i64,
    #[serde(default)]
    advance_s: i64,
}

pub(super) async fn advance_clock(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(read::<Advance>(&body).map(|by| {
        shared.with(|state, _| state.clock_offset_ms += by.advance_ms + by.advance_s * 1000);
        json!({"now_ms": shared.now_ms()})
    }))
}

pub(super) async fn expire_tokens(State(shared): State<SharedState>, body: Bytes) -> Response {
    let now_ms = shared.now_ms();
    answer(read::<TokenFilter>(&body).map(
        |filter| json!({"touched": shared.with(|state, _| state.tokens.expire(&filter, now_ms))}),
    ))
}

pub(super) async fn revoke_tokens(State(shared): State<SharedState>, body: Bytes) -> Response {
    answer(
        read::<TokenFilter>(&body)
            .map(|filter| json!({"touched": shared.with(|state, _| state.tokens.revoke(&filter))})),
    )
}

pub(super) async fn reset(State(shared): State<SharedState>) -> Response {
    shared.reset();
    answer(Ok(json!({})))
}
