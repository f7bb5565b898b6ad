//! Comments of files (`drive/v1/files/…/comments`).

mod thread;

use serde::Deserialize;
use serde_json::Value;

pub use thread::{Comment, Content, Element, Extra, Link, Person, Reaction, Reply, ReplyList, Run};

use super::{MAX_PAGES, loose};
use crate::{FeishuError, Request, Session};

/// One page of threads.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct CommentPage {
    /// Threads.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Comment>,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// Which threads: Feishu lists whole-document and anchored ones apart, and solved and open ones
/// apart; what it does without these parameters is not documented, so both are always sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// About the whole document instead of a place in it.
    pub whole: bool,
    /// Resolved instead of open.
    pub solved: bool,
}

const fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// `drive.v1.fileComment.list`: one page.
pub async fn list(
    session: &Session,
    file: &str,
    kind: &str,
    filter: Filter,
    page_size: usize,
    page_token: Option<&str>,
) -> Result<CommentPage, FeishuError> {
    let mut request = Request::get("/open-apis/drive/v1/files/{file_token}/comments")
        .path("file_token", file)?
        .query("file_type", kind)
        .query("is_whole", flag(filter.whole))
        .query("is_solved", flag(filter.solved))
        .query("need_reaction", "true")
        .query("page_size", page_size.clamp(1, 100).to_string());
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `drive.v1.fileComment.get`: one thread.
pub async fn get(
    session: &Session,
    file: &str,
    kind: &str,
    comment: &str,
) -> Result<Comment, FeishuError> {
    let request = Request::get("/open-apis/drive/v1/files/{file_token}/comments/{comment_id}")
        .path("file_token", file)?
        .path("comment_id", comment)?
        .query("file_type", kind);
    session.fetch(request).await
}

/// `drive.v1.fileCommentReply.list`: all replies of a thread, at most [`MAX_PAGES`] pages.
pub async fn replies(
    session: &Session,
    file: &str,
    kind: &str,
    comment: &str,
) -> Result<Vec<Reply>, FeishuError> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Reply>,
        #[serde(default, deserialize_with = "loose::nullable")]
        page_token: String,
        #[serde(default, deserialize_with = "loose::nullable")]
        has_more: bool,
    }
    let mut replies = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let mut request =
            Request::get("/open-apis/drive/v1/files/{file_token}/comments/{comment_id}/replies")
                .path("file_token", file)?
                .path("comment_id", comment)?
                .query("file_type", kind)
                .query("need_reaction", "true")
                .query("page_size", "100");
        if let Some(token) = &cursor {
            request = request.query("page_token", token);
        }
        let page = session.fetch::<Answer>(request).await?;
        replies.extend(page.items);
        if !page.has_more || page.page_token.is_empty() {
            break;
        }
        cursor = Some(page.page_token);
    }
    Ok(replies)
}

/// `drive.v1.fileComment.batchQuery`: these threads; unknown ids are left out.
pub async fn some(
    session: &Session,
    file: &str,
    kind: &str,
    comments: &[&str],
) -> Result<Vec<Comment>, FeishuError> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Comment>,
    }
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/comments/batch_query")
        .path("file_token", file)?
        .query("file_type", kind)
        .json(&serde_json::json!({ "comment_ids": comments }))
        .idempotent(true);
    Ok(session.fetch::<Found>(request).await?.items)
}

/// `drive.v1.fileComment.create`: a comment about the whole document.
pub async fn create(
    session: &Session,
    file: &str,
    kind: &str,
    content: &Content,
) -> Result<Comment, FeishuError> {
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/comments")
        .path("file_token", file)?
        .query("file_type", kind)
        .json(&serde_json::json!({ "reply_list": { "replies": [{ "content": content }] } }));
    session.fetch(request).await
}

/// What the newer comment API answers.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NewComment {
    /// Identity.
    #[serde(default)]
    pub comment_id: String,
    /// The reply that holds the text.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub reply_id: String,
}

/// `drive.file.comments.create_v2`: a comment on a block (of a sheet, `SHEET_ID!B2`), or without an
/// anchor on the whole file, of any kind. This API words its elements in its own way.
pub async fn create_at(
    session: &Session,
    file: &str,
    kind: &str,
    block: Option<&str>,
    content: &Content,
) -> Result<NewComment, FeishuError> {
    let elements: Vec<Value> = content.elements.iter().filter_map(reworded).collect();
    let mut body = serde_json::json!({ "file_type": kind, "reply_elements": elements });
    if let (Some(block), Some(body)) = (block, body.as_object_mut()) {
        body.insert(
            "anchor".to_owned(),
            serde_json::json!({ "block_id": block }),
        );
    }
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/new_comments")
        .path("file_token", file)?
        .json(&body);
    session.fetch(request).await
}

fn reworded(element: &Element) -> Option<Value> {
    Some(match element {
        Element::TextRun { text_run } => {
            serde_json::json!({ "type": "text", "text": text_run.text })
        }
        Element::DocsLink { docs_link } => {
            serde_json::json!({ "type": "link", "link": docs_link.url })
        }
        Element::Person { person } => {
            serde_json::json!({ "type": "mention_user", "mention_user": person.user_id })
        }
        Element::Unknown => return None,
    })
}

/// `drive.v1.fileCommentReply.create`.
pub async fn reply(
    session: &Session,
    file: &str,
    kind: &str,
    comment: &str,
    content: &Content,
) -> Result<Reply, FeishuError> {
    let request =
        Request::post("/open-apis/drive/v1/files/{file_token}/comments/{comment_id}/replies")
            .path("file_token", file)?
            .path("comment_id", comment)?
            .query("file_type", kind)
            .json(&serde_json::json!({ "content": content }));
    session.fetch(request).await
}

/// `drive.v1.fileCommentReply.update`: puts another text in place of a reply's. Repeating it
/// changes nothing.
pub async fn update_reply(
    session: &Session,
    file: &str,
    kind: &str,
    (comment, reply): (&str, &str),
    content: &Content,
) -> Result<(), FeishuError> {
    let request = Request::put(
        "/open-apis/drive/v1/files/{file_token}/comments/{comment_id}/replies/{reply_id}",
    )
    .path("file_token", file)?
    .path("comment_id", comment)?
    .path("reply_id", reply)?
    .query("file_type", kind)
    .json(&serde_json::json!({ "content": content }))
    .idempotent(true);
    session.call(request).await.map(|_| ())
}

/// `drive.v1.fileCommentReply.delete`: deletes a reply; with its last one the thread is gone.
pub async fn delete_reply(
    session: &Session,
    file: &str,
    kind: &str,
    (comment, reply): (&str, &str),
) -> Result<(), FeishuError> {
    let request = Request::delete(
        "/open-apis/drive/v1/files/{file_token}/comments/{comment_id}/replies/{reply_id}",
    )
    .path("file_token", file)?
    .path("comment_id", comment)?
    .path("reply_id", reply)?
    .query("file_type", kind);
    session.call(request).await.map(|_| ())
}

/// `drive.v2.commentReaction.updateReaction`: gives a reaction or takes it back. Repeating it
/// changes nothing.
pub async fn react(
    session: &Session,
    file: &str,
    kind: &str,
    reply: &str,
    reaction: &str,
    add: bool,
) -> Result<(), FeishuError> {
    let request = Request::post("/open-apis/drive/v2/files/{file_token}/comments/reaction")
        .path("file_token", file)?
        .query("file_type", kind)
        .json(&serde_json::json!({
            "action": if add { "add" } else { "delete" },
            "reply_id": reply,
            "reaction_type": reaction,
        }))
        .idempotent(true);
    session.call(request).await.map(|_| ())
}

/// `drive.v1.fileComment.patch`: resolves or reopens a thread. Repeating it changes nothing.
pub async fn set_solved(
    session: &Session,
    file: &str,
    kind: &str,
    comment: &str,
    solved: bool,
) -> Result<(), FeishuError> {
    let request = Request::patch("/open-apis/drive/v1/files/{file_token}/comments/{comment_id}")
        .path("file_token", file)?
        .path("comment_id", comment)?
        .query("file_type", kind)
        .json(&serde_json::json!({ "is_solved": solved }))
        .idempotent(true);
    session.call(request).await.map(|_| ())
}
