//! What one request may hold, of everything that Feishu counts.

use feishu::api::docx::{BlockKind, NewBlock};
use serde_json::Value;

use super::MAX_BLOCKS;

/// Counts, in the order of [`LIMITS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost([usize; 9]);

/// Blocks, people, documents, files, chat cards, pictures, old widgets, sheets, bases.
const LIMITS: [usize; 9] = [MAX_BLOCKS, 200, 200, 200, 200, 20, 20, 5, 5];

impl Cost {
    /// The cost of one block by itself.
    pub(super) fn of(block: &NewBlock) -> Self {
        let mut cost = Self::default();
        cost.0[0] = 1;
        let at = match block.kind {
            BlockKind::File => Some(3),
            BlockKind::ChatCard => Some(4),
            BlockKind::Image => Some(5),
            BlockKind::Isv => Some(6),
            BlockKind::Sheet => Some(7),
            BlockKind::Bitable => Some(8),
            _ => None,
        };
        if let Some(count) = at.and_then(|at| cost.0.get_mut(at)) {
            *count = 1;
        }
        let elements = block.payload.get("elements").and_then(Value::as_array);
        for element in elements.into_iter().flatten() {
            cost.0[1] += usize::from(element.get("mention_user").is_some());
            cost.0[2] += usize::from(element.get("mention_doc").is_some());
        }
        cost
    }

    pub(super) const fn blocks(self) -> usize {
        self.0[0]
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let mut sum = self;
        for (count, more) in sum.0.iter_mut().zip(other.0) {
            *count += more;
        }
        sum
    }

    /// Whether one request can hold it.
    pub(super) fn fits(self) -> bool {
        self.0
            .iter()
            .zip(LIMITS)
            .all(|(count, most)| *count <= most)
    }

    /// Whether it is nothing but blocks.
    pub(super) fn is_plain(self) -> bool {
        self.0[1..].iter().all(|count| *count == 0)
    }
}
