//! What stands before the words of a line: quotes, blanks, the mark of an item.

/// The beginning of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead<'a> {
    /// The quotes that were asked for.
    pub(super) before: &'a str,
    /// Blanks behind those.
    pub(super) blanks: usize,
    /// Further quotes, marks of items, and the blanks behind them.
    pub(super) after: &'a str,
    /// All quotes.
    pub(super) quotes: usize,
    /// Whether there is the mark of an item.
    pub(super) marked: bool,
    /// Bytes of it all.
    pub(super) length: usize,
}

impl<'a> Lead<'a> {
    /// With everything that may stand before words.
    pub(super) fn of(line: &'a str, quotes: usize) -> Self {
        let mut lead = Self::quoted(line, quotes);
        let bytes = line.as_bytes();
        let start = lead.length;
        let mut at = start;
        loop {
            match bytes.get(at) {
                Some(b' ') => at += 1,
                Some(b'>') => {
                    lead.quotes += 1;
                    at += 1;
                }
                _ => match item_mark(bytes, at) {
                    Some(next) => {
                        lead.marked = true;
                        at = next;
                    }
                    None => break,
                },
            }
        }
        lead.after = &line[start..at];
        lead.length = at;
        lead
    }

    /// With so many quotes at most, and the blanks behind them.
    pub(super) fn quoted(line: &'a str, most: usize) -> Self {
        let bytes = line.as_bytes();
        let (mut at, mut quotes, mut start) = (0, 0, 0);
        loop {
            match bytes.get(at) {
                Some(b' ') => at += 1,
                Some(b'>') if quotes < most => {
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
            before: &line[..start],
            blanks: at - start,
            after: "",
            quotes,
            marked: false,
            length: at,
        }
    }

    /// What stands before further lines of the same block: no mark begins a second item.
    pub(super) fn further(&self) -> String {
        self.after
            .chars()
            .map(|c| if c == '>' { '>' } else { ' ' })
            .collect()
    }

    /// The blanks behind the last of the further quotes.
    pub(super) fn tail(&self) -> Option<usize> {
        let last = self.after.rfind('>')?;
        Some(self.after.len() - last - 1)
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
