//! The tools, resources and prompts that the official conformance suite asks for. They exist so
//! that the suite can judge the real edge; the feature `fixture` is off in releases.

mod ask;
mod catalogue;
mod rounds;

use std::{future::ready, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::future::BoxFuture;
use model::{Clock, Principal};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    RpcError, Signal, StateSeal, Wire,
    core::one,
    host::{
        Caller, Completed, Completion, Features, FollowUp, Host, PromptRequest, Reply, Sight,
        ToolCall, Watched,
    },
    rpc,
};

/// A red dot.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
/// Silence of no length.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

/// The fixture, to be served to one tenant.
pub fn host(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>, state_key: [u8; 32]) -> Arc<dyn Host> {
    Arc::new(Fixture {
        wire,
        clock,
        seal: StateSeal::new(state_key),
    })
}

struct Fixture {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
    seal: StateSeal,
}

fn content(parts: Value) -> Reply {
    Reply::Complete(one("content", parts))
}

fn text(text: impl Into<String>) -> Reply {
    content(json!([{ "type": "text", "text": text.into() }]))
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

impl Fixture {
    async fn run(&self, caller: &Caller, call: ToolCall) -> Result<Reply, RpcError> {
        let image = json!({ "type": "image", "data": PNG, "mimeType": "image/png" });
        let reply = match call.name.as_str() {
            "test_simple_text" => text("This is a simple text response for testing."),
            "test_image_content" => content(json!([image])),
            "test_audio_content" => {
                content(json!([{ "type": "audio", "data": WAV, "mimeType": "audio/wav" }]))
            }
            "test_embedded_resource" => content(json!([{ "type": "resource", "resource": {
                "uri": "test://embedded-resource",
                "mimeType": "text/plain",
                "text": "This is an embedded resource content.",
            }}])),
            "test_multiple_content_types" => content(json!([
                { "type": "text", "text": "Multiple content types test:" },
                image,
                { "type": "resource", "resource": {
                    "uri": "test://mixed-content-resource",
                    "mimeType": "application/json",
                    "text": "{\"test\":\"data\",\"value\":123}",
                }},
            ])),
            "test_tool_with_logging" | "test_logging_tool" => {
                for said in [
                    "Tool execution started",
                    "Tool processing data",
                    "Tool execution completed",
                ] {
                    call.peer.log("info", &said.into());
                    pause().await;
                }
                text("Logging done.")
            }
            "test_tool_with_progress" => {
                for done in [0, 50, 100] {
                    call.peer.progress(done, Some(100), "");
                    pause().await;
                }
                text("Progress done.")
            }
            "test_error_handling" => {
                let mut fields = one("isError", true.into());
                let said = "This tool intentionally returns an error for testing";
                fields.insert(
                    "content".to_owned(),
                    json!([{ "type": "text", "text": said }]),
                );
                Reply::Complete(fields)
            }
            "test_trigger_tool_change" | "test_trigger_prompt_change" => {
                let signal = Signal::ToolsChanged(caller.principal.tenant());
                let _lost = self.wire.publish(signal).await;
                text("Changed.")
            }
            "test_reconnection" | "json_schema_2020_12_tool" | "test_header_tool" => text("Done."),
            "test_missing_capability" if !caller.declares("sampling") => {
                return Err(RpcError::missing_capability(&json!({ "sampling": {} })));
            }
            "test_missing_capability" => text("The capability is there."),
            "test_streaming_elicitation" => {
                call.peer.progress(50, Some(100), "");
                pause().await;
                text("Streamed.")
            }
            "test_wait" => {
                tokio::select! {
                    () = call.cancel.cancelled() => {}
                    () = tokio::time::sleep(Duration::from_secs(30)) => {}
                }
                text(format!("cancelled={}", call.cancel.is_cancelled()))
            }
            "test_echo" => text(Value::Object(call.arguments).to_string()),
            name if name.starts_with("test_input_required_result_") => {
                self.round(caller, name, &call.follow_up)?
            }
            _ => return ask::run(caller, &call).await,
        };
        Ok(reply)
    }

    fn round(&self, caller: &Caller, name: &str, follow_up: &FollowUp) -> Result<Reply, RpcError> {
        let state = States {
            seal: &self.seal,
            caller: &caller.principal,
            about: name,
            clock: &*self.clock,
        };
        rounds::round(caller, name, follow_up, &state)
    }
}

/// Seals and opens the state of one tool for one caller.
struct States<'a> {
    seal: &'a StateSeal,
    caller: &'a Principal,
    about: &'a str,
    clock: &'a dyn Clock,
}

impl States<'_> {
    fn seal(&self, body: &str) -> String {
        self.seal
            .seal(self.caller, self.about, body, self.clock.now())
    }

    fn open(&self, sealed: Option<&String>) -> Result<Option<String>, RpcError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        self.seal
            .open(self.caller, self.about, sealed, self.clock.now())
            .map(Some)
            .ok_or_else(|| RpcError::invalid_params("requestState is not acceptable"))
    }
}

impl Host for Fixture {
    fn features(&self) -> Features {
        Features {
            watch: true,
            changing_lists: true,
            completion: true,
        }
    }

    fn instructions(&self, _caller: &Caller) -> String {
        "For the conformance suite.".to_owned()
    }

    fn tools<'a>(&'a self, _caller: &'a Caller) -> BoxFuture<'a, Result<Bytes, RpcError>> {
        Box::pin(async {
            let mut out = Vec::new();
            rpc::write(&mut out, &catalogue::tools());
            Ok(out.into())
        })
    }

    fn call<'a>(
        &'a self,
        caller: &'a Caller,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<Reply, RpcError>> {
        Box::pin(self.run(caller, call))
    }

    fn resources<'a>(&'a self, _caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(ready(Ok(catalogue::resources())))
    }

    fn resource_templates<'a>(
        &'a self,
        _caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(ready(Ok(catalogue::templates())))
    }

    fn read<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        _cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Map<String, Value>, RpcError>> {
        let found = catalogue::read(uri).map(|contents| one("contents", contents.into()));
        let found = found.ok_or_else(|| RpcError::resource_not_found(uri, caller.revision));
        Box::pin(ready(found))
    }

    fn watch<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        _cancel: CancellationToken,
    ) -> BoxFuture<'a, Result<Watched, RpcError>> {
        let known = catalogue::read(uri).is_some() || catalogue::WATCHED.contains(&uri);
        let found = known.then(|| Watched {
            uri: uri.to_owned(),
            thing: uri.to_owned(),
            by: uri.to_owned(),
            modified: 0,
            told: uri != "test://untold",
        });
        let found = found.ok_or_else(|| RpcError::resource_not_found(uri, caller.revision));
        Box::pin(ready(found))
    }

    fn look<'a>(&'a self, _caller: &'a Caller, watched: &'a Watched) -> BoxFuture<'a, Sight> {
        Box::pin(ready(match watched.by.as_str() {
            "test://hidden" => Sight::Hidden,
            "test://vanishing" => Sight::Gone,
            "test://untold" => Sight::At(7),
            _ => Sight::At(0),
        }))
    }

    fn prompts<'a>(&'a self, _caller: &'a Caller) -> BoxFuture<'a, Result<Vec<Value>, RpcError>> {
        Box::pin(ready(Ok(catalogue::prompts())))
    }

    fn prompt<'a>(
        &'a self,
        _caller: &'a Caller,
        request: PromptRequest,
    ) -> BoxFuture<'a, Result<Reply, RpcError>> {
        Box::pin(
            async move { rounds::prompt(&request.name, &request.arguments, &request.follow_up) },
        )
    }

    fn complete<'a>(
        &'a self,
        _caller: &'a Caller,
        request: &'a Completion,
    ) -> BoxFuture<'a, Result<Completed, RpcError>> {
        let values = ["paris", "park", "party"]
            .into_iter()
            .filter(|word| word.starts_with(&request.typed))
            .map(str::to_owned)
            .collect();
        Box::pin(ready(Ok(Completed {
            values,
            more: false,
        })))
    }
}
