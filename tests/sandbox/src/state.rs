//! Everything the sandbox remembers.

use serde::{Deserialize, Serialize};

use crate::content::{Comments, Docx, Drive, Wiki};
use crate::identity::Identity;

/// The whole state; it is written to the state file as it is.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Tenants, people, departments, groups.
    pub(crate) identity: Identity,
    /// docx documents and their blocks.
    pub(crate) docx: Docx,
    /// Folders, files and who may see them.
    pub(crate) drive: Drive,
    /// Wiki spaces and nodes.
    pub(crate) wiki: Wiki,
    /// Comments on documents.
    pub(crate) comments: Comments,
}
