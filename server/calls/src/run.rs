//! Step 4: run the tool with a deadline, cancellable, and without letting a panic out.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt as _;
use serde_json::Value;
use tools::{ToolCx, ToolDef, ToolError, ToolOutput};

use crate::words;

/// Runs it.
pub(crate) async fn tool(
    tool: &ToolDef,
    cx: &ToolCx,
    arguments: Value,
    deadline: Duration,
) -> Result<ToolOutput, ToolError> {
    let work = AssertUnwindSafe(tool.run(cx, arguments)).catch_unwind();
    tokio::select! {
        biased;
        done = work => done.unwrap_or_else(|_panic| {
            tracing::error!(tool.name = tool.name(), "a tool panicked");
            Err(ToolError::internal(cx.locale))
        }),
        () = cx.cancel.cancelled() => Err(ToolError::cancelled(cx.locale)),
        () = tokio::time::sleep(deadline) => Err(words::deadline(deadline, cx.locale)),
    }
}
