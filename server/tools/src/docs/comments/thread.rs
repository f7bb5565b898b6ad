//! What is done to a thread that exists: replies, edits, deletion, resolving, reactions.

use feishu::api::comments::{self as api, Comment, Reply};

use super::{
    Input, Op,
    again::{self, Spot},
    content, previewed, refused, said, text,
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    args::{people, resolve::Target},
    render::clean_line,
};

/// `THREAD` or `THREAD/REPLY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named<'a> {
    thread: &'a str,
    reply: Option<&'a str>,
}

fn named<'a>(cx: &ToolCx, input: &'a Input) -> Result<Named<'a>, ToolError> {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let text = input.thread.as_deref().map(str::trim).unwrap_or_default();
    let (thread, reply) = match text.split_once('/') {
        Some((thread, reply)) => (thread, Some(reply)),
        None => (text, None),
    };
    if is_id(thread) && reply.is_none_or(is_id) {
        return Ok(Named { thread, reply });
    }
    Err(
        ToolError::invalid(cx.say("`thread` must be a thread id", "`thread` 必须是评论串 id"))
            .with_hint(cx.say("Take it from op=list.", "请先用 op=list 获取。")),
    )
}

pub(super) async fn reply(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let Named { thread, .. } = named(cx, input)?;
    let content = content(cx, input)?;
    let what = format!("{} {thread}", cx.say("reply to", "回复"));
    if let Some(preview) = previewed(cx, input, &what) {
        return Ok(preview);
    }
    let spot = Spot::Thread(thread);
    if let Ok(Some(earlier)) = again::earlier(cx, target, spot, &content).await {
        return Ok(again::repeated(cx, target, &earlier));
    }
    let kind = target.kind.feishu();
    let made = api::reply(&cx.feishu, &target.token, kind, thread, &content).await;
    match made {
        Ok(reply) => {
            let name = if reply.reply_id.is_empty() {
                thread.to_owned()
            } else {
                format!("{thread}/{}", reply.reply_id)
            };
            Ok(said(cx, target, cx.say("replied", "已回复"), &name))
        }
        Err(fault) if again::is_unclear(&fault) => {
            match again::earlier(cx, target, spot, &content).await {
                Ok(Some(found)) => Ok(said(
                    cx,
                    target,
                    cx.say(
                        "replied (Feishu's answer was lost; the reply was found afterwards)",
                        "已回复（飞书的响应丢失，随后已确认）",
                    ),
                    &format!("{thread}/{}", found.reply),
                )),
                looked => Err(again::unknown(cx, fault, looked.is_ok())),
            }
        }
        Err(fault) => Err(refused(cx, fault)),
    }
}

/// The caller's own words that an edit or a deletion is about.
struct Own {
    thread: String,
    reply: Reply,
    /// It is all that the thread has.
    alone: bool,
}

async fn own(cx: &ToolCx, target: &Target, input: &Input) -> Result<Own, ToolError> {
    let Named { thread, reply } = named(cx, input)?;
    let replies = replies(cx, target, thread).await?;
    let me = &cx.facts.open_id;
    let alone = replies.len() == 1;
    let found = if let Some(id) = reply {
        replies.into_iter().find(|one| one.reply_id == id)
    } else {
        let mut mine: Vec<Reply> = replies
            .into_iter()
            .filter(|one| one.user_id == *me)
            .collect();
        if mine.len() > 1 {
            return Err(ToolError::new(
                ErrorKind::Ambiguous,
                cx.say(
                    "the user wrote several things in this thread",
                    "该用户在此评论串中有多条内容",
                ),
            )
            .with_hint(cx.say(
                "Pass one of these as `thread`.",
                "请将其中之一传给 `thread`。",
            ))
            .with_detail("candidates", candidates(thread, &mine)));
        }
        return match mine.pop() {
            Some(reply) => Ok(Own {
                thread: thread.to_owned(),
                reply,
                alone,
            }),
            None => Err(not_own(cx)),
        };
    };
    let found = found.ok_or_else(|| {
        ToolError::new(
            ErrorKind::NotFound,
            cx.say("the thread has no such reply", "评论串中没有该回复"),
        )
        .with_hint(cx.say("Take the ids from op=list.", "请用 op=list 获取 id。"))
    })?;
    if found.user_id != *me {
        return Err(not_own(cx));
    }
    Ok(Own {
        thread: thread.to_owned(),
        reply: found,
        alone,
    })
}

fn candidates(thread: &str, replies: &[Reply]) -> Vec<String> {
    let names = std::collections::HashMap::new();
    replies
        .iter()
        .take(10)
        .map(|one| {
            format!(
                "{thread}/{} {}",
                one.reply_id,
                text::line(&one.content, &names, 80)
            )
        })
        .collect()
}

fn not_own(cx: &ToolCx) -> ToolError {
    ToolError::new(
        ErrorKind::ForbiddenResource,
        cx.say(
            "only what the user wrote can be edited or deleted",
            "只能修改或删除用户本人的评论",
        ),
    )
    .with_hint(cx.say(
        "Reply to it instead, or ask its author.",
        "可改为回复，或联系其作者。",
    ))
}

async fn replies(cx: &ToolCx, target: &Target, thread: &str) -> Result<Vec<Reply>, ToolError> {
    api::replies(&cx.feishu, &target.token, target.kind.feishu(), thread)
        .await
        .map_err(|fault| refused(cx, fault))
}

pub(super) async fn edit(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let content = content(cx, input)?;
    let own = own(cx, target, input).await?;
    let name = format!("{}/{}", own.thread, own.reply.reply_id);
    let names = people::names(cx, text::people(&own.reply.content)).await;
    let before = text::line(&own.reply.content, &names, 200);
    let what = format!("{} {name}: \"{before}\"", cx.say("replace", "替换"));
    if let Some(preview) = previewed(cx, input, &what) {
        return Ok(preview);
    }
    let ids = (own.thread.as_str(), own.reply.reply_id.as_str());
    api::update_reply(
        &cx.feishu,
        &target.token,
        target.kind.feishu(),
        ids,
        &content,
    )
    .await
    .map_err(|fault| refused(cx, fault))?;
    let mut output = said(cx, target, cx.say("edited", "已修改"), &name);
    output
        .text
        .push_str(&format!("\n{}: {before}", cx.say("before", "修改前")));
    Ok(output)
}

/// What a person is asked before something is deleted.
pub(super) async fn question(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<String, ToolError> {
    if input.op != Op::Delete {
        return Ok(cx.say("Change comments?", "修改评论？").to_owned());
    }
    let own = own(cx, target, input).await?;
    let names = people::names(cx, text::people(&own.reply.content)).await;
    let words = text::line(&own.reply.content, &names, 300);
    let page = target.page(cx);
    Ok(match (cx.locale, own.alone) {
        (model::Locale::En, true) => {
            format!("Delete your comment \"{words}\" and its thread from {page}?")
        }
        (model::Locale::En, false) => format!("Delete your words \"{words}\" from {page}?"),
        (model::Locale::Zh, true) => format!("删除您在 {page} 的评论“{words}”及其评论串？"),
        (model::Locale::Zh, false) => format!("删除您在 {page} 的回复“{words}”？"),
    })
}

pub(super) async fn delete(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let own = own(cx, target, input).await?;
    let name = format!("{}/{}", own.thread, own.reply.reply_id);
    let names = people::names(cx, text::people(&own.reply.content)).await;
    let words = text::line(&own.reply.content, &names, 300);
    let what = if own.alone {
        cx.say("delete, with its thread,", "删除（连同评论串）")
    } else {
        cx.say("delete", "删除")
    };
    if let Some(preview) = previewed(cx, input, &format!("{what} {name}: \"{words}\"")) {
        return Ok(preview);
    }
    let ids = (own.thread.as_str(), own.reply.reply_id.as_str());
    let kind = target.kind.feishu();
    if let Err(fault) = api::delete_reply(&cx.feishu, &target.token, kind, ids).await {
        // Gone is gone, whoever's call did it.
        let gone = again::is_unclear(&fault)
            && match api::replies(&cx.feishu, &target.token, kind, &own.thread).await {
                Ok(left) => left.iter().all(|one| one.reply_id != own.reply.reply_id),
                Err(fault) => fault.class() == feishu::ErrorClass::NotFound,
            };
        if !gone {
            return Err(refused(cx, fault));
        }
    }
    let done = if own.alone {
        cx.say("deleted, with its thread", "已删除（含评论串）")
    } else {
        cx.say("deleted", "已删除")
    };
    let mut output = said(cx, target, done, &name);
    output.text.push_str(&format!("\n> {words}"));
    Ok(output)
}

pub(super) async fn settle(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
    solved: bool,
) -> Result<ToolOutput, ToolError> {
    let Named { thread, .. } = named(cx, input)?;
    let verb = if solved {
        cx.say("resolve", "解决")
    } else {
        cx.say("reopen", "重新打开")
    };
    if let Some(preview) = previewed(cx, input, &format!("{verb} {thread}")) {
        return Ok(preview);
    }
    api::set_solved(
        &cx.feishu,
        &target.token,
        target.kind.feishu(),
        thread,
        solved,
    )
    .await
    .map_err(|fault| refused(cx, fault))?;
    let done = if solved {
        cx.say("resolved", "已解决")
    } else {
        cx.say("reopened", "已重新打开")
    };
    Ok(said(cx, target, done, thread))
}

pub(super) async fn react(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let Named { thread, reply } = named(cx, input)?;
    let word = input.text.as_deref().map(str::trim).unwrap_or_default();
    let (add, name) = match word.strip_prefix('-') {
        Some(name) => (false, name),
        None => (true, word),
    };
    let fits = (1..=100).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !fits {
        return Err(ToolError::invalid(cx.say(
            "`text` must be the name of a reaction",
            "`text` 需为表情名称",
        ))
        .with_hint("THUMBSUP, OK, DONE, HEART, APPLAUSE, JIAYI"));
    }
    let id = match reply {
        Some(id) => id.to_owned(),
        None => first(cx, target, thread).await?,
    };
    let verb = if add {
        cx.say("react with", "添加表情")
    } else {
        cx.say("take back", "取消表情")
    };
    if let Some(preview) = previewed(cx, input, &format!("{verb} {name}: {thread}/{id}")) {
        return Ok(preview);
    }
    api::react(
        &cx.feishu,
        &target.token,
        target.kind.feishu(),
        &id,
        name,
        add,
    )
    .await
    .map_err(|fault| refused(cx, fault))?;
    let done = if add {
        cx.say("reacted", "已添加表情")
    } else {
        cx.say("taken back", "已取消表情")
    };
    Ok(said(
        cx,
        target,
        &format!("{done} {}", clean_line(name, 100)),
        &format!("{thread}/{id}"),
    ))
}

/// The reply that a thread begins with.
async fn first(cx: &ToolCx, target: &Target, thread: &str) -> Result<String, ToolError> {
    let found: Comment = api::get(&cx.feishu, &target.token, target.kind.feishu(), thread)
        .await
        .map_err(|fault| refused(cx, fault))?;
    let first = found.reply_list.replies.into_iter().next();
    first.map(|reply| reply.reply_id).ok_or_else(|| {
        ToolError::new(
            ErrorKind::NotFound,
            cx.say("the thread is empty", "评论串为空"),
        )
    })
}
