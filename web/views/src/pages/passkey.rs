//! Passkeys on pages: the form that uses or makes one, and what can be wrong.

use askama::Template;

use crate::{
    Lang,
    text::{self, passkey::PasskeyText},
};

/// What the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyUse {
    /// Sign in.
    SignIn,
    /// Prove again who is there.
    StepUp,
    /// Make one for the account.
    Make,
}

/// The form. It is hidden until the script shows it, and the script fills it.
#[derive(Debug, Clone, Template)]
#[template(path = "passkey_form.html")]
pub struct PasskeyForm {
    /// Language.
    pub lang: Lang,
    /// What for.
    pub purpose: PasskeyUse,
    /// Where it goes; below that path, `/options` has the question to the browser.
    pub action: &'static str,
    /// Value of the `csrf` field, where there is a session.
    pub csrf: Option<String>,
    /// Whether it stands below another way.
    pub other_way: bool,
    /// Where to go after it.
    pub return_to: Option<String>,
}

impl PasskeyForm {
    fn t(&self) -> &'static PasskeyText {
        text::passkey::of(self.lang)
    }

    /// The name that the script knows it by.
    const fn name(&self) -> &'static str {
        match self.purpose {
            PasskeyUse::SignIn => "sign-in",
            PasskeyUse::StepUp => "step-up",
            PasskeyUse::Make => "make",
        }
    }

    fn makes(&self) -> bool {
        self.purpose == PasskeyUse::Make
    }

    fn label(&self) -> &'static str {
        let t = self.t();
        match self.purpose {
            PasskeyUse::SignIn => t.sign_in,
            PasskeyUse::StepUp => t.confirm,
            PasskeyUse::Make => t.add,
        }
    }
}

/// Why a passkey was not taken, made or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyFault {
    /// Nobody's, or of an account that may not sign in. Which of the two is not told.
    Unknown,
    /// The question is not open: too late, or answered before.
    Expired,
    /// The device did not verify who holds it.
    Unverified,
    /// It seems to exist twice.
    Copied,
    /// The answer does not hold.
    Refused,
    /// An account has it already.
    Taken,
    /// Too many attempts; seconds to wait.
    Slow(u64),
    /// The account has as many as it may have.
    Many(usize),
    /// It is the last way to sign in.
    Last,
    /// Its new name will not do.
    Name,
}

impl PasskeyFault {
    /// What it says to a reader.
    pub fn words(self, lang: Lang) -> String {
        let t = text::passkey::of(lang);
        match self {
            Self::Unknown => t.unknown.to_owned(),
            Self::Expired => t.expired.to_owned(),
            Self::Unverified => t.unverified.to_owned(),
            Self::Copied => t.copied.to_owned(),
            Self::Refused => t.refused.to_owned(),
            Self::Taken => t.taken.to_owned(),
            Self::Slow(seconds) => {
                let t = text::sign_in::of(lang);
                text::fill(t.slow, &[("n", &seconds.to_string())])
            }
            Self::Many(max) => text::fill(t.many, &[("max", &max.to_string())]),
            Self::Last => t.last.to_owned(),
            Self::Name => t.name_fault.to_owned(),
        }
    }
}
