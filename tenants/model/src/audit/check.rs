//! The check of an exported file, row by row, without the database.

use super::{Checkpoint, Manifest, Row};
use crate::ChainHash;

/// Something in a file that is not as the platform wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The record on this line is no row of an export.
    Unreadable {
        /// Line of a JSONL file, record of a CSV file; the first is 1.
        line: u64,
    },
    /// The entry at this place was changed: its hash does not fit.
    Changed {
        /// Place.
        seq: u64,
    },
    /// The entry at this place does not follow from the one before it in the file.
    Unlinked {
        /// Place.
        seq: u64,
    },
    /// Entries are missing, repeated or in another order.
    Order {
        /// Place that should come next.
        expected: u64,
        /// Place found.
        found: u64,
    },
    /// The entry is another organisation's.
    Foreign {
        /// Place.
        seq: u64,
    },
    /// The file ends before or after what its manifest says.
    Count {
        /// Entries of the manifest.
        manifest: u64,
        /// Entries of the file.
        file: u64,
    },
    /// The first or last entry is not the one that the manifest names.
    Ends,
    /// The chain does not pass through a signed checkpoint: it was rewritten as a whole.
    Rewritten {
        /// Place of the checkpoint.
        seq: u64,
    },
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Rows of the file.
    pub rows: u64,
    /// Place of the first.
    pub first_seq: Option<u64>,
    /// Place and hash of the last.
    pub last: Option<(u64, ChainHash)>,
    /// Whether every row follows from the one before it, without a gap.
    pub continuous: bool,
    /// Whether the chain begins at its very beginning.
    pub from_beginning: bool,
    /// Checkpoints that the file's rows pass through.
    pub checkpoints: u64,
    /// What is wrong, the first ones.
    pub faults: Vec<Fault>,
}

/// Faults that are kept; a file that is wrong from end to end needs no longer list.
const MOST_FAULTS: usize = 20;

/// The check, as rows come.
#[derive(Debug)]
pub struct FileCheck<'a> {
    manifest: Option<&'a Manifest>,
    checkpoints: &'a [Checkpoint],
    first: Option<(u64, ChainHash)>,
    last: Option<(u64, ChainHash)>,
    rows: u64,
    continuous: bool,
    passed: u64,
    faults: Vec<Fault>,
}

impl<'a> FileCheck<'a> {
    /// Begins the check. Checkpoints are those whose signatures hold.
    pub const fn new(manifest: Option<&'a Manifest>, checkpoints: &'a [Checkpoint]) -> Self {
        Self {
            manifest,
            checkpoints,
            first: None,
            last: None,
            rows: 0,
            continuous: true,
            passed: 0,
            faults: Vec::new(),
        }
    }

    /// A record that is no row.
    pub fn unreadable(&mut self, line: u64) {
        self.fault(Fault::Unreadable { line });
    }

    /// The next row.
    pub fn row(&mut self, row: &Row) {
        self.rows += 1;
        let seq = row.seq;
        if !row.holds() {
            self.fault(Fault::Changed { seq });
        }
        if self.manifest.is_some_and(|told| told.tenant != row.tenant) {
            self.fault(Fault::Foreign { seq });
        }
        if let Some((before, hash)) = self.last {
            if seq == before + 1 {
                if row.prev != hash {
                    self.continuous = false;
                    self.fault(Fault::Unlinked { seq });
                }
            } else {
                self.continuous = false;
                if self.manifest.is_some_and(|told| told.complete) {
                    self.fault(Fault::Order {
                        expected: before + 1,
                        found: seq,
                    });
                }
            }
        } else {
            self.first = Some((seq, row.prev));
        }
        for known in self.checkpoints.iter().filter(|known| known.seq == seq) {
            if known.tenant == row.tenant && known.hash == row.hash {
                self.passed += 1;
            } else if known.tenant == row.tenant {
                self.fault(Fault::Rewritten { seq });
            }
        }
        self.last = Some((seq, row.hash));
    }

    /// Ends the check.
    pub fn end(mut self) -> Checked {
        if let Some(told) = self.manifest {
            if told.rows != self.rows {
                self.fault(Fault::Count {
                    manifest: told.rows,
                    file: self.rows,
                });
            }
            let ends = (
                self.first.map(|(seq, _)| seq),
                self.first.map(|(_, prev)| prev),
                self.last.map(|(seq, _)| seq),
                self.last.map(|(_, hash)| hash),
            );
            let said = (
                told.first_seq,
                told.first_prev,
                told.last_seq,
                told.last_hash,
            );
            let whole = !told.complete
                || told.rows == 0
                || self.last == Some((told.through_seq, told.through_hash));
            if ends != said || !whole {
                self.fault(Fault::Ends);
            }
        }
        Checked {
            rows: self.rows,
            first_seq: self.first.map(|(seq, _)| seq),
            last: self.last,
            continuous: self.continuous && self.rows > 0,
            from_beginning: self.first == Some((1, ChainHash::GENESIS)),
            checkpoints: self.passed,
            faults: self.faults,
        }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

#[cfg(test)]
mod tests;
