//! Rules that act on what happens: when they begin, on what condition, and what they do. Words
//! and comparisons only; what is run is elsewhere.

mod happening;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Role;

pub use happening::{Happening, Kind};

/// Steps of one rule.
pub const MAX_STEPS: usize = 8;
/// Characters of a condition, or of one text with expressions.
pub const MAX_TEXT: usize = 4_000;
/// Rules that act because of rules, in a row.
pub const MAX_DEPTH: u32 = 3;
/// Most runs of one rule in a minute that can be asked for.
pub const MAX_PER_MINUTE: u32 = 600;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordChange {
    /// It is new.
    Created,
    /// It has other values.
    Changed,
    /// It is gone.
    Deleted,
}

impl RecordChange {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Created, Self::Changed, Self::Deleted];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.name() == name)
    }
}

/// When a rule begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody calls the rule's own address.
    Hook {
        /// Whether each request must also be signed.
        signed: bool,
    },
    /// A moment comes.
    Schedule {
        /// Minute, hour, day of the month, month, day of the week.
        cron: String,
        /// IANA name of the zone that the times are meant in.
        zone: String,
    },
    /// Records of a table change.
    Record {
        /// Token of the base.
        base: String,
        /// The table; empty for all of the base.
        table: String,
        /// Which changes; empty for all.
        on: Vec<RecordChange>,
    },
    /// A document or spreadsheet is edited.
    Edited {
        /// Its token.
        token: String,
    },
}

impl Trigger {
    /// What it waits for.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Hook { .. } => Kind::Hook,
            Self::Schedule { .. } => Kind::Schedule,
            Self::Record { .. } => Kind::Record,
            Self::Edited { .. } => Kind::Edited,
        }
    }

    /// The file that it watches; empty when it watches none.
    pub fn place(&self) -> &str {
        match self {
            Self::Record { base, .. } => base,
            Self::Edited { token } => token,
            Self::Hook { .. } | Self::Schedule { .. } => "",
        }
    }

    /// Whether it begins the rule, of whose kind and place the event is.
    pub fn takes(&self, event: &Happening) -> bool {
        if self.kind() != event.kind || self.place() != event.place {
            return false;
        }
        match self {
            Self::Record { table, on, .. } => {
                let here = table.is_empty() || *table == event.table;
                here && (on.is_empty() || event.change.is_some_and(|change| on.contains(&change)))
            }
            Self::Hook { .. } | Self::Schedule { .. } | Self::Edited { .. } => true,
        }
    }
}

/// One thing that a rule does: a call of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name of the tool.
    pub tool: String,
    /// Its arguments. Texts may hold expressions in `{{ }}`.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// CEL over the event and the steps before: where it does not hold, the run ends here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub when: String,
}

/// What a rule is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// When it begins.
    pub trigger: Trigger,
    /// CEL over the event; empty is always.
    pub condition: String,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// The role in which it works.
    pub role: Role,
    /// Most runs in a minute; others wait.
    pub per_minute: u32,
}

/// Whether a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It does.
    Active,
    /// It takes no events, and what waits goes on waiting.
    Paused,
}

impl RuleState {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It waits for its time, or somebody is at it.
    Waiting,
    /// Every step was done.
    Done,
    /// The condition said no, or the rule does not act on its own writes.
    Skipped,
    /// It was given up; somebody must look.
    Dead,
}

impl RunState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Done, Self::Skipped, Self::Dead];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Dead => "dead",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

#[cfg(test)]
mod tests;
