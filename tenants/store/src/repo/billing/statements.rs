//! Drafting, closing and reading statements.

use model::{
    Contract, Month, Timestamp,
    billing::{LineKind, Statement, StatementFacts},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use super::Billing;
use crate::{
    StoreError,
    entity::{
        statement::{ActiveModel, Column, Entity, Model},
        within,
    },
    repo::tenants,
};

/// A closed statement: never changed again. Corrections are credit notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedStatement {
    /// The statement.
    pub statement: Statement,
    /// The stored text that the hash is over.
    pub body: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// Whether the text still has that hash.
    pub intact: bool,
    /// When it was closed.
    pub closed_at: Timestamp,
}

impl Billing<'_> {
    /// The statement of a month as it would be closed now.
    async fn draft(&self, month: Month, contract: &Contract) -> Result<Statement, StoreError> {
        let mut statement = self.outline(month, contract).await?;
        statement.overage_from_seq = self.overage_from(&statement).await?;
        Ok(statement)
    }

    /// The same from the counts alone, without the place at which the overage begins: lines and
    /// total of a month of any size, and no entry of the ledger is read.
    pub async fn outline(
        &self,
        month: Month,
        contract: &Contract,
    ) -> Result<Statement, StoreError> {
        let tally = self.0.usage().month(month).await?;
        let head = self.0.ledger().head().await?;
        Ok(Statement::draft(&StatementFacts {
            tenant: self.0.tenant(),
            month,
            contract,
            tally,
            late: self.late_for(month).await?,
            through_seq: head.seq,
            overage_from_seq: None,
            at: self.0.now(),
        }))
    }

    /// The place of the first delivered call beyond what the plan of a statement includes.
    pub async fn overage_from(&self, statement: &Statement) -> Result<Option<u64>, StoreError> {
        let lines = statement.lines.iter();
        if !lines.clone().any(|line| line.kind == LineKind::Overage) {
            return Ok(None);
        }
        let included = lines.filter(|line| line.kind == LineKind::Included);
        let included = included.map(|line| line.quantity).sum();
        self.nth_delivered(statement.month, included).await
    }

    /// Closes the statement of a month that is over: exactly once, whoever tries. Gives `None` when
    /// it is closed already.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the counts differ from the ledger: a statement is not made
    /// from wrong counts.
    pub async fn close(
        &self,
        month: Month,
        contract: &Contract,
    ) -> Result<Option<ClosedStatement>, StoreError> {
        if self.statement(month).await?.is_some() || self.0.now() < month.end() {
            return Ok(None);
        }
        if !self.0.usage().recount(month).await?.miscounts.is_empty() {
            return Err(StoreError::Corrupt {
                what: "usage counts of a month",
            });
        }
        let statement = self.draft(month, contract).await?;
        let body = tenants::json(&statement)?;
        let hash = Sha256::digest(body.as_bytes());
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                month: Set(month.0),
                total_minor: Set(statement.total_minor),
                body: Set(body.clone()),
                hash: Set(hash.to_vec()),
                closed_at: Set(self.0.now().millis()),
            })
            .await?;
        Ok(Some(ClosedStatement {
            statement,
            body,
            hash: hex::encode(hash),
            intact: true,
            closed_at: self.0.now(),
        }))
    }

    /// The closed statement of a month.
    pub async fn statement(&self, month: Month) -> Result<Option<ClosedStatement>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::Month.eq(month.0))
            .one(self.0.db())
            .await?;
        row.map(closed).transpose()
    }

    /// The latest closed statements, newest first, at most `limit`.
    pub async fn statements(&self, limit: u64) -> Result<Vec<ClosedStatement>, StoreError> {
        let rows = within::<Entity>(self.0)
            .order_by_desc(Column::Month)
            .limit(limit)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(closed).collect()
    }

    /// Delivered calls of the month before `month` that its closed statement does not hold.
    async fn late_for(&self, month: Month) -> Result<u64, StoreError> {
        let before = month.before();
        let Some(known) = self.statement(before).await? else {
            return Ok(0);
        };
        let counted = self.0.usage().month(before).await?.delivered;
        let lines = known.statement.lines.iter();
        let billed: u64 = lines
            .filter(|line| matches!(line.kind, LineKind::Included | LineKind::Overage))
            .map(|line| line.quantity)
            .sum();
        Ok(counted.saturating_sub(billed))
    }
}

fn closed(row: Model) -> Result<ClosedStatement, StoreError> {
    let statement: Statement = tenants::read(&row.body, "statement")?;
    let hash = Sha256::digest(row.body.as_bytes());
    let intact = hash.as_slice() == row.hash
        && statement.total_minor == row.total_minor
        && statement.month.0 == row.month
        && statement.tenant.uuid() == row.tenant_id;
    Ok(ClosedStatement {
        statement,
        intact,
        hash: hex::encode(&row.hash),
        body: row.body,
        closed_at: Timestamp::from_millis(row.closed_at),
    })
}
