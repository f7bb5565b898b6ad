//! The error page: what happened, what to do next, and the request id to quote.

use askama::Template;

use super::page;
pub use crate::text::error::Trouble;
use crate::{
    Href, Lang, Shell,
    text::{self, error::ErrorText},
};

/// A link out of the error.
#[derive(Debug, Clone)]
pub struct WayOut {
    /// Label.
    pub label: String,
    /// Target, a path of this origin or a web address.
    pub href: Href,
}

/// The error page. Fill it with [`ErrorPage::about`], or by hand for faults without an entry.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// Frame.
    pub shell: Shell,
    /// HTTP status that goes with the page.
    pub status: u16,
    /// Short title.
    pub title: String,
    /// What happened, one or two sentences.
    pub happened: String,
    /// What to do next, one step per entry.
    pub next: Vec<String>,
    /// Facts for support, label and value: an error code, Feishu's log id. Never a secret.
    pub facts: Vec<(String, String)>,
    /// Request id.
    pub request_id: String,
    /// Links out.
    pub ways_out: Vec<WayOut>,
}
page!(ErrorPage);

impl ErrorPage {
    /// The page about a known trouble.
    pub fn about(trouble: Trouble, shell: Shell, request_id: impl Into<String>) -> Self {
        let words = trouble.words(shell.lang);
        Self {
            shell,
            status: trouble.status(),
            title: words.title.to_owned(),
            happened: words.happened.to_owned(),
            next: words.next.iter().map(|step| (*step).to_owned()).collect(),
            facts: Vec::new(),
            request_id: request_id.into(),
            ways_out: Vec::new(),
        }
    }

    /// Adds a fact for support.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    /// Adds a link out.
    #[must_use]
    pub fn way_out(mut self, label: impl Into<String>, href: Href) -> Self {
        self.ways_out.push(WayOut {
            label: label.into(),
            href,
        });
        self
    }

    fn t(&self) -> &'static ErrorText {
        text::error::of(self.shell.lang)
    }
}

/// The texts of a trouble without a page, for JSON answers and logs shown to people.
pub fn words(trouble: Trouble, lang: Lang) -> (&'static str, &'static str) {
    let words = trouble.words(lang);
    (words.title, words.happened)
}
