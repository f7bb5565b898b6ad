//! Feishu's elements → runs of text.

use feishu::api::docx::{ElementStyle, LinkUrl, MentionDoc, Reminder, Text, TextElement};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    docs::markdown::tree::{Inline, Opaque, Rich, clean, normal, push_text},
    render::clean_line,
};

/// The runs of a text, in their normal form.
pub(crate) fn rich(text: &Text) -> Rich {
    let mut rich = Rich::with_capacity(text.elements.len());
    for element in &text.elements {
        lift(&mut rich, element);
    }
    normal(rich)
}

/// The text without styles, formulas as they are written.
pub(super) fn plain(text: &Text) -> String {
    text.elements
        .iter()
        .filter_map(|element| element.text_run.as_ref().or(element.equation.as_ref()))
        .map(|run| run.content.as_str())
        .collect()
}

fn lift(rich: &mut Rich, element: &TextElement) {
    if let Some(run) = &element.text_run {
        let style = style(run.text_element_style.as_ref());
        push_text(rich, &clean(&run.content), style);
    } else if let Some(mention) = &element.mention_user {
        rich.push(Inline::Mention {
            open_id: clean_line(&mention.user_id, 80),
            style: shown(mention.text_element_style.as_ref()).unwrap_or_default(),
        });
    } else if let Some(doc) = &element.mention_doc {
        rich.push(Inline::Doc(document(doc)));
    } else if let Some(reminder) = &element.reminder {
        rich.push(Inline::Reminder(Reminder {
            create_user_id: clean_line(&reminder.create_user_id, 80),
            is_notify: None,
            is_whole_day: reminder.is_whole_day.filter(|whole| *whole),
            expire_time: reminder.expire_time,
            notify_time: reminder.notify_time,
            text_element_style: shown(reminder.text_element_style.as_ref()),
        }));
    } else if let Some(equation) = &element.equation {
        let content = clean(equation.content.trim());
        if !content.is_empty() {
            rich.push(Inline::Equation {
                content,
                style: shown(equation.text_element_style.as_ref()).unwrap_or_default(),
            });
        }
    } else if let Some((kind, value)) = element.other.iter().next() {
        rich.push(Inline::Opaque(opaque(kind, value)));
    }
}

/// What can be seen of a style.
fn style(style: Option<&ElementStyle>) -> ElementStyle {
    let Some(style) = style else {
        return ElementStyle::default();
    };
    let within = |colour: Option<u8>, most: u8| colour.filter(|c| (1..=most).contains(c));
    ElementStyle {
        text_color: within(style.text_color, 7),
        background_color: within(style.background_color, 15),
        link: style
            .link
            .as_ref()
            .map(|link| decoded(&link.url))
            .filter(|url| !url.is_empty())
            .map(|url| LinkUrl { url }),
        comment_ids: Vec::new(),
        ..style.clone()
    }
}

/// The same for elements without it, where none and the usual one are the same.
fn shown(told: Option<&ElementStyle>) -> Option<ElementStyle> {
    let shown = ElementStyle {
        link: None,
        inline_code: false,
        ..style(told)
    };
    (shown != ElementStyle::default()).then_some(shown)
}

fn document(doc: &MentionDoc) -> MentionDoc {
    let token: String = doc
        .token
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    let title = clean_line(&clean(doc.title.as_deref().unwrap_or_default()), 300);
    MentionDoc {
        title: Some(if title.is_empty() {
            token.clone()
        } else {
            title
        }),
        obj_type: doc.obj_type,
        url: decoded(&doc.url),
        text_element_style: shown(doc.text_element_style.as_ref()),
        token,
    }
}

/// An element that cannot be made, with what is worth knowing about it.
fn opaque(kind: &str, value: &Value) -> Opaque {
    let known = ["file", "inline_block", "link_preview", "undefined"].contains(&kind);
    let mut opaque = if known {
        Opaque::new(kind)
    } else {
        Opaque::new("undefined").with("element", clean_line(&clean(kind), 40))
    };
    let fields = [
        "file_token",
        "source_block_id",
        "block_id",
        "title",
        "url",
        "url_type",
    ];
    for name in fields {
        let Some(field) = value.get(name) else {
            continue;
        };
        let text = match field {
            Value::String(text) if name == "url" => decoded(text),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        opaque = opaque.with(name, clean_line(&clean(&text), 500));
    }
    opaque
}

/// Feishu keeps addresses percent-encoded as a whole.
pub(crate) fn decoded(url: &str) -> String {
    if url.contains("://") {
        return clean_line(&clean(url), 4000);
    }
    let text = percent_decode_str(url).decode_utf8_lossy();
    clean_line(&clean(&text), 4000)
}
