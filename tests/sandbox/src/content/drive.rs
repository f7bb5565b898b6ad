//! Storage of drive.

use serde::{Deserialize, Serialize};

/// Everything stored of drive.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Drive {}
