//! A thread of comments, its replies, and what they say.

use serde::{Deserialize, Serialize};

use super::super::loose;

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
    /// Seconds of the last change: a reply, an edit, resolving.
    #[serde(default, deserialize_with = "loose::int")]
    pub update_time: i64,
    /// Resolved.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub is_solved: bool,
    /// Open id of who resolved it.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub solver_user_id: String,
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
    /// Seconds of the last edit.
    #[serde(default, deserialize_with = "loose::int")]
    pub update_time: i64,
    /// The text.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub content: Content,
    /// Attachments.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub extra: Extra,
    /// Reactions, when they were asked for.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub reactions: Vec<Reaction>,
}

/// A reaction, with everybody who gave it.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Reaction {
    /// Feishu's name of the emoji, such as `THUMBSUP`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub reaction_key: String,
    /// How many gave it.
    #[serde(default, deserialize_with = "loose::int")]
    pub count: i64,
    /// Open ids of those who gave it first.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub ahead_users: Vec<String>,
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
