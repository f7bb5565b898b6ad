//! What stands before the words of a line: quotes, blanks, the mark of an item.

/// The beginning of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead<'a> {
    /// All of it.
    pub(super) text: &'a str,
    pub(super) length: usize,
    /// How many `>`.
    pub(super) quotes: usize,
    /// Blanks behind the quotes.
    pub(super) blanks: usize,
    /// Where the blanks begin and end.
    blank_at: (usize, usize),
    /// Where the mark of an item begins.
    pub(super) mark: Option<usize>,
}

impl<'a> Lead<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let mut lead = Self::plain(line, usize::MAX);
        // Marks of items, and what may stand between them and the words.
        let bytes = line.as_bytes();
        let mut at = lead.length;
        while let Some(next) = item_mark(bytes, at) {
            lead.mark.get_or_insert(at);
            at = next;
            while matches!(bytes.get(at), Some(b' ' | b'>')) {
                at += 1;
            }
        }
        lead.length = at;
        lead.text = &line[..at];
        lead
    }

    /// Quotes and blanks only, and no more quotes than these.
    pub(super) fn plain(line: &'a str, most: usize) -> Self {
        let bytes = line.as_bytes();
        let (mut at, mut quotes, mut start) = (0, 0, 0);
        loop {
            match bytes.get(at) {
                Some(b' ') => at += 1,
                // A fourth blank begins code.
                Some(b'>') if quotes < most && at - start < 4 => {
                    quotes += 1;
                    at += 1;
                    if bytes.get(at) == Some(&b' ') {
                        at += 1;
                    }
                    start = at;
                }
                _ => break,
            }
        }
        Self {
            text: &line[..at],
            length: at,
            quotes,
            blanks: at - start,
            blank_at: (start, at),
            mark: None,
        }
    }

    pub(super) fn before_blanks(&self) -> &'a str {
        &self.text[..self.blank_at.0]
    }

    pub(super) fn after_blanks(&self) -> &'a str {
        &self.text[self.blank_at.1..]
    }
}

/// The end of `- ` or `12. ` at a place.
fn item_mark(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes[at..]
        .iter()
        .take(9)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let end = match bytes.get(at + digits) {
        Some(b'.' | b')') if digits > 0 => at + digits + 1,
        Some(b'-' | b'+' | b'*') if digits == 0 => at + 1,
        _ => return None,
    };
    (bytes.get(end) == Some(&b' ')).then_some(end + 1)
}
