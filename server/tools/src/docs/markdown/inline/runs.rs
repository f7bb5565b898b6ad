//! Collects the runs of one block.

use feishu::api::docx::{ElementStyle, LinkUrl, MentionDoc, Reminder};

use super::{
    super::{
        attrs::{self, Attrs},
        fields,
        tree::{Inline, Opaque, Rich, Source, normal, push_text},
    },
    link::linkify,
    mend::mend_bold,
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

/// The level and the length of `####### ` to `######### ` at the start.
pub(in super::super) fn deep_heading(text: &str) -> Option<(u8, usize)> {
    let marks = text.bytes().take_while(|b| *b == b'#').count();
    let ends = matches!(text[marks..].chars().next(), None | Some(' ' | '\t'));
    let level = u8::try_from(marks)
        .ok()
        .filter(|level| (7..=9).contains(level))?;
    ends.then_some((level, marks))
}

/// The runs in their final form.
pub(in super::super) fn finish(rich: Rich) -> Rich {
    let rich = opaques(rich);
    let mut rich = mend_bold(rich);
    linkify(&mut rich);
    for run in &mut rich {
        if let Inline::Text { content, .. } = run {
            *content = restore(content);
        }
    }
    let mut merged = Rich::with_capacity(rich.len());
    for run in rich {
        match run {
            Inline::Text { content, style } => push_text(&mut merged, &content, style),
            other => merged.push(other),
        }
    }
    normal(merged)
}

/// Takes `{…}` off the end of a text, when it says what a text can have.
pub(in super::super) fn take_attrs(rich: &mut Rich) -> Option<Attrs> {
    let alone = rich.len() == 1;
    let Some(Inline::Text { content, style }) = rich.last_mut() else {
        return None;
    };
    if *style != ElementStyle::default() {
        return None;
    }
    let (open, attrs) = attrs::at_end(content)?;
    let whole = alone && content[..open].trim().is_empty();
    if !whole && !attrs.fits_text() {
        return None;
    }
    content.truncate(open);
    if content.trim().is_empty() && alone {
        rich.pop();
    }
    Some(attrs)
}

/// Elements that only an existing document can hold.
const INLINE_KINDS: [&str; 5] = [
    "file",
    "inline_block",
    "link_preview",
    "undefined",
    "undefined_element",
];

/// Finds `[[kind name=value]]` in plain text.
fn opaques(rich: Rich) -> Rich {
    let plain = |run: &Inline| {
        matches!(run, Inline::Text { content, style }
            if *style == ElementStyle::default() && content.contains("[["))
    };
    if !rich.iter().any(plain) {
        return rich;
    }
    let mut out = Rich::with_capacity(rich.len());
    for run in rich {
        match run {
            Inline::Text { content, style } if style == ElementStyle::default() => {
                let mut rest = content.as_str();
                while let Some((start, end, opaque)) = find_opaque(rest) {
                    push_text(&mut out, &rest[..start], style.clone());
                    out.push(Inline::Opaque(opaque));
                    rest = &rest[end..];
                }
                push_text(&mut out, rest, style);
            }
            other => out.push(other),
        }
    }
    out
}

/// Characters of one of them.
const MAX_OPAQUE: usize = 2000;

fn find_opaque(text: &str) -> Option<(usize, usize, Opaque)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("[[") {
        let start = from + found;
        let inner = &text[start + 2..];
        let kind = INLINE_KINDS
            .iter()
            .find(|kind| {
                inner
                    .strip_prefix(**kind)
                    .is_some_and(|rest| rest.starts_with([' ', ']']))
            })
            .copied()
            .unwrap_or_default();
        let close = if kind.is_empty() {
            None
        } else {
            let near = inner.char_indices().nth(MAX_OPAQUE);
            near.map_or(inner, |(end, _)| &inner[..end]).find("]]")
        };
        if let Some(close) = close {
            let body = &inner[..close];
            if let Some(fields) = fields::read(&restore(&body[kind.len()..])) {
                let opaque = Opaque {
                    kind: kind.to_owned(),
                    fields,
                };
                return Some((start, start + 2 + close + 2, opaque));
            }
        }
        from = start + 2;
    }
    None
}

/// Scripts that are written without spaces between words.
const fn spaceless(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
