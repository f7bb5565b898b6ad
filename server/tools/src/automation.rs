//! What only rules do: they have nobody who could do it in a client. In no client's list; called
//! through the same gate.

mod create_task;
mod post_webhook;
mod send_message;
mod watch_file;

use crate::ToolDef;

static TOOLS: [ToolDef; 4] = [
    ToolDef::of::<send_message::SendMessage>(),
    ToolDef::of::<create_task::CreateTask>(),
    ToolDef::of::<post_webhook::PostWebhook>(),
    ToolDef::of::<watch_file::WatchFile>(),
];

/// The tools that only rules may call.
pub fn for_rules() -> &'static [ToolDef] {
    &TOOLS
}

#[cfg(test)]
mod tests {
    use model::{Locale, policy::Effect};

    use super::*;

    #[test]
    fn what_rules_do_is_in_no_list_and_is_described_whole() {
        for tool in for_rules() {
            assert!(crate::find(tool.name()).is_none(), "{}", tool.name());
            assert_eq!(tool.spec().effect, Effect::Write);
            for locale in [Locale::En, Locale::Zh] {
                let schema = tool.input_schema(locale);
                let shown = schema["properties"].as_object().unwrap();
                let told: Vec<&str> = tool.spec().args.iter().map(|(name, _)| *name).collect();
                assert_eq!(shown.keys().map(String::as_str).collect::<Vec<_>>(), told);
                let keyed = shown.contains_key("idempotency_key");
                assert!(keyed || tool.spec().idempotent, "{}", tool.name());
            }
        }
    }
}
