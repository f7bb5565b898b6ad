//! Putting a second factor in force, and its recovery codes.

use askama::Template;

use crate::{
    Shell,
    pages::page,
    qr::{Qr, qr},
    sign_in::CodeFault,
    text::{self, account::AccountText},
};

/// How far it is.
#[derive(Debug, Clone)]
pub enum FactorStage {
    /// A secret is to be put into an authenticator app.
    Offer {
        /// The `otpauth` address to scan.
        address: String,
        /// The secret to type, in base32.
        key: String,
        /// Why the last code was not taken.
        fault: Option<CodeFault>,
    },
    /// Recovery codes that are shown once.
    Codes(Vec<String>),
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "account_factor.html")]
pub struct FactorPage {
    /// Frame.
    pub shell: Shell,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Path to go to after it.
    pub return_to: String,
    /// Whether somebody asks for a second factor before going on.
    pub asked: bool,
    /// How far it is.
    pub stage: FactorStage,
}
page!(FactorPage);

impl FactorPage {
    fn t(&self) -> &'static AccountText {
        text::account::of(self.shell.lang)
    }

    fn sign_in(&self) -> &'static text::sign_in::SignInText {
        text::sign_in::of(self.shell.lang)
    }

    fn code(address: &str) -> Option<Qr> {
        qr(address)
    }

    /// The secret in groups of four, to be read across.
    fn grouped(key: &str) -> String {
        let mut shown = String::with_capacity(key.len() + key.len() / 4);
        for (index, sign) in key.chars().enumerate() {
            if index > 0 && index.is_multiple_of(4) {
                shown.push(' ');
            }
            shown.push(sign);
        }
        shown
    }
}
