//! Tags and placeholders in a line.

use feishu::api::docx::BlockKind;

use super::Said;
use crate::docs::markdown::fields;

/// A part of a line.
pub(super) enum Part<'a> {
    Text(&'a str),
    Said(Said, &'a str),
}

/// Tags that hold blocks.
const TAGS: [&str; 15] = [
    "grid",
    "column",
    "callout",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "indent",
    "block",
    "blockquote",
    "colgroup",
    "quote",
];

/// Kinds that can be made without a block that is there.
const MAKEABLE: [&str; 11] = [
    "iframe",
    "chat_card",
    "add_ons",
    "isv",
    "sheet",
    "bitable",
    "board",
    "wiki_catalog",
    "sub_page_list",
    "link_preview",
    "okr",
];

/// The parts of a line that begins with a tag or is a placeholder. Inside of tags, a line is also
/// divided where they end.
pub(super) fn divide(line: &str, inside: bool) -> Option<Vec<Part<'_>>> {
    let line = line.trim_end();
    if line.starts_with("[[") {
        return placeholder(line).map(|said| vec![Part::Said(said, line)]);
    }
    let begins = line.starts_with('<') && tag(line).is_some();
    if !begins && !inside {
        return None;
    }
    let mut parts = Vec::new();
    let mut text_from = 0;
    let mut at = 0;
    while at < line.len() {
        match line.as_bytes()[at] {
            b'\\' => at += 2,
            b'`' => at = code_end(line, at),
            b'<' => match tag(&line[at..]) {
                Some((said, length)) => {
                    push_text(&mut parts, &line[text_from..at]);
                    let raw = &line[at..at + length];
                    let closed = match &said {
                        Said::Open { tag, .. } if raw.ends_with("/>") => {
                            Some(Said::Close { tag: tag.clone() })
                        }
                        _ => None,
                    };
                    parts.push(Part::Said(said, raw));
                    parts.extend(closed.map(|said| Part::Said(said, "")));
                    at += length;
                    text_from = at;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    let found = parts.iter().any(|part| matches!(part, Part::Said(..)));
    push_text(&mut parts, line.get(text_from..).unwrap_or_default());
    found.then_some(parts)
}

fn push_text<'a>(parts: &mut Vec<Part<'a>>, text: &'a str) {
    if !text.trim().is_empty() {
        parts.push(Part::Text(text.trim_matches([' ', '\t'])));
    }
}

/// Where a code span ends, or its marks if it does not.
fn code_end(line: &str, at: usize) -> usize {
    let bytes = line.as_bytes();
    let length = bytes[at..].iter().take_while(|b| **b == b'`').count();
    let mut from = at + length;
    while from < bytes.len() {
        if bytes[from] != b'`' {
            from += 1;
            continue;
        }
        let run = bytes[from..].iter().take_while(|b| **b == b'`').count();
        from += run;
        if run == length {
            return from;
        }
    }
    at + length
}

/// A tag at the start of a text, and its length.
fn tag(text: &str) -> Option<(Said, usize)> {
    let inner = text.strip_prefix('<')?;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let end = inner
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let name = inner[..end].to_ascii_lowercase();
    let name = *TAGS.iter().find(|known| **known == name)?;
    let close = tag_end(&inner[end..])?;
    let length = text.len() - inner.len() + end + close + 1;
    let list = inner[end..end + close].trim_end_matches('/');
    let tag = name.to_owned();
    if closing {
        return list
            .trim()
            .is_empty()
            .then_some((Said::Close { tag }, length));
    }
    let fields = fields::read(list)?;
    Some((Said::Open { tag, fields }, length))
}

/// Where the `>` is, outside of quotation marks.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(mark), _) if mark == b => quote = None,
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            _ => {}
        }
    }
    None
}

fn placeholder(line: &str) -> Option<Said> {
    let inner = line.strip_prefix("[[")?.strip_suffix("]]")?;
    let (kind, list) = inner.split_once(' ').unwrap_or((inner, ""));
    let known = kind == "unknown" || BlockKind::ALL.iter().any(|known| known.key() == kind);
    if !known {
        return None;
    }
    let fields = fields::read(list)?;
    let named = fields.iter().any(|(name, _)| name == "id");
    (named || MAKEABLE.contains(&kind)).then(|| Said::Placeholder {
        kind: kind.to_owned(),
        fields,
    })
}
