//! One attempt at inline Markdown, as readable as its level allows.

use feishu::api::docx::{ElementStyle, MentionDoc, Reminder};

use super::{
    Names,
    escape::{self, Escape},
    inline::{Place, label, name_of},
};
use crate::docs::markdown::{
    attrs, fields, names as words, refs,
    tree::{Inline, Opaque, Rich},
};

/// How careful it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Marks, and the escapes that are nearly always enough.
    Readable,
    /// Tags instead of marks.
    Tags,
    /// Tags, and every mark of punctuation escaped.
    Strict,
}

/// A mark around runs, from the outside in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Colour of the letters, colour behind them; 0 for none.
    Colours(u8, u8),
    Underline,
    Strike,
    Bold,
    Italic,
}

impl Mark {
    fn all(style: &ElementStyle) -> Vec<Self> {
        let mut marks = Vec::new();
        let (text, behind) = (
            style.text_color.unwrap_or(0),
            style.background_color.unwrap_or(0),
        );
        if (text, behind) != (0, 0) {
            marks.push(Self::Colours(text, behind));
        }
        for (on, mark) in [
            (style.underline, Self::Underline),
            (style.strikethrough, Self::Strike),
            (style.bold, Self::Bold),
            (style.italic, Self::Italic),
        ] {
            if on {
                marks.push(mark);
            }
        }
        marks
    }

    fn open(self, level: Level) -> String {
        match (self, level) {
            (Self::Colours(text, behind), _) => {
                let field = |name: &str, word: Option<&str>| {
                    word.map(|word| format!(" {name}=\"{word}\""))
                        .unwrap_or_default()
                };
                format!(
                    "<text{}{}>",
                    field("color", words::colour_word(text)),
                    field("bg", words::behind_word(behind))
                )
            }
            (Self::Underline, _) => "<u>".to_owned(),
            (Self::Strike, Level::Readable) => "~~".to_owned(),
            (Self::Bold, Level::Readable) => "**".to_owned(),
            (Self::Italic, Level::Readable) => "*".to_owned(),
            (Self::Strike, _) => "<s>".to_owned(),
            (Self::Bold, _) => "<b>".to_owned(),
            (Self::Italic, _) => "<i>".to_owned(),
        }
    }

    const fn close(self, level: Level) -> &'static str {
        match (self, level) {
            (Self::Colours(..), _) => "</text>",
            (Self::Underline, _) => "</u>",
            (Self::Strike, Level::Readable) => "~~",
            (Self::Bold, Level::Readable) => "**",
            (Self::Italic, Level::Readable) => "*",
            (Self::Strike, _) => "</s>",
            (Self::Bold, _) => "</b>",
            (Self::Italic, _) => "</i>",
        }
    }
}

/// Writes the runs of one block.
pub(super) struct Writer<'a> {
    names: &'a Names,
    place: Place,
    level: Level,
    out: String,
    open: Vec<Mark>,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(names: &'a Names, place: Place, level: Level) -> Self {
        Self {
            names,
            place,
            level,
            out: String::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn write(mut self, rich: &Rich) -> String {
        if let [Inline::Equation { content, style }] = rich.as_slice()
            && self.place == Place::Block
            && self.level == Level::Readable
            && *style == ElementStyle::default()
            && stands_between_dollars(content)
        {
            return format!("$${content}$$");
        }
        let none = ElementStyle::default();
        for run in rich {
            let style = run.style().unwrap_or(&none);
            self.marks(style);
            match run {
                Inline::Text { content, style } => self.text(content, style),
                Inline::Mention { open_id, .. } => {
                    let name = self.piped(&label(name_of(open_id, self.names)));
                    self.out.push_str(&format!("@[{name}](user:{open_id})"));
                }
                Inline::Doc(doc) => self.document(doc),
                Inline::Reminder(reminder) => self.reminder(reminder),
                Inline::Equation { content, style } => self.equation(content, style),
                Inline::Opaque(opaque) => self.opaque(opaque),
            }
        }
        self.marks(&none);
        if self.level != Level::Strict && ends_in_braces(rich) {
            // They would be taken for what they are not.
            if let Some(at) = self.out.rfind('{') {
                self.out.insert(at, '\\');
            }
        }
        self.out
    }

    /// Closes and opens marks until they are those of a style.
    fn marks(&mut self, style: &ElementStyle) {
        let wanted = Mark::all(style);
        let shared = self
            .open
            .iter()
            .zip(&wanted)
            .take_while(|(open, wanted)| open == wanted)
            .count();
        while self.open.len() > shared {
            if let Some(mark) = self.open.pop() {
                self.out.push_str(mark.close(self.level));
            }
        }
        for mark in wanted.into_iter().skip(shared) {
            self.out.push_str(&mark.open(self.level));
            self.open.push(mark);
        }
    }

    fn text(&mut self, content: &str, style: &ElementStyle) {
        let url = style.link.as_ref().map(|link| link.url.as_str());
        match url {
            Some(url) if url == content && !style.inline_code && is_plain_url(url) => {
                self.out.push_str(&format!("<{url}>"));
            }
            Some(url) => {
                self.out.push('[');
                self.body(content, style);
                self.out.push_str("](");
                let target = self.piped(&escape::target(url));
                self.out.push_str(&target);
                self.out.push(')');
            }
            None => self.body(content, style),
        }
    }

    fn body(&mut self, content: &str, style: &ElementStyle) {
        if style.inline_code && self.level == Level::Readable {
            let span = self.piped(&escape::code_span(content));
            return self.out.push_str(&span);
        }
        if style.inline_code {
            self.out.push_str("<code>");
        }
        let mut lines = content.split('\n').peekable();
        while let Some(line) = lines.next() {
            self.line(line, style, lines.peek().is_some());
            match lines.peek() {
                Some(next) => self.line_break(next.is_empty()),
                None => break,
            }
        }
        if style.inline_code {
            self.out.push_str("</code>");
        }
    }

    fn line_break(&mut self, empty_line_follows: bool) {
        let one_line =
            self.place != Place::Block || self.level == Level::Strict || empty_line_follows;
        self.out.push_str(if one_line { "<br>" } else { "\\\n" });
    }

    /// A line of a run. Blanks at the ends of a line of the block would be lost.
    fn line(&mut self, line: &str, style: &ElementStyle, broken_after: bool) {
        let at_start = self.out.is_empty() || self.out.ends_with('\n');
        let mut rest = line;
        if (at_start || self.out.ends_with("<br>"))
            && let Some(blank) = rest.chars().next().filter(|c| matches!(c, ' ' | '\t'))
        {
            self.out.push_str(entity(blank));
            rest = &rest[1..];
        }
        let blank = rest
            .chars()
            .next_back()
            .filter(|c| matches!(c, ' ' | '\t') && broken_after);
        if blank.is_some() {
            rest = &rest[..rest.len() - 1];
        }
        let text = escape::text(
            rest,
            Escape {
                at_start: self.out.is_empty() || self.out.ends_with('\n'),
                cell: self.place == Place::Cell,
                unlinked: style.link.is_none() && !style.inline_code,
                strict: self.level == Level::Strict,
            },
        );
        self.out.push_str(&text);
        if let Some(blank) = blank {
            self.out.push_str(entity(blank));
        }
    }

    fn document(&mut self, doc: &MentionDoc) {
        let title = self.piped(&label(doc.title.as_deref().unwrap_or(&doc.token)));
        let target = if refs::of_url(&doc.url) == Some((doc.obj_type, doc.token.as_str())) {
            escape::target(&doc.url)
        } else {
            format!("{}:{}", refs::word(doc.obj_type), doc.token)
        };
        let target = self.piped(&target);
        self.out.push_str(&format!("@[{title}]({target})"));
    }

    fn reminder(&mut self, reminder: &Reminder) {
        let target = refs::print_reminder(reminder);
        self.out.push_str(&format!("@[reminder]({target})"));
    }

    fn equation(&mut self, content: &str, style: &ElementStyle) {
        if self.level == Level::Readable && stands_between_dollars(content) {
            let text = self.piped(&format!("${content}$"));
            return self.out.push_str(&text);
        }
        self.out.push_str("<equation>");
        self.body(
            content,
            &ElementStyle {
                inline_code: false,
                link: None,
                ..style.clone()
            },
        );
        self.out.push_str("</equation>");
    }

    fn opaque(&mut self, opaque: &Opaque) {
        let inner = format!("{}{}", opaque.kind, fields::print(&opaque.fields));
        let inner = escape::text(
            &inner,
            Escape {
                cell: self.place == Place::Cell,
                strict: self.level == Level::Strict,
                ..Escape::default()
            },
        );
        self.out.push_str(&format!("[[{inner}]]"));
    }

    /// Pipes end a cell, whatever they stand in.
    fn piped(&self, text: &str) -> String {
        if self.place == Place::Cell {
            text.replace('|', "\\|")
        } else {
            text.to_owned()
        }
    }
}

/// Whether a formula can be written between dollars. Lines are divided at tags and around code
/// before formulas are looked for.
fn stands_between_dollars(content: &str) -> bool {
    let tag = |at: usize| {
        let next = content.as_bytes().get(at + 1);
        next.is_some_and(|byte| *byte == b'/' || byte.is_ascii_alphabetic())
    };
    !content.contains('`') && !content.match_indices('<').any(|(at, _)| tag(at))
}

/// Whether a text ends in what would be read as attributes.
fn ends_in_braces(rich: &Rich) -> bool {
    matches!(rich.last(), Some(Inline::Text { content, style })
        if *style == ElementStyle::default() && attrs::at_end(content).is_some())
}

const fn entity(blank: char) -> &'static str {
    if blank == '\t' { "&#9;" } else { "&#32;" }
}

fn is_plain_url(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && url
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'\\' | b'|'))
}
