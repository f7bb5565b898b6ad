//! The revisions of the protocol.

use std::fmt;

/// A revision of the Model Context Protocol, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Revision {
    /// HTTP+SSE.
    V2024_11_05,
    /// The first with Streamable HTTP; the only one with JSON-RPC batches.
    V2025_03_26,
    /// Structured results, protected resource metadata, the version header.
    V2025_06_18,
    /// Wrong arguments are results with `isError`; elicitation by address.
    V2025_11_25,
    /// Stateless.
    V2026_07_28,
}

impl Revision {
    /// All revisions, newest first: the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::V2026_07_28,
        Self::V2025_11_25,
        Self::V2025_06_18,
        Self::V2025_03_26,
        Self::V2024_11_05,
    ];

    /// The newest revision that begins with `initialize`.
    pub const NEWEST_WITH_SESSIONS: Self = Self::V2025_11_25;

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Whether every request stands alone (no `initialize`, no session).
    pub const fn is_stateless(self) -> bool {
        matches!(self, Self::V2026_07_28)
    }

    /// What to answer to `initialize` that asks for `asked`: the same if it has sessions, else
    /// the newest that has.
    pub fn negotiate(asked: &str) -> Self {
        Self::from_name(asked)
            .filter(|known| !known.is_stateless())
            .unwrap_or(Self::NEWEST_WITH_SESSIONS)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initialize_never_agrees_on_a_revision_without_sessions() {
        assert_eq!(Revision::negotiate("2025-03-26"), Revision::V2025_03_26);
        assert_eq!(Revision::negotiate("2026-07-28"), Revision::V2025_11_25);
        assert_eq!(Revision::negotiate("1999-01-01"), Revision::V2025_11_25);
    }
}
