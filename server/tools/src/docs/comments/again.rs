//! The same words twice. Feishu takes a repeated comment as a second one, and an answer can be
//! lost on its way: both are noticed by looking for the caller's own words, said a moment ago at
//! the same place.

use std::collections::HashMap;

use feishu::{
    ErrorClass, FeishuError,
    api::comments::{self as api, Content, Filter},
};
use model::Locale;

use super::{list::all, said, text};
use crate::{ErrorKind, ToolCx, ToolError, ToolOutput, args::resolve::Target};

/// Seconds in which the same words at the same place count as a repeated call.
const WINDOW: i64 = 600;

/// Where something is said.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    /// The whole file.
    Whole,
    /// A block that has these threads.
    Block(&'a [String]),
    /// A place whose threads Feishu does not tell apart.
    Somewhere,
    /// A thread.
    Thread(&'a str),
}

/// Words that the caller said: thread, reply, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Earlier {
    pub(super) thread: String,
    pub(super) reply: String,
    at: i64,
}

/// Looks for the caller's own words of the last minutes.
pub(super) async fn earlier(
    cx: &ToolCx,
    target: &Target,
    spot: Spot<'_>,
    content: &Content,
) -> Result<Option<Earlier>, FeishuError> {
    let kind = target.kind.feishu();
    let since = cx.now.millis() / 1000 - WINDOW;
    let words = flat(content);
    let mine = |reply: &api::Reply| {
        reply.user_id == cx.facts.open_id
            && reply.create_time >= since
            && flat(&reply.content) == words
    };
    let found = |thread: &str, reply: &api::Reply| Earlier {
        thread: thread.to_owned(),
        reply: reply.reply_id.clone(),
        at: reply.create_time,
    };
    if let Spot::Thread(thread) = spot {
        let replies = api::replies(&cx.feishu, &target.token, kind, thread).await?;
        let reply = replies.iter().rev().find(|reply| mine(reply));
        return Ok(reply.map(|reply| found(thread, reply)));
    }
    let filter = Filter {
        whole: matches!(spot, Spot::Whole),
        solved: false,
    };
    let (threads, _) = all(&cx.feishu, &target.token, kind, filter).await?;
    let threads = threads.iter().filter(|thread| match spot {
        Spot::Block(known) => known.contains(&thread.comment_id),
        _ => true,
    });
    Ok(threads.rev().find_map(|thread| {
        let first = thread.reply_list.replies.first()?;
        mine(first).then(|| found(&thread.comment_id, first))
    }))
}

/// What to answer instead of saying it again; `None` when it was not said.
pub(super) fn repeated(cx: &ToolCx, target: &Target, earlier: &Earlier) -> ToolOutput {
    let ago = (cx.now.millis() / 1000 - earlier.at).max(0);
    let done = match cx.locale {
        Locale::En => format!(
            "not posted again, the user said the same here {ago} s ago (to say it twice, change the words)"
        ),
        Locale::Zh => {
            format!("未重复发布：{ago} 秒前该用户已在此处发布相同内容（如需再发请修改文字）")
        }
    };
    said(
        cx,
        target,
        &done,
        &format!("{}/{}", earlier.thread, earlier.reply),
    )
}

/// Whether a refusal leaves open if it was said.
pub(super) fn is_unclear(fault: &FeishuError) -> bool {
    fault.class() == ErrorClass::Upstream
        || matches!(
            fault,
            FeishuError::Api {
                code: 1_069_399,
                ..
            }
        )
}

/// The error after a call whose end is unknown.
pub(super) fn unknown(cx: &ToolCx, fault: FeishuError, looked: bool) -> ToolError {
    let mut error = cx.fault(fault);
    error.kind = ErrorKind::Upstream;
    error.hint = Some(
        if looked {
            cx.say(
                "Feishu did not confirm it, and no such comment is there. Repeat the call once.",
                "飞书未确认，且未找到该评论；可再调用一次。",
            )
        } else {
            cx.say(
                "It may have been posted: look with op=list before you repeat it.",
                "评论可能已发布，重复前请先用 op=list 确认。",
            )
        }
        .to_owned(),
    );
    error
}

fn flat(content: &Content) -> String {
    text::line(content, &HashMap::new(), usize::MAX)
}
