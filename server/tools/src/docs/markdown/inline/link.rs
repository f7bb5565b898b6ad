//! Addresses and ids in text.

use feishu::api::docx::{ElementStyle, LinkUrl};

use super::super::tree::{Inline, Rich, push_text};

/// Whether it is an open id, as far as one can see.
pub(crate) fn is_open_id(id: &str) -> bool {
    id.strip_prefix("ou_").is_some_and(|rest| {
        (4..=64).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Whether a link may go there: the web, mail, telephones and Feishu itself.
pub(in super::super) fn is_web_link(target: &str) -> bool {
    [
        "http://",
        "https://",
        "mailto:",
        "tel:",
        "feishu://",
        "lark://",
    ]
    .iter()
    .any(|scheme| {
        target.len() > scheme.len()
            && target
                .get(..scheme.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Addresses in plain text become links.
pub(super) fn linkify(rich: &mut Rich) {
    let plain_address = |run: &Inline| {
        matches!(run, Inline::Text { content, style }
        if !style.inline_code && style.link.is_none() && content.contains("://"))
    };
    if !rich.iter().any(plain_address) {
        return;
    }
    let mut linked = Rich::new();
    for run in rich.drain(..) {
        match run {
            Inline::Text { content, style } if !style.inline_code && style.link.is_none() => {
                let mut rest = content.as_str();
                while let Some((start, end)) = find_address(rest) {
                    push_text(&mut linked, &rest[..start], style.clone());
                    let url = rest[start..end].to_owned();
                    let style = ElementStyle {
                        link: Some(LinkUrl { url: url.clone() }),
                        ..style.clone()
                    };
                    push_text(&mut linked, &url, style);
                    rest = &rest[end..];
                }
                push_text(&mut linked, rest, style);
            }
            other => linked.push(other),
        }
    }
    *rich = linked;
}

/// Byte range of the first address that starts a word.
pub(crate) fn find_address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("http") {
        let start = from + found;
        let tail = &text[start..];
        let bounded = text[..start]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_ascii_alphanumeric());
        let scheme = ["https://", "http://"]
            .iter()
            .find(|scheme| tail.starts_with(**scheme));
        if let Some(scheme) = scheme.filter(|_| bounded) {
            let length = tail.find(ends_address).unwrap_or(tail.len());
            let address = tail[..length]
                .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '(', '\'', '~', '_']);
            if address.len() > scheme.len() {
                return Some((start, start + address.len()));
            }
        }
        from = start + 4;
    }
    None
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || !c.is_ascii()
        || c.is_ascii_control()
        || matches!(
            c,
            '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}' | '*' | '[' | ']' | '$'
        )
}
