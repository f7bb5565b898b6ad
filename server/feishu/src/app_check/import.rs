//! The text that Feishu's developer console takes under "Batch import/export scopes".

use serde_json::json;

use super::{Report, ScopeState, TokenType};

/// Names that documents of the platform hold and its console refuses to import ("permission does
/// not exist"): misspelt or bare aggregates, task actions that `task:…:write` covers, and one that
/// only chosen apps may ask for. One such name spoils the whole import.
pub const REFUSED_BY_CONSOLE: &[&str] = &[
    "bitable:bitable",
    "calendar:calendar.calendar:readonly",
    "calendar:calendar.event:writeonly",
    "im:chat.group_info:readonly",
    "im:resource:upload",
    "mail:user_mailbox",
    "slides:presentation:screenshot",
    "task:custom_field:writeonly",
    "task:personnel:writeonly",
    "task:section:delete",
    "task:section:writeonly",
    "task:task:delete",
    "task:tasklist:delete",
    "task:tasklist:writeonly",
];

/// The import text with what is missing and nothing else; `None` when nothing is.
pub fn import_json(report: &Report) -> Option<String> {
    let missing = |token| -> Vec<&str> {
        report
            .scopes_in(ScopeState::Missing, token)
            .filter(|name| !REFUSED_BY_CONSOLE.contains(name))
            .collect()
    };
    let (tenant, user) = (missing(TokenType::Tenant), missing(TokenType::User));
    if tenant.is_empty() && user.is_empty() {
        return None;
    }
    let text = json!({ "scopes": { "tenant": tenant, "user": user } });
    serde_json::to_string_pretty(&text).ok()
}
