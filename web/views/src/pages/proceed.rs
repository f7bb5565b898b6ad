//! The page that leads back to an application or to a program on this computer. A form that
//! redirected there would be stopped by browsers that apply `form-action` along redirects, so the
//! answer to the form is this page, which navigates and also shows the link.

use askama::Template;

use super::page;
use crate::{
    Href, Shell,
    text::{self, proceed::ProceedText},
};

/// The continue page. Answer it with `Cache-Control: no-store`: the target may hold a code.
#[derive(Debug, Clone, Template)]
#[template(path = "proceed.html")]
pub struct ProceedPage {
    /// Frame.
    pub shell: Shell,
    /// Where to go.
    pub target: Href,
    /// Name that the client gave itself.
    pub client_name: String,
    /// Whether access was given (`false`: refused, the client is told).
    pub approved: bool,
}
page!(ProceedPage);

impl ProceedPage {
    fn t(&self) -> &'static ProceedText {
        text::proceed::of(self.shell.lang)
    }

    fn lead(&self) -> (&'static str, &'static str) {
        let t = self.t();
        let text = if self.approved { t.lead } else { t.lead_denied };
        text::around(text, "client")
    }
}
