//! Step 5: run the tool with a deadline, cancellable, and without letting a panic out.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tools::{ToolCx, ToolError};

use crate::words;

/// Runs what a tool does, or asks.
pub(crate) async fn guarded<T>(
    name: &str,
    cx: &ToolCx,
    work: impl Future<Output = Result<T, ToolError>>,
    deadline: Duration,
) -> Result<T, ToolError> {
    let work = AssertUnwindSafe(work).catch_unwind();
    tokio::select! {
        biased;
        done = work => done.unwrap_or_else(|_panic| {
            tracing::error!(tool.name = name, "a tool panicked");
            Err(ToolError::internal(cx.locale))
        }),
        () = cx.cancel.cancelled() => Err(ToolError::cancelled(cx.locale)),
        () = tokio::time::sleep(deadline) => Err(words::deadline(deadline, cx.locale)),
    }
}
