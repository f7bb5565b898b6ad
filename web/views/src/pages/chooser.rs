//! The organisation chooser: shown when a client did not say which organisation it wants.

use askama::Template;

use super::page;
use crate::{
    Shell,
    text::{self, chooser::ChooserText},
};

/// One organisation to choose.
#[derive(Debug, Clone)]
pub struct OrganisationChoice {
    /// Value of the `organisation` field.
    pub slug: String,
    /// Name for people.
    pub name: String,
}

/// The chooser. Posts `csrf`, the hidden fields and `organisation=SLUG`.
#[derive(Debug, Clone, Template)]
#[template(path = "chooser.html")]
pub struct ChooserPage {
    /// Frame.
    pub shell: Shell,
    /// Path that takes the POST.
    pub action: String,
    /// Further fields of the form, name and value.
    pub hidden: Vec<(String, String)>,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Name that the client gave itself.
    pub client_name: String,
    /// Organisations offered as buttons.
    pub choices: Vec<OrganisationChoice>,
    /// Whether to offer a field for the short name of another organisation. A public service
    /// offers only the field: the list of its customers is nobody's business.
    pub by_name: bool,
    /// The short name that was just typed and is not known.
    pub unknown: Option<String>,
}
page!(ChooserPage);

impl ChooserPage {
    fn t(&self) -> &'static ChooserText {
        text::chooser::of(self.shell.lang)
    }
}
