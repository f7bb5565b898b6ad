//! Tools that do what a test tells them.

use std::{future::pending, time::Duration};

use feishu::Request;
use model::policy::Effect;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tools::{ErrorKind, Progress, Text, Tool, ToolCx, ToolDef, ToolError, ToolOutput, ToolSpec};

use super::gate_with;
use crate::{CallRequest, gate::Gate, testing::World};

/// The tools `reads`, `writes`, `destroys` and `sends`.
static PROBES: [ToolDef; 4] = [
    ToolDef::of::<Reads>(),
    ToolDef::of::<Writes>(),
    ToolDef::of::<Destroys>(),
    ToolDef::of::<Sends>(),
];

/// Longer than any test.
const PATIENT: Duration = Duration::from_mins(10);

struct Reads;
struct Writes;
struct Destroys;
/// Writes, and reaches people outside.
struct Sends;

impl Tool for Reads {
    const SPEC: ToolSpec = spec("reads", Effect::Read);
    type Input = Value;

    async fn call(cx: &ToolCx, input: Value) -> Result<ToolOutput, ToolError> {
        act(cx, &input).await
    }
}

impl Tool for Writes {
    const SPEC: ToolSpec = spec("writes", Effect::Write);
    type Input = Value;

    async fn call(cx: &ToolCx, input: Value) -> Result<ToolOutput, ToolError> {
        act(cx, &input).await
    }
}

impl Tool for Destroys {
    const SPEC: ToolSpec = spec("destroys", Effect::Destroy);
    type Input = Value;

    async fn takes_away(_cx: &ToolCx, input: &Value) -> Result<bool, ToolError> {
        Ok(input["does"] != "spare")
    }

    async fn question(cx: &ToolCx, input: &Value) -> Result<String, ToolError> {
        let looked = cx.feishu.call(Request::get("/open-apis/probe")).await;
        looked.map_err(|fault| cx.fault(fault))?;
        if input["does"] == "hide" {
            return Err(ToolError::new(
                ErrorKind::NotFound,
                "there is no such thing",
            ));
        }
        let name = input["name"].as_str().unwrap_or("it");
        Ok(format!("Destroy {name}?"))
    }

    async fn call(cx: &ToolCx, input: Value) -> Result<ToolOutput, ToolError> {
        act(cx, &input).await
    }
}

impl Tool for Sends {
    const SPEC: ToolSpec = spec("sends", Effect::Write);
    type Input = Value;

    fn needs_confirmation(input: &Value) -> bool {
        input["outside"] == true
    }

    async fn call(cx: &ToolCx, input: Value) -> Result<ToolOutput, ToolError> {
        act(cx, &input).await
    }
}

const fn spec(name: &'static str, effect: Effect) -> ToolSpec {
    ToolSpec {
        name,
        title: Text::new("Probe", "探针"),
        description: Text::new("Does as it is told.", "按指示执行。"),
        args: &[],
        effect,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: false,
        open_world: true,
    }
}

async fn act(cx: &ToolCx, input: &Value) -> Result<ToolOutput, ToolError> {
    cx.progress.send(0, None, "began");
    match input["does"].as_str() {
        Some("panic") => panic!("as it was told"),
        Some("linger") => tokio::time::sleep(Duration::from_secs(5)).await,
        Some("hang") => pending().await,
        Some("ask twice") => {
            for _ in 0..2 {
                let asked = cx.feishu.call(Request::get("/open-apis/probe")).await;
                asked.map_err(|fault| cx.fault(fault))?;
            }
        }
        _ => {}
    }
    Ok(ToolOutput::text("done"))
}

/// A gate that leads to the probes.
pub(super) fn probing(world: &World) -> Gate {
    gate_with(world, &PROBES, PATIENT)
}

/// The same, and no call takes longer than this.
pub(super) fn impatient(world: &World, deadline: Duration) -> Gate {
    gate_with(world, &PROBES, deadline)
}

/// A call of a probe, and what hears of each time that it runs.
pub(super) fn told(tool: &str, does: &str) -> (CallRequest, UnboundedReceiver<()>) {
    let (tell, runs) = unbounded_channel();
    let mut request = CallRequest::new(tool, json!({ "does": does }));
    request.progress = Progress::new(move |_, _, _| {
        let _ = tell.send(());
    });
    (request, runs)
}
