//! Step 4: run the tool with a deadline, cancellable, and without letting a panic out.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt as _;
use model::policy::Effect;
use serde_json::Value;
use tools::{ToolCx, ToolDef, ToolError, ToolOutput};

use crate::words;

/// How long a write may take to come to its next step and say what exists.
const GRACE: Duration = Duration::from_secs(3);

/// Runs it. A write that is cut short is not cut off: it stops at its next step, and tells what it
/// did.
pub(crate) async fn tool(
    tool: &ToolDef,
    cx: &ToolCx,
    arguments: Value,
    deadline: Duration,
) -> Result<ToolOutput, ToolError> {
    let writes = tool
        .effect_of(&arguments)
        .is_ok_and(|effect| effect != Effect::Read);
    let stop = cx.cancel.child_token();
    let inner = ToolCx {
        cancel: stop.clone(),
        ..cx.clone()
    };
    let work = AssertUnwindSafe(tool.run(&inner, arguments)).catch_unwind();
    tokio::pin!(work);
    let why = tokio::select! {
        biased;
        done = &mut work => return ended(tool, cx, done),
        () = cx.cancel.cancelled() => ToolError::cancelled(cx.locale),
        () = tokio::time::sleep(deadline) => words::deadline(deadline, cx.locale),
    };
    if !writes {
        return Err(why);
    }
    stop.cancel();
    match tokio::time::timeout(GRACE, work).await {
        Ok(done) => ended(tool, cx, done).map_err(|_| why),
        Err(_) => Err(why),
    }
}

fn ended(
    tool: &ToolDef,
    cx: &ToolCx,
    done: Result<Result<ToolOutput, ToolError>, Box<dyn Any + Send>>,
) -> Result<ToolOutput, ToolError> {
    done.unwrap_or_else(|_panic| {
        tracing::error!(tool.name = tool.name(), "a tool panicked");
        Err(ToolError::internal(cx.locale))
    })
}
