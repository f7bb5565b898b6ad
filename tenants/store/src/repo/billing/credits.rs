//! Credit notes.

use std::collections::BTreeMap;

use model::{
    Month, Timestamp,
    policy::{ManageBilling, Permit},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Billing;
use crate::{
    StoreError,
    entity::{
        credit_note::{ActiveModel, Column, Entity, Model},
        ledger_head, within,
    },
    ledger::signed,
};

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// A credit note: money given back on a closed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNote {
    /// The month of the statement.
    pub month: Month,
    /// Number within the statement; 1 is the first.
    pub number: u64,
    /// The money, in minor units of the statement's currency; always positive.
    pub amount_minor: i64,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub issued_by: String,
    /// When.
    pub issued_at: Timestamp,
}

/// A credit note to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredit<'c> {
    /// The month of the statement.
    pub month: Month,
    /// The number that it will have: one more than the form showed, so that a form that is sent
    /// twice gives one note.
    pub number: u64,
    /// The money in minor units.
    pub amount_minor: i64,
    /// Why.
    pub reason: &'c str,
    /// Who gives it.
    pub issued_by: &'c str,
}

/// Why no credit note was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditRefusal {
    /// There is no closed statement of that month.
    NoStatement,
    /// Nothing, or less.
    Amount,
    /// More than the statement's total less what was given back before.
    Exceeds {
        /// What is left, in minor units.
        left_minor: i64,
    },
    /// No reason, or one that is too long.
    Reason,
    /// Somebody else gave one meanwhile, or the form was sent twice.
    Raced,
}

impl Billing<'_> {
    /// Gives a credit note. All notes of a statement together never exceed it: the notes of a
    /// tenant are written one after the other, under the lock of its ledger.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`]; what the database fails with.
    pub async fn credit(
        &self,
        permit: &Permit<ManageBilling>,
        new: NewCredit<'_>,
    ) -> Result<Result<CreditNote, CreditRefusal>, StoreError> {
        self.0.check(permit)?;
        let reason = new.reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            return Ok(Err(CreditRefusal::Reason));
        }
        if new.amount_minor <= 0 {
            return Ok(Err(CreditRefusal::Amount));
        }
        within::<ledger_head::Entity>(self.0)
            .lock_exclusive()
            .one(self.0.db())
            .await?;
        let Some(closed) = self.statement(new.month).await? else {
            return Ok(Err(CreditRefusal::NoStatement));
        };
        let known = self.credits(new.month).await?;
        let given: i64 = known.iter().map(|note| note.amount_minor).sum();
        let left_minor = closed.statement.total_minor - given;
        if new.number != known.len() as u64 + 1 {
            return Ok(Err(CreditRefusal::Raced));
        }
        if new.amount_minor > left_minor {
            return Ok(Err(CreditRefusal::Exceeds { left_minor }));
        }
        let note = CreditNote {
            month: new.month,
            number: new.number,
            amount_minor: new.amount_minor,
            reason: reason.to_owned(),
            issued_by: new.issued_by.to_owned(),
            issued_at: self.0.now(),
        };
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                month: Set(note.month.0),
                number: Set(signed(note.number)),
                amount_minor: Set(note.amount_minor),
                reason: Set(note.reason.clone()),
                issued_by: Set(note.issued_by.clone()),
                issued_at: Set(note.issued_at.millis()),
            })
            .await?;
        Ok(Ok(note))
    }

    /// What was given back in all, by month.
    pub async fn credited(&self) -> Result<BTreeMap<Month, i64>, StoreError> {
        let rows: Vec<(i64, i64)> = within::<Entity>(self.0)
            .select_only()
            .columns([Column::Month, Column::AmountMinor])
            .into_tuple()
            .all(self.0.db())
            .await?;
        let mut sums = BTreeMap::new();
        for (month, amount) in rows {
            *sums.entry(Month(month)).or_default() += amount;
        }
        Ok(sums)
    }

    /// The credit notes of a statement, in order.
    pub async fn credits(&self, month: Month) -> Result<Vec<CreditNote>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Month.eq(month.0))
            .order_by_asc(Column::Number)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(note).collect())
    }
}

fn note(row: Model) -> CreditNote {
    CreditNote {
        month: Month(row.month),
        number: u64::try_from(row.number).unwrap_or_default(),
        amount_minor: row.amount_minor,
        reason: row.reason,
        issued_by: row.issued_by,
        issued_at: Timestamp::from_millis(row.issued_at),
    }
}
