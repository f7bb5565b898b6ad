//! Step 5: run the tool with a deadline, cancellable, and without letting a panic out.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tools::{ToolCx, ToolError};

use crate::words;

/// How long a write that has to stop may take to come to its next step and say what exists.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// Runs what a tool does, or asks. Once it has to stop, it is told so, and may take `grace` to say
/// what it did; then it is cut off.
pub(crate) async fn guarded<T>(
    name: &str,
    cx: &ToolCx,
    work: impl Future<Output = Result<T, ToolError>>,
    deadline: Duration,
    grace: Duration,
) -> Result<T, ToolError> {
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::pin!(work);
    let why = tokio::select! {
        biased;
        done = &mut work => return ended(name, cx, done),
        () = cx.cancel.cancelled() => ToolError::cancelled(cx.locale),
        () = tokio::time::sleep(deadline) => words::deadline(deadline, cx.locale),
    };
    if grace.is_zero() {
        return Err(why);
    }
    cx.cancel.cancel();
    match tokio::time::timeout(grace, work).await {
        Ok(done) => ended(name, cx, done).map_err(|_stopped| why),
        Err(_late) => Err(why),
    }
}

fn ended<T>(
    name: &str,
    cx: &ToolCx,
    done: Result<Result<T, ToolError>, Box<dyn Any + Send>>,
) -> Result<T, ToolError> {
    done.unwrap_or_else(|_panic| {
        tracing::error!(tool.name = name, "a tool panicked");
        Err(ToolError::internal(cx.locale))
    })
}
