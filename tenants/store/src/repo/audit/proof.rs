//! Signed checkpoints, and the seal under which the oldest part is let go.

use model::{
    Timestamp,
    audit::{Checkpoint, Seal, Signed},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};

use super::Audit;
use crate::{
    StoreError, attest,
    entity::{ledger_checkpoint, ledger_entry, ledger_seal, within},
    ledger::signed,
    repo::ledger::{count, hash},
};

impl Audit<'_> {
    /// A statement about the chain's end as it is now, signed and not yet kept; `None` while
    /// nothing was added since the latest one.
    pub async fn next_checkpoint(&self) -> Result<Option<Signed<Checkpoint>>, StoreError> {
        let head = self.0.ledger().head().await?;
        let latest = self.checkpoints(1).await?;
        if head.seq == 0
            || latest
                .first()
                .is_some_and(|one| one.statement.seq >= head.seq)
        {
            return Ok(None);
        }
        let statement = Checkpoint {
            tenant: self.0.tenant(),
            seq: head.seq,
            hash: head.hash,
            at: self.0.now().millis(),
        };
        Ok(Some(attest::sign(self.0.vault(), statement)))
    }

    /// Keeps a checkpoint; `false` when another replica kept one about the same place.
    pub async fn keep_checkpoint(&self, made: &Signed<Checkpoint>) -> Result<bool, StoreError> {
        let row = ledger_checkpoint::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            seq: Set(signed(made.statement.seq)),
            hash: Set(made.statement.hash.0.to_vec()),
            at: Set(made.statement.at),
            signature: Set(text(&made.signature)),
        };
        let kept = ledger_checkpoint::Entity::insert(row)
            .on_conflict_do_nothing_on([
                ledger_checkpoint::Column::TenantId,
                ledger_checkpoint::Column::Seq,
            ])
            .exec_without_returning(self.0.db())
            .await?;
        Ok(matches!(kept, sea_orm::TryInsertResult::Inserted(1..)))
    }

    /// The latest checkpoints, newest first; whether their signatures hold is not looked at.
    pub async fn checkpoints(&self, most: u64) -> Result<Vec<Signed<Checkpoint>>, StoreError> {
        let rows = within::<ledger_checkpoint::Entity>(self.0)
            .order_by_desc(ledger_checkpoint::Column::Seq)
            .limit(most)
            .all(self.0.db())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Signed {
                    statement: Checkpoint {
                        tenant: self.0.tenant(),
                        seq: count(row.seq, "checkpoint place")?,
                        hash: hash(row.hash)?,
                        at: row.at,
                    },
                    signature: read(&row.signature)?,
                })
            })
            .collect()
    }

    /// Whether a key of the ring signed the checkpoint.
    pub fn checkpoint_holds(&self, made: &Signed<Checkpoint>) -> bool {
        attest::holds(self.0.vault(), made)
    }

    /// The end of the part that was let go.
    pub async fn last_seal(&self) -> Result<Option<Signed<Seal>>, StoreError> {
        let row = within::<ledger_seal::Entity>(self.0)
            .order_by_desc(ledger_seal::Column::Seq)
            .one(self.0.db())
            .await?;
        row.map(|row| {
            Ok(Signed {
                statement: Seal {
                    tenant: self.0.tenant(),
                    seq: count(row.seq, "seal place")?,
                    hash: hash(row.hash)?,
                    cutoff: row.cutoff,
                    at: row.at,
                },
                signature: read(&row.signature)?,
            })
        })
        .transpose()
    }

    /// Seals the oldest entries, up to the last one before the first that is younger than
    /// `cutoff`: from then on they may be let go. `None` when there is nothing to seal. The
    /// database refuses it under a legal hold, and for entries of the last 30 days.
    pub async fn seal(&self, cutoff: Timestamp) -> Result<Option<Signed<Seal>>, StoreError> {
        use ledger_entry::Column;
        let from = self.last_seal().await?.map_or(0, |seal| seal.statement.seq);
        // The first that stays; every one before it in the chain is old enough. What stands in
        // the chain before it but happened later keeps it and all after it.
        let first_kept: Option<i64> = within::<ledger_entry::Entity>(self.0)
            .filter(Column::At.gte(cutoff.millis()))
            .select_only()
            .column_as(Column::Seq.min(), "first")
            .into_tuple::<Option<i64>>()
            .one(self.0.db())
            .await?
            .flatten();
        let mut last = within::<ledger_entry::Entity>(self.0)
            .filter(Column::Seq.gt(signed(from)))
            .filter(Column::At.lt(cutoff.millis()))
            .order_by_desc(Column::Seq);
        if let Some(kept) = first_kept {
            last = last.filter(Column::Seq.lt(kept));
        }
        let Some(row) = last.one(self.0.db()).await? else {
            return Ok(None);
        };
        let statement = Seal {
            tenant: self.0.tenant(),
            seq: count(row.seq, "ledger place")?,
            hash: hash(row.hash)?,
            cutoff: cutoff.millis(),
            at: self.0.now().millis(),
        };
        let made = attest::sign(self.0.vault(), statement);
        let row = ledger_seal::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            seq: Set(signed(statement.seq)),
            hash: Set(statement.hash.0.to_vec()),
            cutoff: Set(statement.cutoff),
            at: Set(statement.at),
            signature: Set(text(&made.signature)),
        };
        self.0.insert(row).await?;
        Ok(Some(made))
    }

    /// Lets go of up to `most` entries below the last seal, the oldest first; gives how many.
    pub async fn retire(&self, most: u32) -> Result<u64, StoreError> {
        let db = self.0.db();
        let own = self.0.tenant().uuid();
        if db.get_database_backend() == DbBackend::Postgres {
            let row = db
                .query_one_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT ledger_retire($1) AS gone",
                    [i64::from(most).into()],
                ))
                .await?;
            let gone: i64 = row.map_or(Ok(0), |row| row.try_get("", "gone"))?;
            return count(gone, "retired entries");
        }
        let done = db
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Sqlite,
                "DELETE FROM ledger WHERE tenant_id = ? AND seq IN (SELECT o.seq FROM ledger o \
                 WHERE o.tenant_id = ? AND o.seq <= (SELECT max(s.seq) FROM ledger_seals s \
                 WHERE s.tenant_id = ?) ORDER BY o.seq LIMIT ?)",
                [own.into(), own.into(), own.into(), i64::from(most).into()],
            ))
            .await?;
        Ok(done.rows_affected())
    }
}

pub(crate) fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { what: "signature" })
}
