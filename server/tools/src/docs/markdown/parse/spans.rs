//! Links, mentions and pictures inside a text.

use super::{builder::Builder, media::file_source};
use crate::docs::markdown::{
    inline::{Mark, What, is_open_id, is_web_link},
    refs,
    tree::{Source, Warning},
};

/// What a link turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    Url,
    /// Its text belongs to something else.
    Captured,
    /// Only its text is kept, with what comes after it.
    Text(String),
}

impl Builder {
    pub(super) fn open_link(&mut self, target: &str) {
        let link = self.link(target);
        self.links.push(link);
    }

    fn link(&mut self, target: &str) -> Link {
        if self.runs.capturing() {
            return Link::Text(String::new());
        }
        if let Some(what) = self.mention(target) {
            self.runs.capture(what);
            return Link::Captured;
        }
        if let Some(source) = file_source(target) {
            self.runs.capture(What::File(source));
            return Link::Captured;
        }
        if target.starts_with("user:") {
            self.warnings.add(Warning::BadMention);
            return Link::Text(String::new());
        }
        if target.starts_with("reminder:") {
            self.warnings.add(Warning::BadReminder);
            return Link::Text(format!(" ({target})"));
        }
        if is_web_link(target) {
            self.runs.open(Mark::Link(target.to_owned()));
            return Link::Url;
        }
        self.warnings.add(Warning::UnsafeLink);
        // A path within a folder that Feishu does not know is still worth reading.
        let path = !target.is_empty() && !target.contains(':');
        Link::Text(if path {
            format!(" ({target})")
        } else {
            String::new()
        })
    }

    fn mention(&self, target: &str) -> Option<What> {
        if let Some(id) = target.strip_prefix("user:") {
            return is_open_id(id).then(|| What::Mention(id.to_owned()));
        }
        if !self.runs.after_at() {
            return None;
        }
        if let Some(rest) = target.strip_prefix("reminder:") {
            return refs::read_reminder(rest).map(What::Reminder);
        }
        refs::read(target).map(|(kind, token, url)| What::Doc(kind, token, url))
    }

    pub(super) fn close_link(&mut self) {
        match self.links.pop() {
            Some(Link::Url) => {
                self.runs.close(&Mark::Link(String::new()));
            }
            Some(Link::Captured) => self.end_capture(),
            Some(Link::Text(after)) if !after.is_empty() => self.runs.text(&after),
            _ => {}
        }
    }

    pub(super) fn open_image(&mut self, target: &str, title: &str) {
        self.runs.capture(What::Image(
            Source::read(target),
            target.to_owned(),
            title.to_owned(),
        ));
    }

    pub(super) fn close_image(&mut self) {
        self.end_capture();
    }

    pub(super) fn end_capture(&mut self) {
        let in_link = self.runs.in_link();
        let Some(capture) = self.runs.captured() else {
            return;
        };
        match &capture.what {
            What::Image(Some(_), ..) if !in_link => self.media(capture),
            // Inside a link the link wins; and what cannot be fetched is named.
            What::Image(source, target, _) => {
                self.warnings.add(Warning::ImageAsLink);
                let words = match (capture.text.trim(), source) {
                    ("", _) => "image".to_owned(),
                    (words, Some(_)) => words.to_owned(),
                    (words, None) if target.contains(':') => words.to_owned(),
                    (words, None) => format!("{words} ({target})"),
                };
                self.runs.text(&words);
            }
            What::File(_) => self.media(capture),
            _ => {}
        }
    }
}
