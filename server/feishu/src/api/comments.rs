//! Comments of files (`drive/v1/files/…/comments`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::loose;
use crate::{FeishuError, Request, Session};

/// A thread.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Comment {
    /// Identity.
    #[serde(default)]
    pub comment_id: String,
    /// Open id of who began it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub user_id: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub create_time: i64,
    /// Resolved.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_solved: bool,
    /// About the whole document: it cannot be replied to.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_whole: bool,
    /// The text it is anchored to.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub quote: String,
    /// The first page of replies; the first is the comment itself.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub reply_list: ReplyList,
    /// Whether there are more replies.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// Replies.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ReplyList {
    /// In order.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub replies: Vec<Reply>,
}

/// A reply.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Reply {
    /// Identity.
    #[serde(default)]
    pub reply_id: String,
    /// Open id of the author.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub user_id: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub create_time: i64,
    /// The text.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub content: Content,
    /// Attachments.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub extra: Extra,
}

/// Attachments of a reply.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Extra {
    /// Tokens of images.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub image_list: Vec<String>,
}

/// The text of a reply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// In order.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub elements: Vec<Element>,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    /// Text.
    TextRun {
        /// The run.
        text_run: Run,
    },
    /// A link.
    DocsLink {
        /// The link.
        docs_link: Link,
    },
    /// An @mention; it notifies the person.
    Person {
        /// Who.
        person: Person,
    },
    /// A kind that is not known here.
    #[serde(other)]
    Unknown,
}

/// Text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The text.
    #[serde(default)]
    pub text: String,
}

/// A link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The address.
    #[serde(default)]
    pub url: String,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Open id.
    #[serde(default)]
    pub user_id: String,
}

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

/// `drive.v1.fileCommentReply.list`: one page of replies, the largest.
pub async fn replies(
    session: &Session,
    file: &str,
    kind: &str,
    comment: &str,
) -> Result<Vec<Reply>, FeishuError> {
    #[derive(Deserialize)]
    struct Page {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Reply>,
    }
    let request =
        Request::get("/open-apis/drive/v1/files/{file_token}/comments/{comment_id}/replies")
            .path("file_token", file)?
            .path("comment_id", comment)?
            .query("file_type", kind)
            .query("page_size", "100");
    Ok(session.fetch::<Page>(request).await?.items)
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

/// `new_comments`: a comment anchored to a block. This API words its elements in its own way.
pub async fn create_anchored(
    session: &Session,
    file: &str,
    kind: &str,
    block: &str,
    content: &Content,
) -> Result<NewComment, FeishuError> {
    let elements: Vec<Value> = content.elements.iter().filter_map(reworded).collect();
    let request = Request::post("/open-apis/drive/v1/files/{file_token}/new_comments")
        .path("file_token", file)?
        .json(&serde_json::json!({
            "file_type": kind,
            "anchor": { "block_id": block },
            "reply_elements": elements,
        }));
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
