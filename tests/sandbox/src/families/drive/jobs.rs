//! Documents to files and files to documents, both in jobs that a caller polls.

pub(crate) mod export;
mod files;
pub(crate) mod import;

use serde::{Deserialize, Serialize};

/// How many polls of a job answer that it is still running.
pub(crate) const POLLS: u32 = 1;

/// An export.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Export {
    /// Who started it.
    pub(crate) actor: String,
    /// The document and its kind.
    pub(crate) token: String,
    pub(crate) kind: String,
    /// `docx`, `pdf`, `xlsx`, `csv`.
    pub(crate) extension: String,
    /// The result.
    pub(crate) file: String,
    /// How many more polls say that it is running.
    pub(crate) polls: u32,
}

/// The result of an export.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Exported {
    /// Who may fetch it.
    pub(crate) actor: String,
    /// File name without its extension.
    pub(crate) name: String,
    /// The bytes in base64.
    pub(crate) data: String,
    /// Epoch milliseconds.
    pub(crate) until_ms: i64,
}

/// An import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    /// Who started it.
    pub(crate) actor: String,
    /// `docx`, `sheet`, `bitable`.
    pub(crate) kind: String,
    /// The result, or the status that it failed with.
    pub(crate) outcome: Result<String, i64>,
    /// How many more polls say that it is running.
    pub(crate) polls: u32,
}
