//! Collects the runs of one block.

use feishu::api::docx::{ElementStyle, LinkUrl, MentionDoc, Reminder};

use super::{
    super::tree::{Inline, Rich, Source, push_text},
    finish::deep_heading,
    signs::restore,
};

/// A mark that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Mark {
    Bold,
    Italic,
    Strike,
    Underline,
    Code,
    /// Of the letters, behind the letters.
    Colours(Option<u8>, Option<u8>),
    Link(String),
}

impl Mark {
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Something whose text is not text of the block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Capture {
    pub(in super::super) what: What,
    pub(in super::super) text: String,
}

/// What the captured text belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum What {
    /// With the title behind the address.
    Image(Option<Source>, String, String),
    File(Source),
    Mention(String),
    Doc(i64, String, String),
    Reminder(Reminder),
    Equation,
}

/// Collects the runs of one block.
#[derive(Debug, Default)]
pub(in super::super) struct Runs {
    rich: Rich,
    marks: Vec<Mark>,
    captures: Vec<Capture>,
    pending_space: bool,
}

impl Runs {
    pub(in super::super) fn is_empty(&self) -> bool {
        self.rich.is_empty()
    }

    pub(in super::super) fn in_link(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Link(_)))
    }

    fn style(&self) -> ElementStyle {
        let mut style = ElementStyle::default();
        for mark in &self.marks {
            match mark {
                Mark::Bold => style.bold = true,
                Mark::Italic => style.italic = true,
                Mark::Strike => style.strikethrough = true,
                Mark::Underline => style.underline = true,
                Mark::Code => style.inline_code = true,
                Mark::Colours(text, behind) => {
                    style.text_color = text.or(style.text_color);
                    style.background_color = behind.or(style.background_color);
                }
                Mark::Link(url) => style.link = Some(LinkUrl { url: url.clone() }),
            }
        }
        style
    }

    /// The style of what is no text.
    fn bare_style(&self) -> ElementStyle {
        ElementStyle {
            inline_code: false,
            link: None,
            ..self.style()
        }
    }

    pub(in super::super) fn text(&mut self, text: &str) {
        self.settle_break(text.chars().next());
        if let Some(capture) = self.captures.last_mut() {
            return capture.text.push_str(text);
        }
        let style = self.style();
        push_text(&mut self.rich, text, style);
    }

    pub(in super::super) fn code(&mut self, text: &str) {
        self.settle_break(Some('`'));
        if let Some(capture) = self.captures.last_mut() {
            return capture.text.push_str(text);
        }
        let style = ElementStyle {
            inline_code: true,
            ..self.style()
        };
        push_text(&mut self.rich, text, style);
    }

    pub(in super::super) fn equation(&mut self, text: &str) {
        self.settle_break(Some('$'));
        if let Some(capture) = self.captures.last_mut() {
            return capture.text.push_str(text);
        }
        let style = self.bare_style();
        self.rich.push(Inline::Equation {
            content: text.trim().to_owned(),
            style,
        });
    }

    pub(in super::super) fn soft_break(&mut self) {
        self.pending_space = true;
    }

    /// A soft break becomes a space, except between two characters of a script without spaces.
    fn settle_break(&mut self, next: Option<char>) {
        if !std::mem::take(&mut self.pending_space) {
            return;
        }
        if let Some(capture) = self.captures.last_mut() {
            return capture.text.push(' ');
        }
        let before = match self.rich.last() {
            Some(Inline::Text { content, .. }) => content.chars().next_back(),
            _ => None,
        };
        let joined = before.is_some_and(spaceless) && next.is_some_and(spaceless);
        if !joined && !self.rich.is_empty() && before != Some('\n') && before != Some(' ') {
            let style = self.style();
            push_text(&mut self.rich, " ", style);
        }
    }

    pub(in super::super) fn hard_break(&mut self) {
        self.pending_space = false;
        if let Some(capture) = self.captures.last_mut() {
            return capture.text.push('\n');
        }
        let style = self.style();
        push_text(&mut self.rich, "\n", style);
    }

    pub(in super::super) fn open(&mut self, mark: Mark) {
        self.settle_break(Some('a'));
        self.marks.push(mark);
    }

    /// Closes the last mark of this kind. Whether there was one.
    pub(in super::super) fn close(&mut self, mark: &Mark) -> bool {
        let found = self.marks.iter().rposition(|open| open.is_like(mark));
        if let Some(at) = found {
            self.marks.remove(at);
        }
        found.is_some()
    }

    /// Whether an `@` that is not escaped stands right before.
    pub(in super::super) fn after_at(&self) -> bool {
        self.captures.is_empty()
            && !self.pending_space
            && matches!(self.rich.last(), Some(Inline::Text { content, style })
                if content.ends_with('@') && !style.inline_code)
    }

    /// What comes belongs to something else, until [`Self::captured`].
    pub(in super::super) fn capture(&mut self, what: What) {
        self.settle_break(Some('a'));
        let takes_at = matches!(what, What::Mention(_) | What::Doc(..) | What::Reminder(_));
        if takes_at && self.after_at() {
            self.drop_at();
        }
        self.captures.push(Capture {
            what,
            text: String::new(),
        });
    }

    fn drop_at(&mut self) {
        if let Some(Inline::Text { content, .. }) = self.rich.last_mut() {
            content.pop();
            if content.is_empty() {
                self.rich.pop();
            }
        }
    }

    /// Whether text is being captured.
    pub(in super::super) fn capturing(&self) -> bool {
        !self.captures.is_empty()
    }

    /// The end of what was captured. What is a run goes to the runs; blocks are given back.
    pub(in super::super) fn captured(&mut self) -> Option<Capture> {
        let mut capture = self.captures.pop()?;
        self.pending_space = false;
        capture.text = restore(&capture.text);
        if let Some(outer) = self.captures.last_mut() {
            outer.text.push_str(&capture.text);
            return None;
        }
        let style = self.bare_style();
        let shown = (style != ElementStyle::default()).then(|| style.clone());
        let run = match capture.what {
            What::Image(..) | What::File(_) => return Some(capture),
            What::Mention(open_id) => Inline::Mention { open_id, style },
            What::Doc(obj_type, token, url) => {
                let title = capture
                    .text
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                Inline::Doc(MentionDoc {
                    title: Some(if title.is_empty() {
                        token.clone()
                    } else {
                        title
                    }),
                    token,
                    obj_type,
                    url,
                    text_element_style: shown,
                })
            }
            What::Reminder(reminder) => Inline::Reminder(Reminder {
                text_element_style: shown,
                ..reminder
            }),
            What::Equation => Inline::Equation {
                content: capture.text.trim().to_owned(),
                style,
            },
        };
        self.rich.push(run);
        None
    }

    /// Whether the text so far begins with the marks of a heading that Markdown does not know.
    pub(in super::super) fn is_deep_heading(&self) -> bool {
        matches!(self.rich.first(), Some(Inline::Text { content, .. }) if deep_heading(content).is_some())
    }

    /// The runs as they came. Marks that were left open (`<u>` without `</u>`) end with the block.
    pub(in super::super) fn take(&mut self) -> Rich {
        while !self.captures.is_empty() {
            self.captured();
        }
        self.marks.clear();
        self.pending_space = false;
        std::mem::take(&mut self.rich)
    }

    /// Ends the text before a block that stands inside it; open marks stay open.
    pub(in super::super) fn take_part(&mut self) -> Rich {
        self.pending_space = false;
        std::mem::take(&mut self.rich)
    }
}

/// Scripts that are written without spaces between words.
const fn spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
