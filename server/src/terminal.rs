//! What the commands print, in the reader's language.

use std::io::{self, IsTerminal as _, Write as _};

use model::Locale;

/// Where commands print to, and in which language.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Language of the texts.
    pub locale: Locale,
    colour: bool,
}

impl Terminal {
    /// A terminal that speaks `chosen`, else the language of the environment, else English.
    pub fn new(chosen: Option<Locale>, environment: Option<&str>) -> Self {
        let locale = chosen
            .or_else(|| environment.and_then(Locale::from_tag))
            .unwrap_or_default();
        Self {
            locale,
            colour: io::stdout().is_terminal(),
        }
    }

    /// Picks a text.
    pub const fn text<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self.locale {
            Locale::En => en,
            Locale::Zh => zh,
        }
    }

    /// Prints a line to standard output. A closed pipe is not an error of ours.
    #[expect(clippy::unused_self, reason = "whoever prints holds a terminal")]
    pub fn line(self, text: impl AsRef<str>) {
        let mut out = io::stdout().lock();
        if writeln!(out, "{}", text.as_ref()).is_err() {
            tracing::debug!("standard output is closed");
        }
    }

    /// Prints a line to standard error.
    #[expect(clippy::unused_self, reason = "whoever prints holds a terminal")]
    pub fn complain(self, text: &str) {
        let mut out = io::stderr().lock();
        if writeln!(out, "{text}").is_err() {
            tracing::debug!("standard error is closed");
        }
    }

    /// Bold, where the terminal can.
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Dimmed, where the terminal can.
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Green, where the terminal can.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// Red, where the terminal can.
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
