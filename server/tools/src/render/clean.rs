//! Content of others is data: control characters and text-direction overrides go out of it.

use serde_json::Value;

/// Whether a character can hide or reorder what is shown, or break the transport's framing.
const fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Removes hostile characters; keeps newlines and tabs.
pub(crate) fn clean_text(text: &str) -> String {
    // Most text has nothing to take out.
    let changes = |c| is_hostile(c) || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(changes) {
        return text.to_owned();
    }
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| {
            if matches!(c, '\r' | '\u{2028}' | '\u{2029}' | '\u{b}') {
                '\n'
            } else {
                c
            }
        })
        .filter(|c| !is_hostile(*c))
        .collect()
}

/// One line of at most `max` characters: hostile characters out, white space folded.
pub(crate) fn clean_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in clean_text(text).split_whitespace() {
        let gap = usize::from(!line.is_empty());
        let length = word.chars().count();
        if count + gap + length > max {
            let room = max.saturating_sub(count + gap + 1);
            if gap == 1 && room > 0 {
                line.push(' ');
            }
            line.extend(word.chars().take(room));
            line.push('…');
            return line;
        }
        if gap == 1 {
            line.push(' ');
        }
        line.push_str(word);
        count += gap + length;
    }
    line
}

/// Removes the highlight marks (`<h>…</h>`, `<em>`, `<hb>`) of search results and decodes the few
/// entities that occur in them.
pub(crate) fn flat_markup(text: &str) -> String {
    let mut out = text.to_owned();
    for mark in [
        "<h>", "</h>", "<hb>", "</hb>", "<em>", "</em>", "<b>", "</b>",
    ] {
        out = out.replace(mark, "");
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// A detail of an error as a line of text; `None` for details that only programs need.
pub(crate) fn detail_line(name: &str, value: &Value) -> Option<String> {
    match (name, value) {
        ("www_authenticate" | "feishu_code" | "http_status", _)
        | (_, Value::Object(_) | Value::Null) => None,
        ("candidates", Value::Array(candidates)) => Some(
            candidates
                .iter()
                .filter_map(Value::as_str)
                .map(|candidate| format!("- {candidate}"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        (_, Value::Array(items)) => Some(format!(
            "{name}: {}",
            items.iter().map(plain).collect::<Vec<_>>().join(" ")
        )),
        (_, value) => Some(format!("{name}: {}", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_overrides_and_controls_do_not_reach_the_model() {
        assert_eq!(
            clean_text("pay\u{202e}load\u{0}\u{1b}[2J\ttab\r\nnext"),
            "payload[2J\ttab\nnext"
        );
        assert_eq!(clean_text("a\u{200b}b\u{2066}c\u{e0041}d\u{feff}"), "abcd");
    }

    #[test]
    fn a_line_is_one_line_and_short() {
        assert_eq!(clean_line("  two\n words ", 40), "two words");
        assert_eq!(clean_line("产品路线图与计划", 5), "产品路线…");
        assert_eq!(clean_line("alpha beta gamma", 9), "alpha be…");
        assert!(clean_line(&"x".repeat(500), 20).chars().count() <= 20);
    }

    #[test]
    fn search_highlights_are_taken_out() {
        assert_eq!(flat_markup("the <h>Plan</h> &amp; more"), "the Plan & more");
    }
}
