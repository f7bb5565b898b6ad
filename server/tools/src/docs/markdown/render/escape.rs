//! Escaping: text of a document must not turn into marks, and should stay readable.

/// Escapes a run of text. `at_start` says that it begins a line of the block.
pub(super) fn text(text: &str, at_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut line_start = at_start;
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        if needs_escape(c, before, next) || (line_start && starts_mark(c, next)) {
            out.push('\\');
        }
        out.push(c);
        if line_start && c.is_ascii_digit() {
            number_mark(&mut out, &mut rest);
        }
        line_start = c == '\n';
        before = out.chars().next_back();
    }
    out
}

const fn needs_escape(c: char, before: Option<char>, next: Option<char>) -> bool {
    match c {
        '*' | '`' | '[' | ']' | '$' => true,
        '_' => !(is_word(before) && is_word(next)),
        '~' => {
            matches!(next, Some('~'))
                || matches!(before, Some('~'))
                || !is_word(before)
                || !is_word(next)
        }
        '<' => matches!(next, Some(c) if c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
        '&' => matches!(next, Some(c) if c.is_ascii_alphabetic() || c == '#'),
        '\\' => match next {
            Some(c) => c.is_ascii_punctuation() || c == '\n',
            None => true,
        },
        '{' => matches!(next, Some('#')),
        _ => false,
    }
}

const fn is_word(c: Option<char>) -> bool {
    matches!(c, Some(c) if c.is_ascii_alphanumeric())
}

/// Marks that mean something at the start of a line.
const fn starts_mark(c: char, _next: Option<char>) -> bool {
    matches!(c, '#' | '>' | '+' | '-' | '=' | '|' | ':')
}

/// `12.` and `12)` at the start of a line.
fn number_mark(out: &mut String, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        out.push(digit);
    }
    if let Some(mark) = rest.next_if(|c| matches!(c, '.' | ')')) {
        out.push('\\');
        out.push(mark);
    }
}

/// The fence of a code span or block: longer than any run of backticks inside.
pub(super) fn fence(text: &str, least: usize) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(least.max(longest + 1))
}

/// A code span.
pub(super) fn code_span(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = fence(&text, 1);
    let pad = text.starts_with('`')
        || text.ends_with('`')
        || (text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty());
    let pad = if pad { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
