//! An invitation to the console.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, invite::InviteText},
};

/// What the invited person can do next.
#[derive(Debug, Clone)]
pub enum InviteStep {
    /// Make the account.
    Make {
        /// Name that was typed.
        name: String,
        /// Why it was not taken, in words.
        fault: Option<String>,
    },
    /// Accept as the account that is signed in; the value of the `csrf` field.
    Accept {
        /// Form token.
        csrf: String,
    },
    /// Sign in first, at this path.
    SignIn(String),
    /// Signed in as somebody else.
    Other {
        /// As whom.
        email: String,
        /// Form token, for signing out.
        csrf: String,
    },
}

/// The invitation, or the word that it no longer works.
#[derive(Debug, Clone, Template)]
#[template(path = "invite.html")]
pub struct InvitePage {
    /// Frame.
    pub shell: Shell,
    /// Who invites.
    pub by: String,
    /// To which organisation; `None` for the platform.
    pub tenant: Option<String>,
    /// Address that is invited.
    pub email: String,
    /// Stable names of the roles.
    pub roles: Vec<String>,
    /// What to do; `None` when the link no longer works.
    pub step: Option<InviteStep>,
}
page!(InvitePage);

impl InvitePage {
    /// The page of a link that no longer works.
    pub fn gone(shell: Shell) -> Self {
        Self {
            shell,
            by: String::new(),
            tenant: None,
            email: String::new(),
            roles: Vec::new(),
            step: None,
        }
    }

    fn t(&self) -> &'static InviteText {
        text::invite::of(self.shell.lang)
    }
}

/// Why a name was not taken.
pub fn name_fault(lang: crate::Lang) -> &'static str {
    text::invite::of(lang).no_name
}
