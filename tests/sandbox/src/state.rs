//! Everything the sandbox remembers.

use serde::{Deserialize, Serialize};

use crate::apps::Apps;
use crate::content::{
    Bases, Boards, Comments, Docx, Drive, Media, Messages, Sheets, Subscriptions, Tasks, Wiki,
};
use crate::events::News;
use crate::identity::Identity;
use crate::tokens::Tokens;

/// The whole state; it is written to the state file as it is.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// How far the sandbox clock is ahead of the machine's, in milliseconds.
    pub(crate) clock_offset_ms: i64,
    /// Tenants, people, departments, groups.
    pub(crate) identity: Identity,
    /// Apps and their settings.
    pub(crate) apps: Apps,
    /// Codes, tokens, grants.
    pub(crate) tokens: Tokens,
    /// docx documents and their blocks.
    pub(crate) docx: Docx,
    /// Folders, files and who may see them.
    pub(crate) drive: Drive,
    /// Wiki spaces and nodes.
    pub(crate) wiki: Wiki,
    /// Comments on documents.
    pub(crate) comments: Comments,
    /// Uploaded pictures and files.
    pub(crate) media: Media,
    /// Spreadsheets.
    pub(crate) sheets: Sheets,
    /// Bases.
    pub(crate) bases: Bases,
    /// What is drawn on boards.
    pub(crate) boards: Boards,
    /// Which apps hear of which files.
    pub(crate) subscriptions: Subscriptions,
    /// Changes that nobody was told of yet; empty between two requests.
    #[serde(skip)]
    pub(crate) news: Vec<News>,
    /// Chats, and what apps sent.
    pub(crate) messages: Messages,
    /// Tasks.
    pub(crate) tasks: Tasks,
}
