//! Replies and reactions.

use serde_json::{Value, json};

use super::super::access::{Level, Viewer};
use super::super::common::{body_text, fault, flag, optional, page_size, paged, path};
use super::super::people::People;
use super::content::read_elements;
use super::{PAGE_DEFAULT, PAGE_MAX, ReplyText, print_reply, target};
use crate::State;
use crate::gateway::{ApiError, Call, Page, Reply};

/// What a page token of replies is bound to; the comment itself carries the first page.
pub(crate) fn scope(file: &str, comment: &str) -> String {
    format!("replies/{file}/{comment}")
}

/// `GET …/comments/:comment_id/replies`.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let comment = state.comments.find(&token, path(call, "comment_id"))?;
    let size = page_size(call, PAGE_DEFAULT, PAGE_MAX, 1_069_302)?;
    let scope = scope(&token, &comment.id);
    let page = Page::of(
        comment.replies.len(),
        size,
        optional(call, "page_token"),
        &scope,
        1_069_302,
    )?;
    let people = People::of(state, call);
    let reactions = flag(call, "need_reaction")?.unwrap_or(false);
    let window = comment
        .replies
        .get(page.start..page.end)
        .unwrap_or_default();
    let items: Vec<Value> = window
        .iter()
        .map(|reply| print_reply(&people, reply, reactions))
        .collect();
    Ok(paged(&items, &page))
}

/// `POST …/comments/:comment_id/replies`: not on solved comments, not on those of the whole document.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let id = path(call, "comment_id").to_owned();
    let comment = state.comments.find(&token, &id)?;
    if comment.block.is_none() {
        return Err(fault(1_069_302));
    }
    if comment.solved.is_some() {
        return Err(fault(1_069_301));
    }
    let elements = read_elements(&People::of(state, call), call.body.get("content"))?;
    let now = call.now_ms / 1_000;
    let reply = ReplyText {
        id: call.ids.number19(),
        author: viewer.actor,
        created: now,
        updated: now,
        elements,
        reactions: Vec::new(),
    };
    let printed = print_reply(&People::of(state, call), &reply, true);
    let comment = state.comments.find_mut(&token, &id)?;
    comment.updated = now;
    comment.replies.push(reply);
    Ok(Reply::Data(printed))
}

/// `PUT …/replies/:reply_id`: by its author.
pub(crate) fn update(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let elements = read_elements(&People::of(state, call), call.body.get("content"))?;
    let now = call.now_ms / 1_000;
    let comment = state.comments.find_mut(&token, path(call, "comment_id"))?;
    let reply = comment
        .replies
        .iter_mut()
        .find(|reply| reply.id == path(call, "reply_id"));
    let reply = reply.ok_or_else(|| fault(1_069_307))?;
    if reply.author != viewer.actor {
        return Err(fault(1_069_303));
    }
    reply.elements = elements;
    reply.updated = now;
    comment.updated = now;
    Ok(Reply::Data(json!({})))
}

/// `DELETE …/replies/:reply_id`: by its author or whoever has full access. The last reply takes the comment with it.
pub(crate) fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let full = state.level(&token, &viewer) == Level::Full;
    let comment = state.comments.find_mut(&token, path(call, "comment_id"))?;
    let at = comment
        .replies
        .iter()
        .position(|reply| reply.id == path(call, "reply_id"));
    let at = at.ok_or_else(|| fault(1_069_307))?;
    if !full
        && comment
            .replies
            .get(at)
            .is_some_and(|reply| reply.author != viewer.actor)
    {
        return Err(fault(1_069_303));
    }
    comment.replies.remove(at);
    if comment.replies.is_empty() {
        let (id, block) = (comment.id.clone(), comment.block.clone());
        if let Some(list) = state.comments.by_file.get_mut(&token) {
            list.retain(|comment| comment.id != id);
        }
        let block =
            block.and_then(|block| state.docx.documents.get_mut(&token)?.blocks.get_mut(&block));
        if let Some(block) = block {
            block.comment_ids.retain(|known| *known != id);
        }
    }
    Ok(Reply::Data(json!({})))
}

/// `POST drive/v2/files/:file_token/comments/reaction`.
pub(crate) fn react(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let (reply, kind) = (
        body_text(call, "reply_id")?,
        body_text(call, "reaction_type")?,
    );
    let add = match body_text(call, "action")? {
        "add" => true,
        "delete" => false,
        _ => return Err(fault(1_069_302)),
    };
    let comments = state
        .comments
        .by_file
        .get_mut(&token)
        .map(Vec::as_mut_slice)
        .unwrap_or_default();
    let mut replies = comments
        .iter_mut()
        .flat_map(|comment| comment.replies.iter_mut());
    let found = replies
        .find(|known| known.id == reply)
        .ok_or_else(|| fault(1_069_307))?;
    found.reactions.iter_mut().for_each(|(key, who)| {
        if key == kind {
            who.retain(|actor| *actor != viewer.actor);
        }
    });
    if add {
        match found.reactions.iter_mut().find(|(key, _)| key == kind) {
            Some((_, who)) => who.push(viewer.actor),
            None => found.reactions.push((kind.to_owned(), vec![viewer.actor])),
        }
    }
    found.reactions.retain(|(_, who)| !who.is_empty());
    Ok(Reply::Data(Value::Object(serde_json::Map::new())))
}
