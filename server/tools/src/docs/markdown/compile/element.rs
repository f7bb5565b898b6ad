//! Runs of text as Feishu's elements, and their size.

use feishu::api::docx::{ElementStyle, LinkUrl, MentionDoc, MentionUser, TextElement, TextRun};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    super::{
        shape,
        tree::{Inline, Rich},
    },
    MAX_UNITS,
};

/// As JavaScript's `encodeURIComponent`, which is what Feishu expects of links.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// An address as Feishu wants it.
pub(super) fn encoded(url: &str) -> String {
    utf8_percent_encode(url, COMPONENT).to_string()
}

/// Runs as Feishu's elements; an empty text is one empty run.
pub(crate) fn elements(rich: Rich) -> Vec<TextElement> {
    let mut elements: Vec<TextElement> = rich.into_iter().map(element).collect();
    if elements.is_empty() {
        elements.push(TextElement {
            text_run: Some(TextRun::default()),
            ..TextElement::default()
        });
    }
    elements
}

fn element(run: Inline) -> TextElement {
    match run {
        Inline::Text { content, mut style } => {
            if let Some(link) = style.link.take() {
                style.link = Some(LinkUrl {
                    url: encoded(&link.url),
                });
            }
            TextElement {
                text_run: Some(TextRun {
                    content,
                    text_element_style: shown(style),
                }),
                ..TextElement::default()
            }
        }
        Inline::Mention { open_id, style } => TextElement {
            mention_user: Some(MentionUser {
                user_id: open_id,
                text_element_style: shown(style),
            }),
            ..TextElement::default()
        },
        Inline::Equation { content, style } => TextElement {
            equation: Some(TextRun {
                content,
                text_element_style: shown(style),
            }),
            ..TextElement::default()
        },
        Inline::Doc(doc) => TextElement {
            mention_doc: Some(MentionDoc {
                url: encoded(&doc.url),
                ..doc
            }),
            ..TextElement::default()
        },
        Inline::Reminder(reminder) => TextElement {
            reminder: Some(reminder),
            ..TextElement::default()
        },
        Inline::Opaque(opaque) => element(shape::as_text(&opaque)),
    }
}

fn shown(style: ElementStyle) -> Option<ElementStyle> {
    (style != ElementStyle::default()).then_some(style)
}

pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

pub(super) fn weight(run: &Inline) -> usize {
    match run {
        Inline::Text { content, .. } | Inline::Equation { content, .. } => units(content),
        _ => 1,
    }
}

/// Pieces of at most the units of one text.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut size = 0;
    for c in text.chars() {
        if size + c.len_utf16() > MAX_UNITS {
            pieces.push(String::new());
            size = 0;
        }
        size += c.len_utf16();
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}
