//! Tools and their answers as MCP prints them.

use bytes::Bytes;
use model::{Locale, policy::Reason};
use serde_json::{Value, json};
use tools::{ErrorKind, ToolDef};

use super::GateReply;
use crate::{host::Reply, rpc};

/// The text of the list of tools.
pub(super) fn list(tools: &[&'static ToolDef], locale: Locale, read_only: bool) -> Bytes {
    let list: Vec<Value> = tools
        .iter()
        .map(|tool| {
            let spec = tool.spec();
            let schema = if read_only {
                tool.read_only_schema(locale)
            } else {
                tool.input_schema(locale)
            };
            json!({
                "name": spec.name,
                "title": spec.title.pick(locale),
                "description": spec.description.pick(locale),
                "inputSchema": schema,
                "annotations": tool.annotations(read_only),
            })
        })
        .collect();
    let mut out = Vec::new();
    rpc::write(&mut out, &list);
    out.into()
}

/// The answer of a tool. Failures are results that a model can read, never protocol errors.
///
/// `reading` says that the credential itself may only read, so that the client can ask its member
/// for more (HTTP 403 with a challenge).
pub(super) fn reply(answer: GateReply, reading: bool) -> Reply {
    let GateReply {
        call_id, result, ..
    } = answer;
    let fields = tools::wire(&call_id, &result);
    let needs_write = reading
        && result.is_err_and(|error| {
            error.kind == ErrorKind::BlockedByPolicy
                && error.details.get("reason").and_then(Value::as_str)
                    == Some(Reason::ReadOnlyCredential.name())
        });
    if needs_write {
        Reply::NeedsWrite(fields)
    } else {
        Reply::Complete(fields)
    }
}

#[cfg(test)]
mod tests {
    use tools::ToolError;

    use super::*;

    #[test]
    fn a_failure_is_a_result_with_its_kind_hint_and_log_id() {
        let mut error = ToolError::new(ErrorKind::RateLimited, "too many")
            .with_hint("wait")
            .with_detail("retry_after", 3);
        error.log_id = Some("log1".to_owned());
        let answer = GateReply {
            call_id: "call_1".to_owned(),
            result: Err(error),
            asked: None,
        };
        let Reply::Complete(fields) = reply(answer, false) else {
            unreachable!("nothing to be asked")
        };
        assert_eq!(fields["isError"], true);
        let told = &fields["structuredContent"]["error"];
        assert_eq!(
            (
                &told["kind"],
                &told["hint"],
                &told["log_id"],
                &told["retry_after"]
            ),
            (
                &json!("rate_limited"),
                &json!("wait"),
                &json!("log1"),
                &json!(3)
            )
        );
        assert_eq!(fields["_meta"]["feishu-mcp/callId"], "call_1");
    }

    #[test]
    fn the_same_tools_print_the_same_text() {
        let tools: Vec<&'static ToolDef> = tools::catalogue().iter().collect();
        assert!(!tools.is_empty());
        let once = list(&tools, Locale::Zh, false);
        assert_eq!(once, list(&tools, Locale::Zh, false));
        assert_ne!(once, list(&tools, Locale::En, false));
    }
}
