//! The check of a chain: whole, or a part at a time.

use model::{
    ChainHash,
    audit::{Checkpoint, Seal, Signable, Signed},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{ChainHead, LedgerView, stored};
use crate::{
    StoreError,
    entity::{
        ledger_entry::{Column, Entity},
        within,
    },
    ledger::signed,
};

/// Rows that are read at a time.
const STRIDE: u64 = 2_000;
/// Checkpoints of the database that a check looks at, the latest ones.
const CHECKPOINTS: u64 = 500;

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainBreak {
    /// The entry at this place is missing (removed, or moved).
    Missing(u64),
    /// The entry at this place is not what was written, or what stood before it is not.
    Changed(u64),
    /// The chain ends before or after its head says: cut, or prolonged past the writer.
    HeadDiffers {
        /// Last place of the head.
        head: u64,
        /// Last place found.
        found: u64,
    },
    /// A remembered head is not in the chain: rewritten as a whole.
    Rewritten(u64),
    /// The checkpoint about this place was not signed by a key of the ring.
    ForgedCheckpoint(u64),
    /// The record of the part that was let go was not signed by a key of the ring.
    ForgedSeal(u64),
}

/// What the check of a chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries that were checked.
    pub entries: u64,
    /// Place of the last entry that was let go by retention; 0 when the chain is whole.
    pub sealed: u64,
    /// Signed checkpoints that the chain passes through.
    pub checkpoints: u64,
    /// The head.
    pub head: ChainHead,
    /// The first break; `None` when the chain holds.
    pub broken: Option<ChainBreak>,
}

/// A check under way. It lives in memory only: progress that the database kept could be forged.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    head: ChainHead,
    sealed: u64,
    seq: u64,
    running: ChainHash,
    /// Heads that must be passed, in order.
    marks: Vec<ChainHead>,
    passed: usize,
    broken: Option<ChainBreak>,
}

impl ChainCheck {
    /// Entries that were checked so far.
    pub const fn checked(&self) -> u64 {
        self.seq - self.sealed
    }

    /// Place of the last entry when the check began.
    pub const fn through(&self) -> u64 {
        self.head.seq
    }

    /// The report at the end of the chain.
    fn ended(&self) -> ChainReport {
        let at_head = (self.head.seq, self.head.hash) == (self.seq, self.running);
        let differs = ChainBreak::HeadDiffers {
            head: self.head.seq,
            found: self.seq,
        };
        self.report(if at_head { self.broken } else { Some(differs) })
    }

    fn report(&self, broken: Option<ChainBreak>) -> ChainReport {
        ChainReport {
            entries: self.checked(),
            sealed: self.sealed,
            checkpoints: self.passed as u64,
            head: self.head,
            broken,
        }
    }
}

impl LedgerView<'_> {
    /// Checks the whole chain against its head, its checkpoints and its seal.
    pub async fn verify_chain(&self) -> Result<ChainReport, StoreError> {
        self.verify_chain_with(None).await
    }

    /// As [`LedgerView::verify_chain`], and also against a head that was kept elsewhere: whoever
    /// can write to the database can rewrite the whole chain, but not what is kept elsewhere.
    pub async fn verify_chain_with(
        &self,
        remembered: Option<ChainHead>,
    ) -> Result<ChainReport, StoreError> {
        let mut check = self.begin_check(remembered.as_slice()).await?;
        loop {
            if let Some(report) = self.check_on(&mut check, u64::MAX).await? {
                return Ok(report);
            }
        }
    }

    /// Begins a check; `remembered` are heads that were kept outside the database.
    pub async fn begin_check(&self, remembered: &[ChainHead]) -> Result<ChainCheck, StoreError> {
        let head = self.head().await?;
        let seal = self.0.audit().last_seal().await?;
        let mut check = ChainCheck {
            head,
            sealed: 0,
            seq: 0,
            running: ChainHash::GENESIS,
            marks: remembered.to_vec(),
            passed: 0,
            broken: None,
        };
        if let Some(seal) = seal {
            if !self.holds::<Seal>(&seal) {
                check.broken = Some(ChainBreak::ForgedSeal(seal.statement.seq));
            }
            check.sealed = seal.statement.seq;
            check.seq = seal.statement.seq;
            check.running = seal.statement.hash;
        }
        for known in self.0.audit().checkpoints(CHECKPOINTS).await? {
            if !self.holds::<Checkpoint>(&known) {
                let forged = ChainBreak::ForgedCheckpoint(known.statement.seq);
                check.broken = check.broken.or(Some(forged));
            }
            check.marks.push(ChainHead {
                seq: known.statement.seq,
                hash: known.statement.hash,
            });
        }
        check.marks.sort_by_key(|mark| mark.seq);
        let (seq, hash) = (check.seq, check.running);
        let off = check
            .marks
            .iter()
            .find(|mark| mark.seq == seq && mark.hash != hash)
            .or_else(|| check.marks.iter().find(|mark| mark.seq > head.seq));
        if let Some(mark) = off {
            check.broken = check.broken.or(Some(ChainBreak::Rewritten(mark.seq)));
        }
        check.marks.retain(|mark| mark.seq > seq);
        Ok(check)
    }

    fn holds<T: Signable>(&self, signed: &Signed<T>) -> bool {
        crate::attest::holds(self.0.vault(), signed)
    }

    /// Goes on for up to about `most` entries; the report when the check is at its end.
    pub async fn check_on(
        &self,
        check: &mut ChainCheck,
        most: u64,
    ) -> Result<Option<ChainReport>, StoreError> {
        let until = check.seq.saturating_add(most);
        while check.seq < until {
            let rows = within::<Entity>(self.0)
                .filter(Column::Seq.gt(signed(check.seq)))
                .order_by_asc(Column::Seq)
                .limit(STRIDE)
                .all(self.0.db())
                .await?;
            let last = (rows.len() as u64) < STRIDE;
            for row in rows {
                let expected = check.seq + 1;
                // What came after the beginning of the check is for the next one.
                if expected > check.head.seq && row.seq == signed(expected) {
                    let moved = self.head().await?;
                    if moved.seq > check.head.seq {
                        return Ok(Some(check.ended()));
                    }
                }
                if row.seq != signed(expected) {
                    return Ok(Some(check.report(Some(ChainBreak::Missing(expected)))));
                }
                // A row that cannot even be read was changed.
                let Ok(found) = stored(row) else {
                    return Ok(Some(check.report(Some(ChainBreak::Changed(expected)))));
                };
                check.running = check.running.then(expected, &found.entry);
                if check.running != found.hash {
                    return Ok(Some(check.report(Some(ChainBreak::Changed(expected)))));
                }
                check.seq = expected;
                while let Some(mark) = check.marks.get(check.passed) {
                    if mark.seq > expected {
                        break;
                    }
                    if mark.hash != check.running {
                        let rewritten = ChainBreak::Rewritten(mark.seq);
                        return Ok(Some(check.report(Some(rewritten))));
                    }
                    check.passed += 1;
                }
            }
            if last {
                return Ok(Some(check.ended()));
            }
        }
        Ok(None)
    }
}
