//! Listing threads. Feishu lists whole-document and anchored, open and resolved threads apart;
//! here they are one list, newest first.

use feishu::{
    FeishuError, Session,
    api::comments::{self as api, Comment, Filter},
};
use serde_json::json;

use super::text;
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
    open_only: bool,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let from = match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor
            .strip_prefix('o')
            .and_then(|offset| offset.parse::<usize>().ok())
            .ok_or_else(|| bad_cursor(cx))?,
        None => 0,
    };
    let kind = target.kind.feishu();
    let filters = [(false, false), (true, false), (false, true), (true, true)];
    let wanted = filters
        .iter()
        .filter(|(_, solved)| !(open_only && *solved))
        .map(|(whole, solved)| {
            let filter = Filter {
                whole: *whole,
                solved: *solved,
            };
            all(&cx.feishu, &target.token, kind, filter)
        });
    let mut threads: Vec<Comment> = Vec::new();
    let mut bounded = false;
    for answer in futures::future::join_all(wanted).await {
        let (found, more) = answer.map_err(|fault| cx.fault(fault))?;
        bounded |= more;
        for thread in found {
            // A filter that Feishu passes over must not show a thread twice.
            if threads
                .iter()
                .all(|known| known.comment_id != thread.comment_id)
                && !(open_only && thread.is_solved)
            {
                threads.push(thread);
            }
        }
    }
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.create_time));
    let open = threads.iter().filter(|thread| !thread.is_solved).count();
    let mut page: Vec<Comment> = threads.iter().skip(from).take(PAGE).cloned().collect();
    complete(cx, target, &mut page).await;
    let names = people::names(cx, people_in(&page)).await;
    let mut list = Listing::new(match cx.locale {
        model::Locale::En => format!(
            "[{} · {} threads, {open} open]",
            target.reference(),
            threads.len()
        ),
        model::Locale::Zh => format!(
            "[{} · {} 个评论串，{open} 个未解决]",
            target.reference(),
            threads.len()
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
    if threads.is_empty() {
        list.note(cx.say("no comments", "没有评论"));
    }
    if bounded {
        list.note(cx.say(
            "there are more threads than Feishu was asked for",
            "评论过多，仅读取了一部分",
        ));
    }
    if from + shown < threads.len() {
        list.next(Some(format!("o{}", from + shown)));
    }
    Ok(list.finish(cx.locale))
}

/// Everybody who wrote or is mentioned.
fn people_in(page: &[Comment]) -> Vec<String> {
    page.iter()
        .flat_map(|thread| {
            thread
                .reply_list
                .replies
                .iter()
                .flat_map(|reply| {
                    let mentioned =
                        reply
                            .content
                            .elements
                            .iter()
                            .filter_map(|element| match element {
                                api::Element::Person { person } => Some(person.user_id.clone()),
                                _ => None,
                            });
                    mentioned.chain([reply.user_id.clone()])
                })
                .chain([thread.user_id.clone()])
        })
        .collect()
}

async fn all(
    session: &Session,
    file: &str,
    kind: &str,
    filter: Filter,
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
async fn complete(cx: &ToolCx, target: &Target, page: &mut [Comment]) {
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

fn push(
    cx: &ToolCx,
    list: &mut Listing,
    thread: &Comment,
    names: &std::collections::HashMap<String, String>,
) {
    let zone = &cx.facts.time_zone;
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let state = if thread.is_solved {
        cx.say("resolved", "已解决")
    } else {
        cx.say("open", "未解决")
    };
    let quote = clean_line(&thread.quote, 120);
    let place = if thread.is_whole || quote.is_empty() {
        cx.say("whole document", "全文").to_owned()
    } else {
        format!("\"{quote}\"")
    };
    let mut lines = vec![format!(
        "- thread {} · {state} · {place}",
        thread.comment_id
    )];
    let replies = &thread.reply_list.replies;
    let mut data = Vec::new();
    for reply in replies.iter().take(MAX_REPLIES) {
        let said = text::line(&reply.content, names, 600);
        let at = from_seconds(reply.create_time, zone);
        let images = match reply.extra.image_list.len() {
            0 => String::new(),
            n => format!(" [{n} {}]", cx.say("images", "张图片")),
        };
        lines.push(format!("  {} {at}: {said}{images}", name(&reply.user_id)));
        data.push(json!({"author": name(&reply.user_id), "author_id": reply.user_id, "at": at, "text": said}));
    }
    if replies.len() > MAX_REPLIES {
        lines.push(format!("  … +{}", replies.len() - MAX_REPLIES));
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
