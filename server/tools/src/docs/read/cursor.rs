//! Where the next page begins.

/// Revision, piece and byte in the piece, and the block that the piece is of: pages of a document
/// that changes in between go on at the same block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) revision: i64,
    pub(super) piece: usize,
    pub(super) byte: usize,
    pub(super) block: String,
}

impl Cursor {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('r')?.split('.');
        let cursor = Self {
            revision: parts
                .next()?
                .parse()
                .ok()
                .filter(|revision| *revision >= 0)?,
            piece: parts.next()?.parse().ok()?,
            byte: parts.next()?.parse().ok()?,
            block: parts.next().filter(|block| is_id(block))?.to_owned(),
        };
        parts.next().is_none().then_some(cursor)
    }

    pub(super) fn print(&self) -> String {
        format!(
            "r{}.{}.{}.{}",
            self.revision, self.piece, self.byte, self.block
        )
    }
}

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_strictly() {
        let cursor = Cursor {
            revision: 7,
            piece: 12,
            byte: 340,
            block: "doxcnA_b-1".to_owned(),
        };
        assert_eq!(Cursor::read(&cursor.print()), Some(cursor));
        for bad in [
            "",
            "r1.2",
            "r1.2.3",
            "r1.2.3.",
            "r1.2.3.a.b",
            "7.1.2.a",
            "r-1.0.0.a",
            "rx.1.1.a",
            "r1.2.3.a/b",
        ] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }
}
