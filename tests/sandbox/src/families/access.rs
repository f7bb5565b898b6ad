//! Who may do what with a file or a wiki node.

use serde::{Deserialize, Serialize};

use crate::State;
use crate::gateway::{Call, CallerIdentity};

/// How much a caller may do; each level includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// Nothing.
    None,
    /// Read and comment.
    View,
    /// Change.
    Edit,
    /// Change, share and delete.
    #[serde(rename = "full_access")]
    Full,
}

impl Level {
    /// From the API's word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            "view" => Some(Self::View),
            "edit" => Some(Self::Edit),
            "full_access" => Some(Self::Full),
            _ => None,
        }
    }

    /// The API's word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None | Self::View => "view",
            Self::Edit => "edit",
            Self::Full => "full_access",
        }
    }
}

/// The caller as access rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// The caller's tenant.
    pub(crate) tenant: String,
    /// A person's key or an app's id.
    pub(crate) actor: String,
    /// Whether an app calls for itself.
    pub(crate) is_app: bool,
    /// User groups and departments of the person.
    pub(crate) circles: Vec<String>,
}

impl Viewer {
    /// The caller of a request.
    pub(crate) fn of(state: &State, call: &Call<'_>) -> Self {
        let tenant = call.caller.tenant_key.clone();
        match &call.caller.identity {
            CallerIdentity::User { user_key, .. } => Self {
                circles: super::people::circles(&state.identity, &tenant, user_key),
                tenant,
                actor: user_key.clone(),
                is_app: false,
            },
            CallerIdentity::App => Self {
                tenant,
                actor: call.caller.app_id.clone(),
                is_app: true,
                circles: Vec::new(),
            },
        }
    }

    /// Whether a member entry means this caller.
    pub(crate) fn is(&self, member: &str) -> bool {
        self.actor == member || self.circles.iter().any(|circle| circle == member)
    }
}

impl State {
    /// How much the viewer may do with an object. Missing and deleted objects give nothing.
    pub(crate) fn level(&self, token: &str, viewer: &Viewer) -> Level {
        let mut best = Level::None;
        let mut at = self.drive.entries.get(token).filter(|entry| !entry.deleted);
        let Some(entry) = at else {
            return Level::None;
        };
        best = best.max(entry.link_level(viewer));
        if entry.tenant != viewer.tenant {
            return best;
        }
        // Collaborators of a folder are collaborators of what is inside.
        while let Some(entry) = at {
            best = best.max(entry.member_level(viewer));
            if best == Level::Full {
                return best;
            }
            at = entry
                .parent
                .as_deref()
                .and_then(|parent| self.drive.entries.get(parent));
        }
        match self.wiki.node_of(token) {
            Some(node) => best.max(self.wiki.space_level(&node.space_id, viewer)),
            None => best,
        }
    }
}
