//! Which formulas hang on the cells that are taken to hold something else.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::{Area, Plan, Refusal, Spot};

/// A cell: tab and place.
pub(crate) type Key = (usize, Spot);

/// Areas up to this size are looked up by cell.
const SMALL: u64 = 64;
/// The longest chain of formulas, each hanging on the one before.
const CHAIN: usize = 20_000;

/// For each cell, the formulas that name it.
pub(crate) struct Followers<'a> {
    plan: &'a Plan,
    by_cell: HashMap<Key, Vec<Key>>,
    by_area: Vec<(Area, Key)>,
}

impl<'a> Followers<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Self {
        let mut by_cell: HashMap<Key, Vec<Key>> = HashMap::new();
        let mut by_area = Vec::new();
        for (key, scan) in &plan.formulas {
            for area in &scan.areas {
                if area.cells() > SMALL {
                    by_area.push((*area, *key));
                    continue;
                }
                for row in area.from.row..=area.to.row {
                    for column in area.from.column..=area.to.column {
                        let cell = (area.tab, Spot { row, column });
                        by_cell.entry(cell).or_default().push(*key);
                    }
                }
            }
        }
        Self {
            plan,
            by_cell,
            by_area,
        }
    }

    /// The formulas to compute anew. The sheet's own values stand for all others.
    ///
    /// # Errors
    /// [`Refusal::TooLongChain`]: the engine computes a chain from its end.
    pub(crate) fn anew(&self) -> Result<HashSet<Key>, Refusal> {
        let mut found: HashSet<Key> = HashSet::new();
        let mut queue: VecDeque<(Key, usize)> = VecDeque::new();
        for (key, cell) in &self.plan.changes {
            if cell.formula.is_some() {
                found.insert(*key);
            }
            queue.push_back((*key, 0));
        }
        while let Some(((tab, spot), depth)) = queue.pop_front() {
            if depth > CHAIN {
                return Err(Refusal::TooLongChain { most: CHAIN });
            }
            let single = self.by_cell.get(&(tab, spot)).into_iter().flatten();
            let wide = self.by_area.iter();
            let wide = wide.filter(|(area, _)| area.contains(tab, spot));
            for key in single.chain(wide.map(|(_, key)| key)) {
                if !self.plan.changes.contains_key(key) && found.insert(*key) {
                    queue.push_back((*key, depth + 1));
                }
            }
        }
        Ok(found)
    }
}
