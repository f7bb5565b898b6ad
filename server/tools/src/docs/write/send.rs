//! One write: its turn, and its repetition where that is safe.

use std::{future::Future, time::Duration};

use feishu::{ErrorClass, FeishuError};

use crate::{
    ToolCx, ToolError,
    pace::{Api, pause},
};

/// Tries of a call that Feishu limits: a storm passes.
const LIMITED_TRIES: u32 = 8;
/// Tries of a call whose answer was lost, or that Feishu failed at.
const FAILED_TRIES: u32 = 3;
/// The longest pause that is waited for.
const LONGEST: Duration = Duration::from_secs(10);
/// The document is being copied: a lock that goes away.
const COPYING: i64 = 1_770_020;
/// Feishu is under maintenance.
const MAINTENANCE: i64 = 1_771_005;

/// Sends a write that Feishu cannot tell from a second one: again only where Feishu refused it at
/// the gate.
///
/// # Errors
/// The last failure, as Feishu gave it.
pub(crate) async fn send_once<T, F>(
    cx: &ToolCx,
    api: Api,
    call: impl Fn() -> F,
) -> Result<Result<T, FeishuError>, ToolError>
where
    F: Future<Output = Result<T, FeishuError>> + Send,
{
    let mut attempt = 0;
    loop {
        cx.pace.turn(cx, api, None).await?;
        let fault = match call().await {
            Err(fault @ FeishuError::RateLimited { .. }) => fault,
            other => return Ok(other),
        };
        attempt += 1;
        match wait_before(cx, &fault, attempt) {
            Some(wait) => pause(cx, wait).await?,
            None => return Ok(Err(fault)),
        }
    }
}

/// Sends a write that carries a client token, again where the first try may not have arrived. A
/// second effect cannot come of it: Feishu knows the token.
///
/// # Errors
/// The last failure, in the caller's language.
pub(crate) async fn send<T, F>(
    cx: &ToolCx,
    api: Api,
    document: &str,
    call: impl Fn() -> F,
) -> Result<T, ToolError>
where
    F: Future<Output = Result<T, FeishuError>> + Send,
{
    let mut attempt = 0;
    loop {
        cx.pace.turn(cx, api, Some(document)).await?;
        let fault = match call().await {
            Ok(done) => return Ok(done),
            Err(fault) => fault,
        };
        attempt += 1;
        match wait_before(cx, &fault, attempt) {
            Some(wait) => pause(cx, wait).await?,
            None => return Err(cx.fault(fault)),
        }
    }
}

/// How long to wait before another try; `None` when there must be none.
fn wait_before(cx: &ToolCx, fault: &FeishuError, attempt: u32) -> Option<Duration> {
    let backoff = Duration::from_millis(250 << attempt.min(6));
    let (tries, wait) = match fault {
        FeishuError::RateLimited { retry_after, .. } => {
            (LIMITED_TRIES, retry_after.unwrap_or(backoff))
        }
        FeishuError::Api {
            class: ErrorClass::Upstream,
            ..
        }
        | FeishuError::Api {
            code: COPYING | MAINTENANCE,
            ..
        }
        | FeishuError::Timeout
        | FeishuError::Transport(_)
        | FeishuError::Decode { .. } => (FAILED_TRIES, backoff),
        _ => return None,
    };
    (attempt < tries && wait <= LONGEST).then(|| wait + jitter(cx, wait))
}

/// Up to a quarter more, so that many that were refused together do not come back together.
fn jitter(cx: &ToolCx, wait: Duration) -> Duration {
    let mut byte = [0];
    cx.entropy.fill(&mut byte);
    wait / 4 * u32::from(byte[0]) / 255
}
