//! One write, again where Feishu refused it at the gate or said that it is busy.

use std::{future::Future, time::Duration};

use feishu::FeishuError;

use crate::{ToolCx, ToolError, pace::pause};

/// Tries of one write.
const TRIES: u32 = 6;
/// The longest pause that is waited for.
const LONGEST: Duration = Duration::from_secs(10);
/// Too many requests, and "retry later", of both versions: nothing was done.
const BUSY: [i64; 4] = [90_217, 90_235, 1_310_217, 1_310_235];

/// Sends a write. Only refusals that had no effect are tried again.
///
/// # Errors
/// The outer one when the client gave up; the inner one is Feishu's last word.
pub(crate) async fn send<T, F>(
    cx: &ToolCx,
    call: impl Fn() -> F,
) -> Result<Result<T, FeishuError>, ToolError>
where
    F: Future<Output = Result<T, FeishuError>> + Send,
{
    let mut attempt = 0;
    loop {
        cx.check()?;
        let fault = match call().await {
            Ok(done) => return Ok(Ok(done)),
            Err(fault) => fault,
        };
        attempt += 1;
        let backoff = Duration::from_millis(200 << attempt.min(6));
        let wait = match &fault {
            FeishuError::RateLimited { retry_after, .. } => retry_after.unwrap_or(backoff),
            FeishuError::Api { code, .. } if BUSY.contains(code) => backoff,
            _ => return Ok(Err(fault)),
        };
        if attempt >= TRIES || wait > LONGEST {
            return Ok(Err(fault));
        }
        pause(cx, wait).await?;
    }
}
