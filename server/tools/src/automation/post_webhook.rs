//! `post_webhook`: tells an address outside. Goes through the guarded client, and only where the
//! tenant lets things reach outside.

use std::time::Duration;

use feishu::GuardError;
use model::policy::Effect;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec};

/// Largest body in bytes.
const MAX_BODY: usize = 256 * 1024;
/// What is read of the answer.
const ANSWER: usize = 16 * 1024;
/// A receiver has this long.
const DEADLINE: Duration = Duration::from_secs(10);

pub(crate) struct PostWebhook;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    url: String,
    #[serde(default)]
    body: Map<String, Value>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for PostWebhook {
    const SPEC: ToolSpec = ToolSpec {
        name: "post_webhook",
        title: Text::new("Call an address outside", "调用外部地址"),
        description: Text::new(
            "Posts JSON to a public https address. Works only where sharing outside is switched on.",
            "向公网 https 地址发送 JSON。仅在允许对外分享时可用。",
        ),
        args: &[
            ("url", Text::new("https address.", "https 地址。")),
            ("body", Text::new("JSON object.", "JSON 对象。")),
            (
                "idempotency_key",
                Text::new(
                    "Sent as Idempotency-Key; receivers know repeats by it.",
                    "作为 Idempotency-Key 发送，接收方据此去重。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: false,
        open_world: false,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        if let Err(reason) = cx.facts.reach_outside {
            return Err(ToolError::refused(reason, cx.locale));
        }
        let body = Value::Object(input.body).to_string().into_bytes();
        if body.len() > MAX_BODY {
            return Err(ToolError::invalid(
                cx.say("the body is larger than 256 KB", "内容超过 256 KB"),
            ));
        }
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(key) = input.idempotency_key.filter(|key| is_plain(key)) {
            headers.push(("idempotency-key", key));
        }
        let sent = cx.web.post(&input.url, &headers, body, ANSWER, DEADLINE);
        let reply = sent.await.map_err(|error| match error {
            GuardError::Refused(_) | GuardError::TooLarge(_) => {
                ToolError::invalid(error.to_string())
            }
            _ => ToolError::new(ErrorKind::Upstream, error.to_string()),
        })?;
        let status = reply.status;
        match status {
            200..300 => {
                let told = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
                Ok(ToolOutput::text(format!("{status}"))
                    .with_structured(json!({"status": status, "body": told})))
            }
            408 | 425 | 429 | 500.. => Err(ToolError::new(
                ErrorKind::Upstream,
                format!("{} {status}", cx.say("the receiver answered", "接收方返回")),
            )),
            _ => Err(ToolError::invalid(format!(
                "{} {status}",
                cx.say("the receiver answered", "接收方返回")
            ))),
        }
    }
}

/// What may stand in a header.
fn is_plain(key: &str) -> bool {
    key.len() <= 100 && key.bytes().all(|byte| byte.is_ascii_graphic())
}
