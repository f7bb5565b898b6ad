//! Storage of docx.

use serde::{Deserialize, Serialize};

/// Everything stored of docx.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Docx {}
