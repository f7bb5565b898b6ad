//! Earlier revisions of a document, and positions that were meant for them.

use std::collections::HashMap;

use super::tree::{Block, Document, Past};

/// Writes that are remembered; an older revision cannot be named anyway.
const PAST_MAX: usize = 1_000;

impl Document {
    /// Notes what a write replaced. `before` is the document before it.
    pub(crate) fn note_past(&mut self, before: &Self) {
        let mut blocks: HashMap<String, Option<Block>> = HashMap::new();
        for (id, old) in &before.blocks {
            if self.blocks.get(id) != Some(old) {
                blocks.insert(id.clone(), Some(old.clone()));
            }
        }
        for id in self.blocks.keys() {
            if !before.blocks.contains_key(id) {
                blocks.insert(id.clone(), None);
            }
        }
        self.past.push_back(Past {
            revision: before.revision,
            blocks,
        });
        if self.past.len() > PAST_MAX {
            self.past.pop_front();
        }
    }

    /// The document as it was at a revision; `None` when that is not known any more.
    pub(crate) fn at(&self, revision: i64) -> Option<Self> {
        if revision == self.revision || revision == -1 {
            return Some(self.clone());
        }
        let mut old = self.clone();
        for past in self.past.iter().rev() {
            for (id, block) in &past.blocks {
                match block {
                    Some(block) => old.blocks.insert(id.clone(), block.clone()),
                    None => old.blocks.remove(id),
                };
            }
            old.revision = past.revision;
            if past.revision == revision {
                return Some(old);
            }
        }
        None
    }

    /// Where an index among the children of `parent` lies now, if it was meant for `seen`.
    pub(super) fn moved_index(&self, seen: Option<&Self>, parent: &str, index: i64) -> i64 {
        let old = seen.and_then(|seen| seen.blocks.get(parent));
        let (Some(old), Some(now)) = (old, self.blocks.get(parent)) else {
            return index;
        };
        let Some(before) = usize::try_from(index)
            .ok()
            .and_then(|index| old.children.get(..index))
        else {
            return index;
        };
        let last = before
            .iter()
            .rev()
            .find_map(|id| now.children.iter().position(|known| known == id));
        last.map_or(0, |at| i64::try_from(at + 1).unwrap_or(-1))
    }

    /// Where a range of children lies now, if it was meant for `seen`. What stands between now is
    /// left alone.
    pub(super) fn moved_ranges(
        &self,
        seen: Option<&Self>,
        parent: &str,
        (start, end): (usize, usize),
    ) -> Vec<(usize, usize)> {
        let old = seen.and_then(|seen| seen.blocks.get(parent));
        let (Some(old), Some(now)) = (old, self.blocks.get(parent)) else {
            return vec![(start, end)];
        };
        let Some(ids) = old.children.get(start..end) else {
            return vec![(start, end)];
        };
        let found = ids.iter().filter_map(|id| {
            let at = now.children.iter().position(|known| known == id)?;
            Some((at, at + 1))
        });
        found.collect()
    }
}
