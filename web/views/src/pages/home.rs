//! The front page.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, home::HomeText},
};

/// A link to the connect page of one organisation.
#[derive(Debug, Clone)]
pub struct OrganisationLink {
    /// Name for people.
    pub name: String,
    /// Path of its connect page.
    pub connect: String,
}

/// The front page. A public service lists no organisations; `dev` lists all.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Frame.
    pub shell: Shell,
    /// Organisations to list.
    pub organisations: Vec<OrganisationLink>,
    /// Whether everybody may make an account of the console.
    pub sign_up: bool,
    /// Version of the program.
    pub version: String,
}
page!(HomePage);

impl HomePage {
    fn t(&self) -> &'static HomeText {
        text::home::of(self.shell.lang)
    }
}
