//! Comments on documents: whole-document ones and anchored ones, with replies.

mod anchor;
pub(crate) mod content;
pub(crate) mod replies;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_list, fault, flag, optional, page_size, paged, path, wanted};
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Page, Reply};
use content::{iso, read_elements, read_new_elements};

/// Most comments or replies of a page, and the default.
pub(crate) const PAGE_MAX: usize = 100;
pub(crate) const PAGE_DEFAULT: usize = 50;

/// A reply; the first one is the comment's own text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReplyText {
    /// Decimal id.
    pub(crate) id: String,
    /// Who wrote it.
    pub(crate) author: String,
    /// Epoch seconds.
    pub(crate) created: i64,
    /// Epoch seconds.
    pub(crate) updated: i64,
    /// Content elements with people as stored keys.
    pub(crate) elements: Vec<Value>,
    /// Reaction → who reacted.
    #[serde(default)]
    pub(crate) reactions: Vec<(String, Vec<String>)>,
}

/// A comment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comment {
    /// Decimal id.
    pub(crate) id: String,
    /// Who wrote it.
    pub(crate) author: String,
    /// Epoch seconds.
    pub(crate) created: i64,
    /// Epoch seconds.
    pub(crate) updated: i64,
    /// Who solved it, and when.
    pub(crate) solved: Option<(String, i64)>,
    /// The block it is anchored to; none for the whole document.
    pub(crate) block: Option<String>,
    /// The text it was anchored to.
    pub(crate) quote: String,
    /// Never empty.
    pub(crate) replies: Vec<ReplyText>,
}

/// All comments of all documents.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Comments {
    /// By document, oldest first.
    pub(crate) by_file: HashMap<String, Vec<Comment>>,
}

impl Comments {
    /// A comment of a document.
    pub(crate) fn find(&self, file: &str, id: &str) -> Result<&Comment, ApiError> {
        let list = self
            .by_file
            .get(file)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter()
            .find(|comment| comment.id == id)
            .ok_or_else(|| fault(1_069_307))
    }

    /// The same, to change it.
    pub(crate) fn find_mut(&mut self, file: &str, id: &str) -> Result<&mut Comment, ApiError> {
        let list = self
            .by_file
            .get_mut(file)
            .map(Vec::as_mut_slice)
            .unwrap_or_default();
        list.iter_mut()
            .find(|comment| comment.id == id)
            .ok_or_else(|| fault(1_069_307))
    }
}

/// The document of a request, after existence, type and right were checked.
pub(crate) fn file(
    state: &State,
    viewer: &Viewer,
    token: &str,
    kind: &str,
) -> Result<(), ApiError> {
    let entry = state
        .drive
        .entries
        .get(token)
        .ok_or_else(|| fault(1_069_305))?;
    if entry.deleted {
        return Err(fault(1_069_304));
    }
    if entry.kind != kind {
        return Err(fault(1_069_302));
    }
    if state.level(token, viewer) < Level::View {
        Err(fault(1_069_303))
    } else {
        Ok(())
    }
}

/// The same for calls that name the document in the path and its type in the query.
pub(crate) fn target(state: &State, call: &Call<'_>, viewer: &Viewer) -> Result<String, ApiError> {
    let token = path(call, "file_token");
    file(state, viewer, token, wanted(call, "file_type")?)?;
    Ok(token.to_owned())
}

/// How the API prints a reply.
pub(crate) fn print_reply(people: &People<'_>, reply: &ReplyText, reactions: bool) -> Value {
    let mut elements = reply.elements.clone();
    for element in &mut elements {
        if let Some(Value::String(id)) = element
            .get_mut("person")
            .and_then(|person| person.get_mut("user_id"))
        {
            *id = people.id(id);
        }
    }
    let mut out = json!({
        "content": { "elements": elements },
        "create_time": reply.created,
        "extra": { "image_list": [] },
        "reply_id": reply.id,
        "update_time": reply.updated,
        "user_id": people.id(&reply.author),
    });
    if let (true, Some(out)) = (reactions, out.as_object_mut()) {
        let list: Vec<Value> = reply
            .reactions
            .iter()
            .map(|(key, who)| {
                let ahead: Vec<String> = who.iter().map(|actor| people.id(actor)).collect();
                json!({ "reaction_key": key, "count": who.len(), "ahead_users": ahead })
            })
            .collect();
        out.insert("reactions".to_owned(), Value::from(list));
    }
    out
}

/// How the API prints a comment, with its first page of replies.
pub(crate) fn print(
    people: &People<'_>,
    file: &str,
    comment: &Comment,
    reactions: bool,
) -> Result<Value, ApiError> {
    let page = Page::of(
        comment.replies.len(),
        PAGE_DEFAULT,
        None,
        &replies::scope(file, &comment.id),
        1_069_302,
    )?;
    let window = comment
        .replies
        .get(page.start..page.end)
        .unwrap_or_default();
    let replies: Vec<Value> = window
        .iter()
        .map(|reply| print_reply(people, reply, reactions))
        .collect();
    Ok(json!({
        "comment_id": comment.id,
        "user_id": people.id(&comment.author),
        "create_time": comment.created,
        "update_time": comment.updated,
        "is_solved": comment.solved.is_some(),
        "solved_time": comment.solved.as_ref().map_or(0, |(_, at)| *at),
        "solver_user_id": comment.solved.as_ref().map(|(who, _)| people.id(who)).unwrap_or_default(),
        "has_more": page.has_more,
        "page_token": page.page_token,
        "is_whole": comment.block.is_none(),
        "quote": comment.quote,
        "reply_list": { "replies": replies },
    }))
}

/// `GET drive/v1/files/:file_token/comments`. Without `is_whole` and `is_solved` it lists all.
pub(crate) fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let (whole, solved) = (flag(call, "is_whole")?, flag(call, "is_solved")?);
    let all = state
        .comments
        .by_file
        .get(&token)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let chosen: Vec<&Comment> = all
        .iter()
        .filter(|comment| whole.is_none_or(|whole| whole == comment.block.is_none()))
        .filter(|comment| solved.is_none_or(|solved| solved == comment.solved.is_some()))
        .collect();
    let size = page_size(call, PAGE_DEFAULT, PAGE_MAX, 1_069_302)?;
    let scope = format!("comments/{token}/{whole:?}/{solved:?}");
    let page = Page::of(
        chosen.len(),
        size,
        optional(call, "page_token"),
        &scope,
        1_069_302,
    )?;
    let people = People::of(state, call);
    let reactions = flag(call, "need_reaction")?.unwrap_or(false);
    let window = chosen.get(page.start..page.end).unwrap_or_default();
    let items: Result<Vec<Value>, ApiError> = window
        .iter()
        .map(|comment| print(&people, &token, comment, reactions))
        .collect();
    Ok(paged(&items?, &page))
}

/// `GET drive/v1/files/:file_token/comments/:comment_id`.
pub(crate) fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let comment = state.comments.find(&token, path(call, "comment_id"))?;
    let reactions = flag(call, "need_reaction")?.unwrap_or(false);
    Ok(Reply::Data(print(
        &People::of(state, call),
        &token,
        comment,
        reactions,
    )?))
}

/// `POST drive/v1/files/:file_token/comments/batch_query`: unknown ids are left out.
pub(crate) fn batch_query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let people = People::of(state, call);
    let reactions = call
        .body
        .get("need_reaction")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let mut items = Vec::new();
    for id in body_list(call, "comment_ids")
        .iter()
        .filter_map(Value::as_str)
    {
        if let Ok(comment) = state.comments.find(&token, id) {
            items.push(print(&people, &token, comment, reactions)?);
        }
    }
    Ok(Reply::Data(json!({ "items": items })))
}

fn new_comment(call: &mut Call<'_>, viewer: &Viewer, elements: Vec<Value>) -> Comment {
    let now = call.now_ms / 1_000;
    let reply = ReplyText {
        id: call.ids.number19(),
        author: viewer.actor.clone(),
        created: now,
        updated: now,
        elements,
        reactions: Vec::new(),
    };
    Comment {
        id: call.ids.number19(),
        author: viewer.actor.clone(),
        created: now,
        updated: now,
        solved: None,
        block: None,
        quote: String::new(),
        replies: vec![reply],
    }
}

/// `POST drive/v1/files/:file_token/comments`: on the whole document.
pub(crate) fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let replies = call
        .body
        .get("reply_list")
        .and_then(|list| list.get("replies"))
        .and_then(Value::as_array);
    let [first] = replies.map(Vec::as_slice).unwrap_or_default() else {
        return Err(fault(1_069_302));
    };
    let elements = read_elements(&People::of(state, call), first.get("content"))?;
    let comment = new_comment(call, &viewer, elements);
    let printed = print(&People::of(state, call), &token, &comment, false)?;
    state
        .comments
        .by_file
        .entry(token)
        .or_default()
        .push(comment);
    Ok(Reply::Data(printed))
}

/// `POST drive/v1/files/:file_token/new_comments`: anchored to a block or a cell, or on the whole file.
pub(crate) fn create_anchored(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = path(call, "file_token").to_owned();
    let kind = call
        .body
        .get("file_type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !anchor::KINDS.contains(&kind) {
        return Err(fault(1_069_302));
    }
    file(state, &viewer, &token, kind)?;
    let elements = read_new_elements(&People::of(state, call), body_list(call, "reply_elements"))?;
    let mut comment = new_comment(call, &viewer, elements);
    if let Some(block) = call
        .body
        .get("anchor")
        .and_then(|anchor| anchor.get("block_id"))
        .and_then(Value::as_str)
    {
        comment.quote = anchor::put(state, &token, block, &comment.id)?;
        comment.block = Some(block.to_owned());
    }
    let reply_id = comment.replies.first().map(|reply| reply.id.clone());
    let data = json!({
        "comment_id": comment.id,
        "reply_id": reply_id,
        "created_at": iso(comment.created),
        "idempotency_key": call.ids.uuid(),
    });
    state
        .comments
        .by_file
        .entry(token)
        .or_default()
        .push(comment);
    Ok(Reply::Data(data))
}

/// `PATCH drive/v1/files/:file_token/comments/:comment_id`: solve or reopen.
pub(crate) fn solve(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let viewer = Viewer::of(state, call);
    let token = target(state, call, &viewer)?;
    let solved = call
        .body
        .get("is_solved")
        .and_then(Value::as_bool)
        .ok_or_else(|| fault(1_069_302))?;
    let now = call.now_ms / 1_000;
    let comment = state.comments.find_mut(&token, path(call, "comment_id"))?;
    comment.solved = solved.then(|| comment.solved.take().unwrap_or((viewer.actor, now)));
    comment.updated = now;
    Ok(Reply::Data(json!({})))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/comments",
        list,
    ),
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/comments",
        create,
    ),
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/comments/batch_query",
        batch_query,
    ),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id",
        get,
    ),
    (
        "PATCH",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id",
        solve,
    ),
    (
        "GET",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id/replies",
        replies::list,
    ),
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id/replies",
        replies::create,
    ),
    (
        "PUT",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id/replies/:reply_id",
        replies::update,
    ),
    (
        "DELETE",
        "/open-apis/drive/v1/files/:file_token/comments/:comment_id/replies/:reply_id",
        replies::delete,
    ),
    (
        "POST",
        "/open-apis/drive/v1/files/:file_token/new_comments",
        create_anchored,
    ),
    (
        "POST",
        "/open-apis/drive/v2/files/:file_token/comments/reaction",
        replies::react,
    ),
];
