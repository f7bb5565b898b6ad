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
    let mut at = 0;
    while let Some(c) = rest.next() {
        let behind = text.get(at + c.len_utf8()..).unwrap_or_default();
        at += c.len_utf8();
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
                || (c == '&' && begins_entity(behind))
                || (c == '@' && next.is_none())
                || (how.unlinked && c == ':' && next == Some('/') && ends_scheme(&out))
        };
        if needed {
            out.push('\\');
        }
        out.push(c);
        if line_start && c.is_ascii_digit() {
            at += number_mark(&mut out, &mut rest);
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

/// Whether what stands behind an `&` makes it a character reference.
fn begins_entity(behind: &str) -> bool {
    let name = behind.strip_prefix('#').unwrap_or(behind);
    let length = name
        .bytes()
        .take(40)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    length > 0 && name.as_bytes().get(length) == Some(&b';')
}

/// `12.` and `12)` at the start of a line: a mark only before a blank or at the end (`3.3` is a
/// number). Gives the bytes that were taken.
fn number_mark(out: &mut String, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> usize {
    let mut taken = 0;
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        out.push(digit);
        taken += 1;
    }
    if let Some(mark) = rest.next_if(|c| matches!(c, '.' | ')')) {
        if rest.peek().is_none_or(|c| c.is_whitespace()) {
            out.push('\\');
        }
        out.push(mark);
        taken += 1;
    }
    taken
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
