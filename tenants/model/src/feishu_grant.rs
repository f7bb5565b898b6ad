//! The state of a member's Feishu tokens.

use serde::{Deserialize, Serialize};

/// What is known about a Feishu grant. Feishu's refresh tokens are single-use, so "not known" is a
/// state of its own: an unclear failure never throws a grant away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeishuGrantState {
    /// The stored pair is good.
    Valid,
    /// The stored refresh token was sent and no answer was stored: it may be used up. It is tried
    /// once more.
    Uncertain,
    /// Feishu clearly refused the refresh token: the member signs in again.
    NeedsReauth,
}

impl FeishuGrantState {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Uncertain => "uncertain",
            Self::NeedsReauth => "needs_reauth",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Valid, Self::Uncertain, Self::NeedsReauth]
            .into_iter()
            .find(|state| state.name() == name)
    }
}
