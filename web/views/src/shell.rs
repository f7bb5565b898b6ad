//! What all pages share: language, header, footer.

use crate::{
    Href, Lang,
    text::{self, shell::ShellText},
};

/// A page could not be rendered.
#[derive(Debug)]
pub struct RenderError(askama::Error);

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("page could not be rendered")
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<askama::Error> for RenderError {
    fn from(source: askama::Error) -> Self {
        Self(source)
    }
}

/// Who is signed in on pages: a member, or an account of the console.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Display name.
    pub name: String,
    /// Path that ends the page session by POST.
    pub sign_out: String,
    /// Value of the `csrf` field.
    pub csrf: String,
    /// Path of the page about oneself, if there is one.
    pub own: Option<String>,
}

/// The frame of a page.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// Language of the texts.
    pub lang: Lang,
    /// Path and query of this page, for the language switch; empty hides the switch (a page that
    /// answers a POST cannot be fetched again).
    pub here: String,
    /// Who is signed in.
    pub visitor: Option<Visitor>,
}

impl Shell {
    /// A frame for a page that can be fetched again at `here`.
    pub fn at(lang: Lang, here: impl Into<String>) -> Self {
        Self {
            lang,
            here: here.into(),
            visitor: None,
        }
    }

    /// A frame for the answer to a POST.
    pub fn answer(lang: Lang) -> Self {
        Self::at(lang, "")
    }

    /// The same frame with a member in its header.
    #[must_use]
    pub fn with_visitor(mut self, visitor: Visitor) -> Self {
        self.visitor = Some(visitor);
        self
    }

    pub(crate) fn t(&self) -> &'static ShellText {
        text::shell::of(self.lang)
    }

    /// Where the language switch leads; `None` hides it.
    pub(crate) fn switch(&self) -> Option<String> {
        Href::path(&self.here).map(|here| {
            format!(
                "/lang?to={}&back={}",
                self.lang.other().code(),
                text::percent(here.as_str())
            )
        })
    }
}
