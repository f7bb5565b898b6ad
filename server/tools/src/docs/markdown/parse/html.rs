//! The few tags of HTML that mean something inside a text.

use super::frame::{Frame, field};
use super::{builder::Builder, run};
use crate::docs::markdown::{
    fields::{self, Fields},
    inline::{GUARD, Mark, What},
    names,
    tree::{Kind, Node, Opaque, Rich, Source, Warning},
};

/// A tag.
struct Tag {
    name: String,
    fields: Fields,
    closing: bool,
}

impl Tag {
    fn read(html: &str) -> Option<Self> {
        let inner = html.trim().strip_prefix('<')?.strip_suffix('>')?;
        let (closing, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner.trim_end_matches('/')),
        };
        let end = inner
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(inner.len());
        Some(Self {
            name: inner[..end].to_ascii_lowercase(),
            fields: fields::read(&inner[end..])?,
            closing,
        })
    }

    /// The mark that it opens or closes.
    fn mark(&self) -> Option<Mark> {
        let simple = match self.name.as_str() {
            "u" | "ins" => Mark::Underline,
            "b" | "strong" => Mark::Bold,
            "i" | "em" => Mark::Italic,
            "s" | "del" | "strike" => Mark::Strike,
            "code" | "kbd" => Mark::Code,
            "mark" => Mark::Colours(None, names::behind("light-yellow")),
            "text" | "font" | "span" => return self.colours(),
            _ => return None,
        };
        Some(simple)
    }

    fn colours(&self) -> Option<Mark> {
        if self.closing {
            return Some(Mark::Colours(None, None));
        }
        let mut text = field(&self.fields, "color").and_then(names::colour);
        let mut behind = field(&self.fields, "bg")
            .or_else(|| field(&self.fields, "background"))
            .and_then(names::behind);
        for rule in field(&self.fields, "style").unwrap_or_default().split(';') {
            match rule.split_once(':') {
                Some((name, value)) if name.trim() == "color" => {
                    text = text.or_else(|| names::colour(value));
                }
                Some((name, value)) if name.trim().starts_with("background") => {
                    behind = behind.or_else(|| names::behind(value));
                }
                _ => {}
            }
        }
        (text.is_some() || behind.is_some()).then_some(Mark::Colours(text, behind))
    }
}

impl Builder {
    pub(super) fn inline_html(&mut self, html: &str) {
        if html.starts_with("<!--") {
            return self.comment();
        }
        let known = Tag::read(html).is_some_and(|tag| self.inline_tag(&tag));
        if !known {
            self.warnings.add(Warning::Html);
            self.runs.text(html);
        }
    }

    /// A comment says nothing, but an item that begins with one has no text.
    fn comment(&mut self) {
        if self.runs.is_empty()
            && let Some(own) = self.frames.last_mut().and_then(Frame::wants_text)
        {
            *own = Some(Rich::new());
        }
    }

    /// Whether the tag means something here.
    fn inline_tag(&mut self, tag: &Tag) -> bool {
        match (tag.name.as_str(), tag.closing) {
            ("br", _) => {
                self.runs.hard_break();
                return true;
            }
            ("equation", false) => {
                self.runs.capture(What::Equation);
                return true;
            }
            ("equation", true) if self.runs.capturing() => {
                self.end_capture();
                return true;
            }
            ("a", false) => {
                let Some(target) = field(&tag.fields, "href").map(str::to_owned) else {
                    return false;
                };
                self.open_link(&target);
                return true;
            }
            ("a", true) if !self.links.is_empty() => {
                self.close_link();
                return true;
            }
            ("img", false) => return self.img(tag),
            _ => {}
        }
        match tag.mark() {
            Some(mark) if tag.closing => self.runs.close(&mark),
            Some(mark) => {
                self.runs.open(mark);
                true
            }
            None => false,
        }
    }

    fn img(&mut self, tag: &Tag) -> bool {
        let Some(target) = field(&tag.fields, "src").map(str::to_owned) else {
            return false;
        };
        let title = field(&tag.fields, "alt").unwrap_or_default().to_owned();
        if Source::read(&target).is_none() {
            return false;
        }
        self.open_image(&target, &title);
        self.close_image();
        true
    }

    pub(super) fn end_html(&mut self) {
        let html = self.html.take().unwrap_or_default();
        let text = html.trim();
        if text.is_empty() {
            return;
        }
        if text.starts_with("<!--") && text.ends_with("-->") {
            return self.comment();
        }
        let first = text.find('>').and_then(|end| Tag::read(text.get(..=end)?));
        match first {
            Some(tag) if tag.name == "br" && text.len() <= 6 => {}
            Some(tag) if tag.name == "hr" && text.ends_with('>') && text.len() <= 6 => {
                self.push(Node::leaf(Kind::Divider));
            }
            Some(tag) if tag.name == "iframe" && field(&tag.fields, "src").is_some() => {
                let url = field(&tag.fields, "src").unwrap_or_default();
                let opaque = Opaque::new("iframe").with("url", url);
                self.push(Node::leaf(Kind::Opaque(opaque)));
            }
            Some(tag) if !self.again && (tag.mark().is_some() || is_inline(&tag.name)) => {
                // A tag of a text that stands alone on its line: what follows is a text.
                self.again = true;
                run(self, &format!("{GUARD}{text}"));
                self.again = false;
            }
            _ => {
                self.warnings.add(Warning::Html);
                self.runs.text(text);
                self.flush();
            }
        }
    }
}

fn is_inline(name: &str) -> bool {
    matches!(name, "a" | "img" | "equation" | "br")
}
