//! Something that happened, as rules see it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RecordChange;
use crate::Timestamp;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A request to a rule's own address.
    Hook,
    /// A moment came.
    Schedule,
    /// A record of a base changed.
    Record,
    /// A document or spreadsheet was edited.
    Edited,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Hook, Self::Schedule, Self::Record, Self::Edited];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Schedule => "schedule",
            Self::Record => "record",
            Self::Edited => "edited",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// The same for every time that the same thing is told.
    pub id: String,
    /// What kind.
    pub kind: Kind,
    /// Token of the file; empty where there is none.
    pub place: String,
    /// The table of a record.
    pub table: String,
    /// What became of a record.
    pub change: Option<RecordChange>,
    /// What expressions see as `event`.
    pub data: Value,
    /// When it happened.
    pub at: Timestamp,
    /// Whether a person is known to have done it. What no person did may be a rule's work.
    pub by_person: bool,
}
