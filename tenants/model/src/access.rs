//! What a client may do on a member's behalf: the scopes of our own authorization server.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The access that a grant, a token or a key carries. Reading is always part of it; writing is
/// chosen on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Reading tools only (`feishu:read`).
    Read,
    /// Reading, writing and destroying tools (`feishu:read feishu:write`).
    Write,
}

/// The text named a scope that we do not have, or none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope")]
pub struct AccessParseError;

impl Access {
    /// Scope name for reading.
    pub const READ: &'static str = "feishu:read";
    /// Scope name for writing.
    pub const WRITE: &'static str = "feishu:write";

    /// The scopes as RFC 6749 prints them, separated by spaces.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Read => "feishu:read",
            Self::Write => "feishu:read feishu:write",
        }
    }

    /// Whether this access includes `other`.
    pub fn covers(self, other: Self) -> bool {
        self >= other
    }

    /// Reads a `scope` parameter as clients really send it: scopes that are not ours
    /// (`openid`, `offline_access`, `mcp:tools` …) are passed over, as RFC 6749 section 3.3
    /// allows; an empty or foreign list asks for the default, reading and writing, of which the
    /// member then ticks what it wants to give.
    pub fn requested(scope: &str) -> Self {
        let mut ours = scope
            .split(' ')
            .filter(|name| *name == Self::READ || *name == Self::WRITE);
        match (ours.next(), ours.next()) {
            (Some(Self::READ), None) => Self::Read,
            _ => Self::Write,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scope())
    }
}

impl FromStr for Access {
    type Err = AccessParseError;

    /// Strict: exactly the two forms that [`Access::scope`] prints.
    fn from_str(text: &str) -> Result<Self, AccessParseError> {
        match text {
            "feishu:read" => Ok(Self::Read),
            "feishu:read feishu:write" => Ok(Self::Write),
            _ => Err(AccessParseError),
        }
    }
}

impl Serialize for Access {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.scope())
    }
}

impl<'de> Deserialize<'de> for Access {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
