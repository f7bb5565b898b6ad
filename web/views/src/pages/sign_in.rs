//! The console's sign-in, by password or by a link that works once.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, sign_in::SignInText},
};

/// Why an attempt failed. Which part of it was wrong is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFault {
    /// Address, password or account.
    Wrong,
    /// Too many attempts; seconds to wait.
    Slow(u64),
}

/// The sign-in.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Frame.
    pub shell: Shell,
    /// Where to go after it; empty for the console.
    pub return_to: String,
    /// Address that was typed.
    pub email: String,
    /// Why the last attempt failed.
    pub fault: Option<SignInFault>,
}
page!(SignInPage);

impl SignInPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }

    fn fault_text(&self, fault: &SignInFault) -> String {
        let t = self.t();
        match *fault {
            SignInFault::Wrong => t.wrong.to_owned(),
            SignInFault::Slow(seconds) => text::fill(t.slow, &[("n", &seconds.to_string())]),
        }
    }
}

/// The page of a link that signs in, or of one that no longer does.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in_link.html")]
pub struct SignInLinkPage {
    /// Frame.
    pub shell: Shell,
    /// Whose link it is; `None` when it no longer works.
    pub name: Option<String>,
    /// Path of the sign-in by password.
    pub sign_in: String,
}
page!(SignInLinkPage);

impl SignInLinkPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }
}
