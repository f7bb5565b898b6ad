//! Storage of comments.

use serde::{Deserialize, Serialize};

/// Everything stored of comments.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Comments {}
