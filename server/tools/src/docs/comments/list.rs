//! Listing threads. Feishu lists whole-document and anchored, open and resolved threads apart;
//! here they are one list, newest first.

use std::collections::{HashMap, HashSet};

use feishu::{
    FeishuError, Session,
    api::comments::{self as api, Comment},
};
use serde_json::json;

use super::{filter::Filter, text};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::{people, resolve::Target},
    find::search::bad_cursor,
    render::{Listing, clean_line, from_seconds},
};

/// Threads of one answer.
const PAGE: usize = 20;
/// Tokens after which no further thread is shown.
const BUDGET: usize = 5000;
/// Pages of one of Feishu's lists that are read.
const MAX_PAGES: usize = 5;
/// Replies that are shown of a thread.
const MAX_REPLIES: usize = 10;

pub(super) async fn list(
    cx: &ToolCx,
    target: &Target,
    filter: &Filter,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let from = match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor
            .strip_prefix('o')
            .and_then(|offset| offset.parse::<usize>().ok())
            .ok_or_else(|| bad_cursor(cx))?,
        None => 0,
    };
    let (mut threads, bounded) = gathered(cx, target, filter).await?;
    if filter.reads_replies() {
        complete(cx, target, &mut threads).await;
    }
    let all = threads.len();
    threads.retain(|thread| filter.fits(thread, &cx.facts.open_id));
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.create_time));
    let open = threads.iter().filter(|thread| !thread.is_solved).count();
    let mut page: Vec<Comment> = threads.iter().skip(from).take(PAGE).cloned().collect();
    if !filter.reads_replies() {
        complete(cx, target, &mut page).await;
    }
    let names = people::names(cx, page.iter().flat_map(people_in)).await;
    let count = threads.len();
    let mut list = Listing::new(match cx.locale {
        model::Locale::En => format!("[{} · {count} threads, {open} open]", target.reference()),
        model::Locale::Zh => format!(
            "[{} · {count} 个评论串，{open} 个未解决]",
            target.reference()
        ),
    });
    let mut shown = 0;
    for thread in &page {
        if list.tokens() > BUDGET {
            break;
        }
        push(cx, &mut list, thread, &names);
        shown += 1;
    }
    if count == 0 {
        list.note(if all == 0 {
            cx.say("no comments", "没有评论")
        } else {
            cx.say("no comment fits the filter", "没有符合条件的评论")
        });
    }
    if bounded {
        list.note(cx.say(
            "there are more threads than Feishu was asked for",
            "评论过多，仅读取了一部分",
        ));
    }
    if from + shown < count {
        list.next(Some(format!("o{}", from + shown)));
    }
    Ok(list.finish(cx.locale))
}

/// The threads that may fit, and whether there are more. Feishu lists four kinds apart; a filter
/// that Feishu passes over must not show a thread twice.
async fn gathered(
    cx: &ToolCx,
    target: &Target,
    filter: &Filter,
) -> Result<(Vec<Comment>, bool), ToolError> {
    let kinds = [(false, false), (true, false), (false, true), (true, true)];
    let wanted = kinds
        .into_iter()
        .filter(|(_, solved)| filter.asks(*solved))
        .map(|(whole, solved)| {
            let kind = target.kind.feishu();
            let filter = api::Filter { whole, solved };
            all(&cx.feishu, &target.token, kind, filter)
        });
    let mut threads: Vec<Comment> = Vec::new();
    let mut seen = HashSet::new();
    let mut bounded = false;
    for answer in futures::future::join_all(wanted).await {
        let (found, more) = answer.map_err(|fault| cx.fault(fault))?;
        bounded |= more;
        let fresh = found.into_iter();
        threads.extend(fresh.filter(|thread| seen.insert(thread.comment_id.clone())));
    }
    Ok((threads, bounded))
}

/// Everybody who wrote or is mentioned in a thread.
pub(crate) fn people_in(thread: &Comment) -> impl Iterator<Item = &str> {
    let replies = thread.reply_list.replies.iter();
    replies
        .flat_map(|reply| text::people(&reply.content).chain([reply.user_id.as_str()]))
        .chain([thread.user_id.as_str(), thread.solver_user_id.as_str()])
        .filter(|id| !id.is_empty())
}

/// Every thread of one kind, and whether there are more than were asked for.
pub(crate) async fn all(
    session: &Session,
    file: &str,
    kind: &str,
    filter: api::Filter,
) -> Result<(Vec<Comment>, bool), FeishuError> {
    let mut threads = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let page = api::list(session, file, kind, filter, 100, cursor.as_deref()).await?;
        threads.extend(page.items);
        if !page.has_more || page.page_token.is_empty() {
            return Ok((threads, false));
        }
        cursor = Some(page.page_token);
    }
    Ok((threads, true))
}

/// Reads the rest of long threads; a thread that fails stays as it is.
pub(crate) async fn complete(cx: &ToolCx, target: &Target, page: &mut [Comment]) {
    let long: Vec<String> = page
        .iter()
        .filter(|thread| thread.has_more)
        .map(|thread| thread.comment_id.clone())
        .collect();
    let rest = long
        .iter()
        .map(|thread| api::replies(&cx.feishu, &target.token, target.kind.feishu(), thread));
    for (thread, replies) in long.iter().zip(futures::future::join_all(rest).await) {
        if let (Ok(replies), Some(thread)) = (
            replies,
            page.iter_mut().find(|known| known.comment_id == *thread),
        ) {
            thread.reply_list.replies = replies;
        }
    }
}

fn push(cx: &ToolCx, list: &mut Listing, thread: &Comment, names: &HashMap<String, String>) {
    let zone = &cx.facts.time_zone;
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let state = match (thread.is_solved, thread.solver_user_id.as_str()) {
        (false, _) => cx.say("open", "未解决").to_owned(),
        (true, "") => cx.say("resolved", "已解决").to_owned(),
        (true, solver) => format!("{} {}", cx.say("resolved by", "已解决："), name(solver)),
    };
    let quote = clean_line(&thread.quote, 120);
    let place = match (thread.is_whole, quote.is_empty()) {
        (true, _) => cx.say("whole document", "全文").to_owned(),
        (false, true) => cx.say("a place without text", "无文字的位置").to_owned(),
        (false, false) => format!("\"{quote}\""),
    };
    let mut lines = vec![format!(
        "- thread {} · {state} · {place}",
        thread.comment_id
    )];
    let replies = &thread.reply_list.replies;
    // The words that a thread began with, and its newest replies.
    let left_out = replies.len().saturating_sub(MAX_REPLIES);
    let mut data = Vec::new();
    for (index, reply) in replies.iter().enumerate() {
        if index > 0 && index <= left_out {
            if index == 1 {
                lines.push(format!(
                    "  … {left_out} {}",
                    cx.say("more replies", "条回复未显示")
                ));
            }
            continue;
        }
        let said = text::line(&reply.content, names, 600);
        let at = from_seconds(reply.create_time, zone);
        let mut extra = String::new();
        if reply.update_time > reply.create_time + 1 {
            extra.push_str(cx.say(" (edited)", "（已编辑）"));
        }
        let images = reply.extra.image_list.len();
        if images > 0 {
            extra.push_str(&format!(" [{images} {}]", cx.say("images", "张图片")));
        }
        for reaction in reply.reactions.iter().take(5) {
            let key = clean_line(&reaction.reaction_key, 40);
            extra.push_str(&format!(" [{key}×{}]", reaction.count));
        }
        // What may be edited or deleted is named.
        if reply.user_id == cx.facts.open_id {
            extra.push_str(&format!(" (/{})", reply.reply_id));
        }
        lines.push(format!("  {} {at}: {said}{extra}", name(&reply.user_id)));
        data.push(json!({
            "reply": reply.reply_id,
            "author": name(&reply.user_id),
            "author_id": reply.user_id,
            "at": at,
            "text": said,
        }));
    }
    list.push(
        lines.join("\n"),
        json!({
            "thread": thread.comment_id,
            "resolved": thread.is_solved,
            "whole": thread.is_whole,
            "quote": quote,
            "replies": data,
        }),
    );
}
