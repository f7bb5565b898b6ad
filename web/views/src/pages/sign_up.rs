//! Making an account of the console.

use askama::Template;

use super::page;
use crate::{
    Shell,
    invite::name_fault,
    sign_in::{PasswordFault, SignInFault},
    text::{self, sign_in::SignInText, sign_up::SignUpText},
};

/// Why no account was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpFault {
    /// No name, or a long one.
    Name,
    /// No e-mail address.
    Email,
    /// The address has an account.
    Taken,
    /// The password will not do.
    Password(PasswordFault),
    /// Too many attempts; seconds to wait.
    Slow(u64),
    /// An invitation is needed.
    Closed,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_up.html")]
pub struct SignUpPage {
    /// Frame.
    pub shell: Shell,
    /// Whether everybody may make an account here.
    pub open: bool,
    /// Display name, as typed.
    pub name: String,
    /// Address, as typed.
    pub email: String,
    /// Where to go after it; empty for making an organisation.
    pub return_to: String,
    /// Why no account was made.
    pub fault: Option<SignUpFault>,
}
page!(SignUpPage);

impl SignUpPage {
    fn t(&self) -> &'static SignUpText {
        text::sign_up::of(self.shell.lang)
    }

    fn sign_in(&self) -> &'static SignInText {
        text::sign_in::of(self.shell.lang)
    }

    /// What is wrong with the name, the address, the password, or the attempt as a whole.
    fn faults(&self) -> [String; 4] {
        let lang = self.shell.lang;
        let t = self.t();
        let mut faults: [String; 4] = Default::default();
        match self.fault {
            None | Some(SignUpFault::Closed) => {}
            Some(SignUpFault::Name) => name_fault(lang).clone_into(&mut faults[0]),
            Some(SignUpFault::Email) => t.bad_email.clone_into(&mut faults[1]),
            Some(SignUpFault::Taken) => t.taken.clone_into(&mut faults[1]),
            Some(SignUpFault::Password(fault)) => fault.words(lang).clone_into(&mut faults[2]),
            Some(SignUpFault::Slow(seconds)) => {
                faults[3] = SignInFault::Slow(seconds).words(lang);
            }
        }
        faults
    }
}
