//! Storage of wiki.

use serde::{Deserialize, Serialize};

/// Everything stored of wiki.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Wiki {}
