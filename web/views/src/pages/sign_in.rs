//! The console's sign-in, by password or by a link that works once.

use askama::Template;

use super::page;
use crate::{
    Lang, Shell,
    passkey::{PasskeyFault, PasskeyForm},
    text::{self, sign_in::SignInText},
};

/// Why an attempt failed. Which part of it was wrong is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFault {
    /// Address, password or account.
    Wrong,
    /// Too many attempts; seconds to wait.
    Slow(u64),
    /// The passkey.
    Passkey(PasskeyFault),
}

impl SignInFault {
    /// What it says to a reader.
    pub fn words(self, lang: Lang) -> String {
        let t = text::sign_in::of(lang);
        match self {
            Self::Wrong => t.wrong.to_owned(),
            Self::Passkey(fault) => fault.words(lang),
            Self::Slow(seconds) => text::fill(t.slow, &[("n", &seconds.to_string())]),
        }
    }
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
    /// The way without one, where this address has passkeys.
    pub passkey: Option<PasskeyForm>,
    /// Short name of an organisation that was typed.
    pub organisation: String,
    /// Whether no organisation is called so, or it has no sign-in through Feishu.
    pub unknown: bool,
    /// Whether everybody may make an account.
    pub sign_up: bool,
    /// Why the last attempt failed.
    pub fault: Option<SignInFault>,
}
page!(SignInPage);

impl SignInPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }

    fn fault_text(&self, fault: &SignInFault) -> String {
        fault.words(self.shell.lang)
    }
}

/// The page that leads on to an organisation's sign-in. A form that redirected to Feishu would be
/// stopped by browsers that apply `form-action` along redirects, so the answer to the form is this
/// page, which navigates and also shows the link.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in_onward.html")]
pub struct SignInOnwardPage {
    /// Frame.
    pub shell: Shell,
    /// Name of the organisation.
    pub name: String,
    /// Its sign-in, a path of this origin.
    pub target: String,
}
page!(SignInOnwardPage);

impl SignInOnwardPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
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

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFault {
    /// Wrong, or used before.
    Wrong,
    /// Too many attempts; seconds to wait.
    Slow(u64),
}

impl CodeFault {
    /// What it says to a reader.
    pub fn words(self, lang: Lang) -> String {
        let t = text::sign_in::of(lang);
        match self {
            Self::Wrong => t.code_wrong.to_owned(),
            Self::Slow(seconds) => text::fill(t.slow, &[("n", &seconds.to_string())]),
        }
    }
}

/// The second step of a sign-in.
#[derive(Debug, Clone, Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// Frame.
    pub shell: Shell,
    /// Why the last code was not taken.
    pub fault: Option<CodeFault>,
}
page!(SecondFactorPage);

impl SecondFactorPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }
}

/// The question for a fresh proof of who is there.
#[derive(Debug, Clone, Template)]
#[template(path = "step_up.html")]
pub struct StepUpPage {
    /// Frame.
    pub shell: Shell,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Where to go after it; empty for the console.
    pub return_to: String,
    /// Whether a code of the second factor is asked for, not the password.
    pub code: bool,
    /// Whether there is a password to ask for.
    pub password: bool,
    /// The proof by a passkey, where the account has one.
    pub passkey: Option<PasskeyForm>,
    /// Why the last attempt failed.
    pub fault: Option<String>,
}
page!(StepUpPage);

impl StepUpPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }
}

/// Why a password was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Too short.
    Short,
    /// Too long.
    Long,
    /// Too easy to guess.
    Common,
    /// The two differ.
    Differs,
}

/// The choice of a password by a link, or the word that the link no longer works.
#[derive(Debug, Clone, Template)]
#[template(path = "set_password.html")]
pub struct SetPasswordPage {
    /// Frame.
    pub shell: Shell,
    /// Whose password; `None` when the link no longer works.
    pub email: Option<String>,
    /// Why the last one was not taken.
    pub fault: Option<PasswordFault>,
}
page!(SetPasswordPage);

impl SetPasswordPage {
    fn t(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }

    fn fault_text(&self) -> Option<&'static str> {
        self.fault.map(|fault| fault.words(self.shell.lang))
    }
}

impl PasswordFault {
    /// What it says to a reader.
    pub fn words(self, lang: Lang) -> &'static str {
        let t = text::sign_in::of(lang);
        match self {
            Self::Short => t.short,
            Self::Long => t.long,
            Self::Common => t.common,
            Self::Differs => t.differs,
        }
    }
}
