//! Shown after signing out of the pages.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, signed_out::SignedOutText},
};

/// The page after signing out.
#[derive(Debug, Clone, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOutPage {
    /// Frame.
    pub shell: Shell,
    /// Path that signs in again.
    pub sign_in: String,
    /// Path of the connect page.
    pub connect: String,
}
page!(SignedOutPage);

impl SignedOutPage {
    fn t(&self) -> &'static SignedOutText {
        text::signed_out::of(self.shell.lang)
    }
}
