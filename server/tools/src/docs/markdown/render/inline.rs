//! Runs of text → inline Markdown.
//!
//! Marks of CommonMark depend on what stands around them. The readable form is printed first; if
//! it would not be read back as the same runs, tags and more escapes take its place.

use feishu::api::docx::{MentionUser, Text};

use super::{
    Names,
    escape::{self, Escape},
    write::{Level, Writer},
};
use crate::{
    docs::markdown::{
        parse::rich_of,
        tree::{Inline, Rich},
    },
    render::{clean_line, clean_text},
};

/// Where the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In lines of its own.
    Block,
    /// In a heading, which is one line.
    Heading,
    /// Between pipes.
    Cell,
}

/// The text without any marks.
pub(crate) fn plain_text(text: &Text, names: &Names) -> String {
    let mut out = String::new();
    for element in &text.elements {
        if let Some(run) = &element.text_run {
            out.push_str(&run.content);
        } else if let Some(MentionUser { user_id, .. }) = &element.mention_user {
            out.push('@');
            out.push_str(name_of(user_id, names));
        } else if let Some(doc) = &element.mention_doc {
            out.push_str(doc.title.as_deref().unwrap_or(&doc.token));
        } else if let Some(equation) = &element.equation {
            out.push_str(&equation.content);
        }
    }
    clean_text(&out)
}

/// The same for runs.
pub(super) fn plain(rich: &Rich, names: &Names) -> String {
    let mut out = String::new();
    for run in rich {
        match run {
            Inline::Text { content, .. } | Inline::Equation { content, .. } => {
                out.push_str(content);
            }
            Inline::Mention { open_id, .. } => {
                out.push('@');
                out.push_str(name_of(open_id, names));
            }
            Inline::Doc(doc) => out.push_str(doc.title.as_deref().unwrap_or(&doc.token)),
            Inline::Reminder(_) | Inline::Opaque(_) => {}
        }
    }
    out
}

pub(super) fn name_of<'a>(open_id: &'a str, names: &'a Names) -> &'a str {
    names.get(open_id).map_or(open_id, String::as_str)
}

/// Inline Markdown. Line breaks are `\` at the end of a line, or `<br>` where there is one line.
pub(super) fn print(rich: &Rich, names: &Names, place: Place) -> String {
    if is_simple(rich) {
        if let [Inline::Text { content, .. }] = rich.as_slice() {
            return content.clone();
        }
        return String::new();
    }
    let mut text = String::new();
    for level in [Level::Readable, Level::Tags, Level::Strict] {
        text = Writer::new(names, place, level).write(rich);
        if rich_of(&text, place).as_ref() == Some(rich) {
            break;
        }
    }
    text
}

/// Words in square brackets.
pub(super) fn label(text: &str) -> String {
    let text = clean_line(text, 2000);
    escape::text(&text, Escape::default())
}

/// Whether it is one plain text in which nothing can be a mark, as most texts are.
fn is_simple(rich: &Rich) -> bool {
    match rich.as_slice() {
        [] => true,
        [Inline::Text { content, style }] => {
            *style == feishu::api::docx::ElementStyle::default()
                && content.starts_with(char::is_alphabetic)
                && content.chars().all(|c| {
                    c == ' '
                        || matches!(c, ',' | '.' | '(' | ')' | '?' | '%')
                        || c.is_alphanumeric()
                        || (!c.is_ascii() && !c.is_whitespace())
                })
        }
        _ => false,
    }
}
