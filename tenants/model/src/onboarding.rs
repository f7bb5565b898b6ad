//! The steps from signing up to the first call.

use serde::{Deserialize, Serialize};

/// A step that a tenant reaches once. How long each takes is measured for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// The tenant was made.
    Created,
    /// Feishu took the app's credentials.
    Credentials,
    /// Our redirect URL was seen in the app.
    Redirect,
    /// Every wanted scope was in force.
    Scopes,
    /// A version was in force.
    Published,
    /// Somebody came back from Feishu's sign-in.
    SignedIn,
    /// A member gave a client access.
    Connected,
    /// A call of a tool succeeded.
    FirstCall,
}

impl Milestone {
    /// All, in the order of the way.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Credentials,
        Self::Redirect,
        Self::Scopes,
        Self::Published,
        Self::SignedIn,
        Self::Connected,
        Self::FirstCall,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Credentials => "credentials",
            Self::Redirect => "redirect",
            Self::Scopes => "scopes",
            Self::Published => "published",
            Self::SignedIn => "signed_in",
            Self::Connected => "connected",
            Self::FirstCall => "first_call",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}
