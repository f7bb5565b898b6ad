//! One form for texts that look the same.
//!
//! Markdown cannot tell apart what nobody can see: a bold space, an empty run, two runs of one
//! style, white space at the end of a block.

use feishu::api::docx::ElementStyle;

use super::{Inline, Rich};
use crate::render::clean_text;

/// Noncharacters that the engine uses for itself. No text may bring its own.
pub(crate) const fn is_private(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Text as it may go into the tree.
pub(crate) fn clean(text: &str) -> String {
    let text = clean_text(text);
    if text.contains(is_private) {
        text.replace(is_private, "")
    } else {
        text
    }
}

/// Adds text, merged with the last run when the style is the same.
pub(crate) fn push_text(rich: &mut Rich, text: &str, style: ElementStyle) {
    if text.is_empty() {
        return;
    }
    if let Some(Inline::Text {
        content,
        style: last,
    }) = rich.last_mut()
        && *last == style
    {
        content.push_str(text);
        return;
    }
    rich.push(Inline::Text {
        content: text.to_owned(),
        style,
    });
}

/// The form that is printed and parsed.
pub(crate) fn normal(rich: Rich) -> Rich {
    let mut out = Rich::with_capacity(rich.len());
    for run in rich {
        match run {
            Inline::Text { content, style } => push_run(&mut out, &content, style),
            Inline::Equation { content, .. } if content.trim().is_empty() => {}
            Inline::Equation { content, style } => out.push(Inline::Equation {
                content: content.trim().to_owned(),
                style: ElementStyle {
                    inline_code: false,
                    ..style
                },
            }),
            other => out.push(other),
        }
    }
    trim_end(&mut out);
    out
}

/// White space at the ends of a run is neither bold nor italic, unless it is code.
fn push_run(out: &mut Rich, content: &str, style: ElementStyle) {
    if style.inline_code || !(style.bold || style.italic) {
        return push_text(out, content, style);
    }
    let body = content.trim();
    let start = content.len() - content.trim_start().len();
    let (lead, trail) = if body.is_empty() {
        (content, "")
    } else {
        (&content[..start], &content[start + body.len()..])
    };
    let thin = ElementStyle {
        bold: false,
        italic: false,
        ..style.clone()
    };
    push_text(out, lead, thin.clone());
    push_text(out, body, style);
    push_text(out, trail, thin);
}

/// White space at the end of a block is not part of it.
fn trim_end(rich: &mut Rich) {
    while let Some(Inline::Text { content, style }) = rich.last_mut()
        && !style.inline_code
    {
        let kept = content.trim_end().len();
        content.truncate(kept);
        if !content.is_empty() {
            break;
        }
        rich.pop();
    }
}
