//! A new thread, on the whole file or on a place in it.

use feishu::{FeishuError, api::comments as api};

use super::{
    Input,
    again::{self, Spot},
    content,
    place::{Place, place},
    previewed, refused, said,
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::{kind::Kind, resolve::Target},
};

pub(super) async fn add(
    cx: &ToolCx,
    target: &Target,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let content = content(cx, input)?;
    let at = input
        .at
        .as_deref()
        .map(str::trim)
        .filter(|at| !at.is_empty());
    let at = at.or(target
        .anchor
        .as_deref()
        .filter(|_| target.kind == Kind::Docx));
    let place = match at {
        Some(at) => Some(place(cx, target, at).await?),
        None => None,
    };
    let what = match &place {
        Some(place) => format!(
            "{} {{#{}}} \"{}\"",
            cx.say("comment on", "评论"),
            place.anchor,
            place.quote
        ),
        None => cx
            .say("comment on the whole document", "添加全文评论")
            .to_owned(),
    };
    if let Some(preview) = previewed(cx, input, &what) {
        return Ok(preview);
    }
    let spot = match &place {
        None => Spot::Whole,
        Some(Place {
            threads: Some(threads),
            ..
        }) => Spot::Block(threads),
        Some(_) => Spot::Somewhere,
    };
    // Two cells can be told the same: only a lost answer is looked for in a sheet.
    if !matches!(spot, Spot::Somewhere | Spot::Block([]))
        && let Ok(Some(earlier)) = again::earlier(cx, target, spot, &content).await
    {
        return Ok(again::repeated(cx, target, &earlier));
    }
    let (thread, done) = match post(cx, target, place.as_ref(), &content).await {
        Ok(thread) => (thread, cx.say("added", "已添加")),
        Err(fault) if again::is_unclear(&fault) => {
            // The block's threads were read before, so any place will do now.
            let spot = if place.is_some() {
                Spot::Somewhere
            } else {
                Spot::Whole
            };
            match again::earlier(cx, target, spot, &content).await {
                Ok(Some(found)) => (
                    format!("{}/{}", found.thread, found.reply),
                    cx.say(
                        "added (Feishu's answer was lost; the comment was found afterwards)",
                        "已添加（飞书的响应丢失，随后已确认）",
                    ),
                ),
                looked => return Err(again::unknown(cx, fault, looked.is_ok())),
            }
        }
        Err(fault) => return Err(refused(cx, fault)),
    };
    let mut output = said(cx, target, done, &thread);
    if let Some(place) = place {
        output.text.push_str(&format!("\n> {}", place.quote));
    }
    Ok(output)
}

/// Posts it; gives thread and reply.
async fn post(
    cx: &ToolCx,
    target: &Target,
    place: Option<&Place>,
    content: &api::Content,
) -> Result<String, FeishuError> {
    let kind = target.kind.feishu();
    // The documented call takes documents only; the newer one takes every kind and every place.
    if place.is_none() && matches!(target.kind, Kind::Docx | Kind::Doc) {
        let made = api::create(&cx.feishu, &target.token, kind, content).await?;
        let reply = made.reply_list.replies.first();
        let reply = reply.map(|reply| reply.reply_id.as_str());
        return Ok(joined(made.comment_id.clone(), reply.unwrap_or_default()));
    }
    let anchor = place.map(|place| place.anchor.as_str());
    let made = api::create_at(&cx.feishu, &target.token, kind, anchor, content).await?;
    Ok(joined(made.comment_id, &made.reply_id))
}

fn joined(thread: String, reply: &str) -> String {
    if reply.is_empty() {
        thread
    } else {
        format!("{thread}/{reply}")
    }
}
