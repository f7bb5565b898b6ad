//! `name=value` lists, as in `[[kind name=value]]` and `<tag name="value">`.

use crate::render::clean_text;

/// Names and values, in their order.
pub(super) type Fields = Vec<(String, String)>;

/// Reads a list. `None` when it is anything else.
pub(super) fn read(text: &str) -> Option<Fields> {
    let mut fields = Fields::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = read_value(after)?;
        }
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        fields.push((name, value));
        rest = rest.trim_start();
    }
    Some(fields)
}

fn read_value(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    if quote != '"' && quote != '\'' {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let value = &text[..end];
        return value
            .chars()
            .all(is_bare)
            .then(|| (value.to_owned(), &text[end..]));
    }
    let mut value = String::new();
    let mut chars = text[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, c)) => value.push(c),
                None => return None,
            },
            _ if c == quote => return Some((value, &text[1 + at + 1..])),
            _ => value.push(c),
        }
    }
    None
}

/// Whether a character may stand in a value without quotes.
fn is_bare(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(
            c,
            '"' | '\'' | '\\' | '[' | ']' | '<' | '>' | '{' | '}' | '|' | '`'
        )
}

/// Prints ` name=value` for each; a flag has no value.
pub(super) fn print(fields: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        out.push(' ');
        out.push_str(name);
        let value = clean_text(value);
        if value.is_empty() {
            continue;
        }
        out.push('=');
        if value.chars().all(is_bare) {
            out.push_str(&value);
        } else {
            out.push_str(&quoted(&value));
        }
    }
    out
}

/// A value in double quotes, on one line.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_printed() {
        let fields: Fields = [
            ("token", "abc_def"),
            ("name", "二季度 report.pdf"),
            ("record", "{\"a\":\"b\\n]]\"}\n<td>"),
            ("flag", ""),
            ("url", "https://x.test/?a=b&c=d#e"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        assert_eq!(read(&print(&fields)), Some(fields));
    }

    #[test]
    fn other_text_is_no_list() {
        for text in ["a=\"b", "a b!", "=x", "a=\"b\"c", "a=[b]", "a='"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("  "), Some(Fields::new()));
        assert_eq!(
            read("a='b c'"),
            Some(vec![("a".to_owned(), "b c".to_owned())])
        );
    }
}
