//! Which threads a list shows.

use feishu::api::comments::Comment;

use super::text;
use crate::{ToolCx, ToolError, find::search::read_time, render::clean_line};

/// All conditions hold for a thread that is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent conditions")]
pub(super) struct Filter {
    open: bool,
    resolved: bool,
    mine: bool,
    mentions_me: bool,
    /// Seconds of the oldest change.
    since: Option<i64>,
}

impl Filter {
    pub(super) fn read(cx: &ToolCx, words: &[String]) -> Result<Self, ToolError> {
        let mut filter = Self::default();
        for word in words {
            match word.trim() {
                "" | "all" => {}
                "open" | "unresolved" => filter.open = true,
                "resolved" => filter.resolved = true,
                "mine" => filter.mine = true,
                "mentions_me" => filter.mentions_me = true,
                other => match other.strip_prefix("since:") {
                    Some(time) => filter.since = Some(read_time(cx, time)?),
                    None => {
                        return Err(ToolError::invalid(format!(
                            "{}: {}",
                            cx.say("`only` does not know", "`only` 不支持"),
                            clean_line(other, 40)
                        ))
                        .with_hint("open, resolved, mine, mentions_me, since:2026-11-01"));
                    }
                },
            }
        }
        // Both states are all states.
        if filter.open && filter.resolved {
            (filter.open, filter.resolved) = (false, false);
        }
        Ok(filter)
    }

    /// Whether Feishu has to be asked for threads of this state.
    pub(super) const fn asks(&self, solved: bool) -> bool {
        if solved { !self.open } else { !self.resolved }
    }

    /// Whether it takes all replies of a thread to decide.
    pub(super) const fn reads_replies(&self) -> bool {
        self.mine || self.mentions_me
    }

    pub(super) fn fits(&self, thread: &Comment, me: &str) -> bool {
        let replies = || thread.reply_list.replies.iter();
        let changed = thread.update_time.max(thread.create_time);
        self.asks(thread.is_solved)
            && self.since.is_none_or(|since| changed >= since)
            && (!self.mine || thread.user_id == me || replies().any(|reply| reply.user_id == me))
            && (!self.mentions_me
                || replies().any(|reply| text::people(&reply.content).any(|id| id == me)))
    }
}
