//! `send_message`: a text or a card, from the tenant's app to a chat or a person.

use feishu::api::messages::{self, NewMessage, Receiver};
use model::policy::Effect;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, docs::markdown::inline::is_open_id,
};

/// Largest text in bytes (Feishu: 150 KB), and largest card.
const MAX_TEXT: usize = 150 * 1024;
const MAX_CARD: usize = 30 * 1024;
/// Most people that one message calls.
const MAX_MENTIONS: usize = 20;

pub(crate) struct SendMessage;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    to: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    mention: Vec<String>,
    #[serde(default)]
    card: Option<Map<String, Value>>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for SendMessage {
    const SPEC: ToolSpec = ToolSpec {
        name: "send_message",
        title: Text::new("Send a message", "发送消息"),
        description: Text::new(
            "Sends a text or a card from the organisation's app to a chat that the app is in, or \
             to a person.",
            "以企业应用的身份向其所在的群或向个人发送文本或卡片。",
        ),
        args: &[
            (
                "to",
                Text::new(
                    "oc_… of a chat, ou_… or email of a person.",
                    "群的 oc_…，个人的 ou_… 或邮箱。",
                ),
            ),
            ("text", Text::new("The text.", "文本内容。")),
            (
                "mention",
                Text::new("ou_… of people to mention.", "要 @ 的人的 ou_…。"),
            ),
            (
                "card",
                Text::new("A card in place of the text.", "代替文本的卡片。"),
            ),
            (
                "idempotency_key",
                Text::new("Sent once an hour.", "一小时内只发送一次。"),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let to = input.to.trim();
        let Some(receiver) = Receiver::of(to) else {
            return Err(ToolError::invalid(cx.say(
                "`to` names no chat (oc_…) and no person (ou_… or email)",
                "`to` 不是群（oc_…）也不是个人（ou_… 或邮箱）",
            )));
        };
        let (kind, content) = content(cx, &input)?;
        let message = NewMessage {
            receive_id: to,
            msg_type: kind,
            content: &content,
            uuid: input.idempotency_key.as_deref(),
        };
        let sent = messages::create(&cx.feishu, receiver, &message).await;
        let sent = sent.map_err(|fault| cx.fault(fault))?;
        let output = ToolOutput::text(format!(
            "{} {}",
            cx.say("sent:", "已发送："),
            sent.message_id
        ));
        Ok(output
            .with_structured(json!({"message_id": sent.message_id, "chat_id": sent.chat_id}))
            .with_target("message", &sent.message_id))
    }
}

/// Type and content as Feishu wants them.
fn content(cx: &ToolCx, input: &Input) -> Result<(&'static str, String), ToolError> {
    let too_large = || {
        ToolError::invalid(cx.say(
            "the message is too large: at most 150 KB of text, 30 KB of card",
            "消息过大：文本不超过 150 KB，卡片不超过 30 KB",
        ))
    };
    match (&input.text, &input.card) {
        (Some(text), None) if !text.trim().is_empty() => {
            if let Some(stranger) = input.mention.iter().find(|id| !is_open_id(id)) {
                let shown = crate::render::clean_line(stranger, 60);
                return Err(ToolError::invalid(format!(
                    "{}: {shown}",
                    cx.say("`mention` takes open ids", "`mention` 只接受 open_id")
                )));
            }
            let mut whole = String::new();
            for id in input.mention.iter().take(MAX_MENTIONS) {
                whole.push_str(&format!("<at user_id=\"{id}\"></at> "));
            }
            whole.push_str(&quiet(text));
            let text = json!({"text": whole}).to_string();
            if text.len() > MAX_TEXT {
                return Err(too_large());
            }
            Ok(("text", text))
        }
        (None, Some(card)) if input.mention.is_empty() => {
            let card = Value::Object(card.clone()).to_string();
            if card.len() > MAX_CARD {
                return Err(too_large());
            }
            Ok(("interactive", card))
        }
        _ => Err(ToolError::invalid(cx.say(
            "pass either `text` (with `mention`) or `card`",
            "请传入 `text`（可带 `mention`）或 `card` 之一",
        ))),
    }
}

/// Text from an event must not call everybody: what looks like a mention stays a text.
fn quiet(text: &str) -> String {
    text.replace("<at", "<\u{200b}at")
}

#[cfg(test)]
mod tests {
    use super::quiet;

    #[test]
    fn a_text_mentions_nobody() {
        let hostile = "hi <at user_id=\"all\">everybody</at>";
        assert!(!quiet(hostile).contains("<at"));
        assert_eq!(quiet("2 < 3, at last"), "2 < 3, at last");
    }
}
