//! What is asked, what it needs, and what has been fetched of it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    mem,
};

use thiserror::Error;

use crate::{
    Area, Cell, Moment, Spot, Value, engine,
    follow::Followers,
    scan::{Scan, scan},
};

/// Cells that one plan may fetch, at most.
const CELLS: u64 = 50_000;
/// Cells of the largest array that may come up in a formula.
const SPREAD: u64 = 4_000_000;
/// An area is fetched together with its neighbours when little else lies between.
const BETWEEN: u64 = 4_000;
/// Areas of one tab that are fetched one by one, at most.
const APART: usize = 20;

/// A tab of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Its title.
    pub name: String,
    /// How many rows it has.
    pub rows: u32,
    /// How many columns.
    pub columns: u32,
}

impl Tab {
    /// The name before a place, with its sign.
    pub(crate) fn quoted(&self) -> String {
        format!("'{}'!", self.engine_name().replace('\'', "''"))
    }

    /// The name that the engine knows it by: its own, unless the engine's rules for names are
    /// stricter than Feishu's.
    pub(crate) fn engine_name(&self) -> String {
        let allowed = |c: char| !matches!(c, '\\' | '/' | '*' | '?' | ':' | '[' | ']');
        if self.name.chars().count() <= 31 && self.name.chars().all(allowed) {
            return self.name.clone();
        }
        let mut hasher = DefaultHasher::new();
        self.name.hash(&mut hasher);
        format!("tab {:016x}", hasher.finish())
    }
}

/// A formula to compute, as if it stood in a tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The formula; the sign of equality may be left out.
    pub formula: String,
    /// The tab that its places are in when they name none.
    pub tab: usize,
}

/// A cell that is taken to hold something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which tab.
    pub tab: usize,
    /// Which cell.
    pub spot: Spot,
    /// A value, or a formula.
    pub cell: Cell,
}

/// The result of a formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Rows of values: one, unless the formula gives an array.
    pub rows: Vec<Vec<Value>>,
    /// Rows and columns of the array, where not all of it is here.
    pub size: (usize, usize),
}

/// Why a question is not answered at all.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A formula longer than spreadsheets have them.
    #[error("a formula has more than {most} characters")]
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// Brackets in brackets in brackets.
    #[error("a formula nests deeper than {most} brackets")]
    TooDeep {
        /// The deepest.
        most: usize,
    },
    /// Too many cells to fetch.
    #[error("the formulas need {cells} cells or more, at most {most} are fetched")]
    TooManyCells {
        /// How many are needed.
        cells: u64,
        /// The most.
        most: u64,
    },
    /// An array that would not fit.
    #[error("an array of up to {cells} cells may come up, at most {most} are computed")]
    TooLargeArray {
        /// How many cells.
        cells: u64,
        /// The most.
        most: u64,
    },
    /// A function that makes an array whose size is computed.
    #[error("{function} needs plain numbers as its size")]
    UnseenSize {
        /// Its name.
        function: String,
    },
    /// What the engine is known to compute wrongly.
    #[error("{what} is not computed")]
    NotComputed {
        /// What.
        what: String,
    },
    /// Cells that need each other in too long a row.
    #[error("cells hang on each other in a chain of more than {most}")]
    TooLongChain {
        /// The longest.
        most: usize,
    },
    /// The engine gave up.
    #[error("the engine failed: {0}")]
    Engine(String),
}

/// What is asked of a sheet.
#[derive(Debug)]
pub struct Plan {
    pub(crate) tabs: Vec<Tab>,
    pub(crate) questions: Vec<Scan>,
    pub(crate) changes: HashMap<(usize, Spot), Cell>,
    pub(crate) cells: BTreeMap<(usize, Spot), Cell>,
    /// The formulas that may have to be computed anew.
    pub(crate) formulas: BTreeMap<(usize, Spot), Scan>,
    wanted: Vec<Area>,
    fetched: Vec<Area>,
    fetched_cells: u64,
}

impl Plan {
    /// A plan.
    ///
    /// # Errors
    /// A formula that is too long, too deep or too large.
    pub fn new(
        tabs: Vec<Tab>,
        questions: &[Question],
        changes: Vec<Change>,
    ) -> Result<Self, Refusal> {
        let mut plan = Self {
            questions: Vec::new(),
            changes: HashMap::new(),
            cells: BTreeMap::new(),
            formulas: BTreeMap::new(),
            wanted: Vec::new(),
            fetched: Vec::new(),
            fetched_cells: 0,
            tabs,
        };
        for question in questions {
            let scan = plan.look(&question.formula, question.tab)?;
            plan.questions.push(scan);
        }
        for change in changes {
            if let Some(formula) = &change.cell.formula {
                let scan = plan.look(formula, change.tab)?;
                plan.formulas.insert((change.tab, change.spot), scan);
            }
            plan.changes.insert((change.tab, change.spot), change.cell);
        }
        Ok(plan)
    }

    /// Reads a formula and notes what it needs.
    fn look(&mut self, formula: &str, tab: usize) -> Result<Scan, Refusal> {
        let mut scan = scan(formula, tab, &self.tabs)?;
        if scan.dynamic {
            // What it will point at is anywhere in the tabs that it speaks of.
            let whole = scan.tabs.iter().map(|tab| self.whole(*tab));
            scan.areas.extend(whole.collect::<Vec<_>>());
        }
        let spread = scan.spread();
        if spread > SPREAD {
            return Err(Refusal::TooLargeArray {
                cells: spread,
                most: SPREAD,
            });
        }
        self.wanted.extend(scan.areas.iter().copied());
        Ok(scan)
    }

    fn whole(&self, tab: usize) -> Area {
        let end = Spot {
            row: self.tabs[tab].rows.max(1),
            column: self.tabs[tab].columns.max(1),
        };
        Area::between(tab, Spot { row: 1, column: 1 }, end)
    }

    /// The areas that are still needed; empty when all is here.
    ///
    /// # Errors
    /// [`Refusal::TooManyCells`].
    pub fn missing(&mut self) -> Result<Vec<Area>, Refusal> {
        let mut by_tab: BTreeMap<usize, BTreeSet<Area>> = BTreeMap::new();
        for area in mem::take(&mut self.wanted) {
            if !self.fetched.iter().any(|known| known.covers(&area)) {
                by_tab.entry(area.tab).or_default().insert(area);
            }
        }
        let mut areas = Vec::new();
        for wanted in by_tab.into_values() {
            for area in joined(wanted) {
                let mut left = vec![area];
                for known in self.fetched.iter().chain(&areas) {
                    left = left.iter().flat_map(|part| part.without(known)).collect();
                }
                areas.extend(left);
            }
        }
        let cells = self.fetched_cells + areas.iter().map(Area::cells).sum::<u64>();
        if cells > CELLS {
            return Err(Refusal::TooManyCells { cells, most: CELLS });
        }
        Ok(areas)
    }

    /// Whether formulas that stand in cells matter: only where something is taken to be different.
    pub fn follows_formulas(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Takes an area that was missing: rows of cells from its upper left corner. Rows and cells at
    /// the end may be left out when they are blank.
    ///
    /// # Errors
    /// A formula among them that is too long, too deep or too large.
    pub fn add(&mut self, area: Area, rows: Vec<Vec<Cell>>) -> Result<(), Refusal> {
        self.fetched_cells += area.cells();
        self.fetched.push(area);
        for (row, cells) in (area.from.row..=area.to.row).zip(rows) {
            for (column, cell) in (area.from.column..=area.to.column).zip(cells) {
                let spot = Spot { row, column };
                let key = (area.tab, spot);
                if cell.value == Value::Blank && cell.formula.is_none() {
                    continue;
                }
                if self.follows_formulas()
                    && !self.changes.contains_key(&key)
                    && let Some(formula) = &cell.formula
                {
                    let scan = self.look(formula, area.tab)?;
                    self.formulas.insert(key, scan);
                }
                self.cells.insert(key, cell);
            }
        }
        Ok(())
    }

    /// How many cells were fetched.
    pub const fn fetched(&self) -> u64 {
        self.fetched_cells
    }

    /// Computes the questions, in their order.
    ///
    /// # Errors
    /// [`Refusal::TooLongChain`], [`Refusal::Engine`].
    pub fn compute(&self, moment: &Moment) -> Result<Vec<Answer>, Refusal> {
        let anew = Followers::of(self).anew()?;
        engine::compute(self, Some(&anew), moment)
    }

    /// What the questions come to as the sheet is, without the changes.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn before(&self, moment: &Moment) -> Result<Vec<Answer>, Refusal> {
        engine::compute(self, None, moment)
    }
}

/// Areas of one tab, joined where little else lies between them or they are too many to be asked
/// for one by one.
fn joined(areas: BTreeSet<Area>) -> Vec<Area> {
    let single: u64 = areas.iter().map(Area::cells).sum();
    let most = single.saturating_mul(2).max(BETWEEN);
    match areas.iter().copied().reduce(Area::around) {
        Some(around) if around.cells() <= most || areas.len() > APART => vec![around],
        _ => areas.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
