//! Escaping: text of a document must not turn into marks, and should stay readable.

/// How text is escaped.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Escape {
    /// It begins a line of the block.
    pub(super) at_start: bool,
    /// It stands in a cell between pipes.
    pub(super) cell: bool,
    /// It is no link, so that addresses in it must not become one.
    pub(super) unlinked: bool,
    /// Every mark of punctuation, because the lenient way was not enough.
    pub(super) strict: bool,
}

/// Escapes a run of text without line breaks.
pub(super) fn text(text: &str, how: Escape) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut line_start = how.at_start;
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        if how.strict && how.cell && matches!(c, '|' | '\\') {
            out.push_str(if c == '|' { "&#124;" } else { "&#92;" });
            before = Some(c);
            line_start = false;
            continue;
        }
        let needed = if how.strict {
            c.is_ascii_punctuation()
        } else {
            needs_escape(c, before, next)
                || (line_start && starts_mark(c))
                || (how.cell && c == '|')
                || (c == '@' && next.is_none())
                || (how.unlinked && c == ':' && next == Some('/') && ends_scheme(&out))
        };
        if needed {
            out.push('\\');
        }
        out.push(c);
        if line_start && c.is_ascii_digit() {
            number_mark(&mut out, &mut rest);
        }
        line_start = false;
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
            Some(c) => c.is_ascii_punctuation(),
            None => true,
        },
        _ => false,
    }
}

fn ends_scheme(out: &str) -> bool {
    out.ends_with("http") || out.ends_with("https")
}

const fn is_word(c: Option<char>) -> bool {
    matches!(c, Some(c) if c.is_ascii_alphanumeric())
}

/// Marks that mean something at the start of a line.
const fn starts_mark(c: char) -> bool {
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
    let fence = fence(text, 1);
    let pad = text.starts_with('`')
        || text.ends_with('`')
        || (text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty());
    let pad = if pad { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The target of a link, in brackets when it holds what would end it.
pub(super) fn target(url: &str) -> String {
    let awkward = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\' | '*' | '_')
    };
    if url.contains(awkward) || url.is_empty() {
        let safe = url
            .replace('\\', "%5C")
            .replace('<', "%3C")
            .replace('>', "%3E")
            .replace('\n', "%0A");
        format!("<{safe}>")
    } else {
        url.to_owned()
    }
}
