//! What is done to the runs of a block when it ends.

use feishu::api::docx::ElementStyle;

use super::{
    super::{
        attrs::{self, Attrs},
        fields,
        tree::{Inline, Opaque, Rich, normal, push_text},
    },
    link::linkify,
    mend::mend_bold,
    signs::restore,
};

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
