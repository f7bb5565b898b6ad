//! The end of an erasure: what is kept, and the receipt.

use std::time::Duration;

use model::{
    ChainHash, Id, SessionId, Tenant, Timestamp,
    audit::{Kept, Receipt, Signed, TableRows},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use sha2::{Digest, Sha256};
use vault::TokenHash;

use super::{Erasure, Erasures};
use crate::{
    PlatformTx, StoreError, TenantTx, attest,
    entity::{
        account_link, account_tenant, credit_note, erasure, erasure_receipt, kept_account,
        ledger_head, retired_slug, statement, tenant, within,
    },
    repo::tenants::{json, read},
};

/// Closed statements and credit notes are accounts of the platform's own: tax law asks for them.
const ACCOUNTS_LAST: Duration = Duration::from_hours(10 * 365 * 24);
/// How long a receipt can be fetched.
const RECEIPT_LASTS: Duration = Duration::from_hours(90 * 24);

/// A receipt that is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// The receipt.
    pub receipt: Signed<Receipt>,
    /// Until when it can be fetched.
    pub expires_at: Timestamp,
}

impl Erasures<'_> {
    /// Puts the tenant's closed statements and credit notes aside, before their rows go.
    pub(super) async fn keep_accounts(&self, holder: &Tenant) -> Result<(), StoreError> {
        let tx = self.0;
        let statements = within::<statement::Entity>(tx)
            .order_by_asc(statement::Column::Month)
            .all(tx.db())
            .await?;
        let notes = within::<credit_note::Entity>(tx)
            .order_by_asc(credit_note::Column::Month)
            .all(tx.db())
            .await?;
        let bodies = statements
            .into_iter()
            .map(|row| ("statement", row.body))
            .chain(notes.into_iter().map(|row| {
                let body = serde_json::json!({
                    "month": model::Month(row.month).to_string(),
                    "number": row.number,
                    "amount_minor": row.amount_minor,
                    "reason": row.reason,
                    "issued_at": row.issued_at,
                });
                ("credit_note", body.to_string())
            }));
        for (kind, body) in bodies {
            keep(tx, holder, kind, body).await?;
        }
        Ok(())
    }
}

async fn keep(tx: &TenantTx, holder: &Tenant, kind: &str, body: String) -> Result<(), StoreError> {
    let id: SessionId = Id::mint(tx.clock(), tx.entropy());
    let row = kept_account::ActiveModel {
        id: Set(id.uuid()),
        kind: Set(kind.to_owned()),
        holder: Set(holder.name.clone()),
        body: Set(body),
        kept_at: Set(tx.now().millis()),
        expires_at: Set((tx.now() + ACCOUNTS_LAST).millis()),
    };
    tx.insert(row).await
}

impl PlatformTx {
    /// The last step: the rows of the erasure and of the tenant go, its short name is never given
    /// again, and a signed receipt is left under `link`. `None` when another replica was faster.
    pub async fn finish_erasure(
        &self,
        tenant: &Tenant,
        done: &Erasure,
    ) -> Result<Option<Signed<Receipt>>, StoreError> {
        let id = tenant.id.uuid();
        self.enter(tenant.id).await?;
        let head = ledger_head::Entity::find_by_id(id).one(self.db()).await?;
        ledger_head::Entity::delete_many()
            .filter(ledger_head::Column::TenantId.eq(id))
            .exec(self.db())
            .await?;
        let row = erasure::Entity::find_by_id(id).one(self.db()).await?;
        let gone = tenant::Entity::delete_many()
            .filter(tenant::Column::Id.eq(id))
            .exec(self.db())
            .await?;
        let (Some(row), 1) = (row, gone.rows_affected) else {
            return Ok(None);
        };
        erasure::Entity::delete_many()
            .filter(erasure::Column::TenantId.eq(id))
            .exec(self.db())
            .await?;
        let links = account_link::Entity::delete_many()
            .filter(account_link::Column::TenantId.eq(id))
            .exec(self.db())
            .await?;
        let accounts = account_tenant::Entity::delete_many()
            .filter(account_tenant::Column::TenantId.eq(id))
            .exec(self.db())
            .await?;
        self.retire(tenant.slug.as_str()).await?;
        let statement = self.receipt(
            tenant,
            done,
            ended(head)?,
            [
                ("account_links", links.rows_affected),
                ("account_tenants", accounts.rows_affected),
                ("erasures", 1),
                ("ledger_heads", 1),
                ("tenants", 1),
            ],
        );
        let receipt = attest::sign(self.vault(), statement);
        erasure_receipt::Entity::insert(erasure_receipt::ActiveModel {
            hash: Set(row.link_hash),
            receipt: Set(json(&receipt)?),
            at: Set(self.now().millis()),
            expires_at: Set((self.now() + RECEIPT_LASTS).millis()),
        })
        .exec_without_returning(self.db())
        .await?;
        Ok(Some(receipt))
    }

    fn receipt(
        &self,
        tenant: &Tenant,
        done: &Erasure,
        (ledger_seq, ledger_hash): (u64, ChainHash),
        last: [(&str, u64); 5],
    ) -> Receipt {
        let rows = |(table, rows): (&str, u64)| TableRows {
            table: table.to_owned(),
            rows,
        };
        let tables = done
            .gone
            .iter()
            .map(|(table, count)| (table.as_str(), *count));
        let kept = ["statements", "credit_notes"]
            .map(|table| done.gone.get(table).copied().unwrap_or_default());
        let kept: u64 = kept.into_iter().sum();
        let mut accounts = Vec::new();
        if kept > 0 {
            accounts.push(Kept {
                what: "closed statements and credit notes".to_owned(),
                count: kept,
                why: "tax law".to_owned(),
                until: (self.now() + ACCOUNTS_LAST).millis(),
            });
        }
        Receipt {
            tenant: tenant.id,
            slug: tenant.slug.to_string(),
            name: tenant.name.clone(),
            requested_by: done.by.clone(),
            requested_at: done.requested_at.millis(),
            begun_at: done.begun_at.unwrap_or(done.due_at).millis(),
            erased_at: self.now().millis(),
            data_key: "destroyed".to_owned(),
            ledger_seq,
            ledger_hash,
            erased: tables.chain(last).map(rows).collect(),
            kept: accounts,
        }
    }

    async fn retire(&self, slug: &str) -> Result<(), StoreError> {
        retired_slug::Entity::insert(retired_slug::ActiveModel {
            hash: Set(slug_hash(slug)),
            at: Set(self.now().millis()),
        })
        .on_conflict(
            OnConflict::column(retired_slug::Column::Hash)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.db())
        .await?;
        Ok(())
    }

    /// Whether an erased tenant had this short name: its addresses are still in people's clients.
    pub(crate) async fn is_retired(&self, slug: &str) -> Result<bool, StoreError> {
        let found = retired_slug::Entity::find_by_id(slug_hash(slug));
        Ok(found.one(self.db()).await?.is_some())
    }

    /// The receipt that a link leads to.
    pub async fn erasure_receipt(
        &self,
        link: &TokenHash,
    ) -> Result<Option<KeptReceipt>, StoreError> {
        let found = erasure_receipt::Entity::find_by_id(link.as_bytes().to_vec())
            .one(self.db())
            .await?
            .filter(|row| row.expires_at > self.now().millis());
        found
            .map(|row| {
                Ok(KeptReceipt {
                    receipt: read(&row.receipt, "erasure receipt")?,
                    expires_at: Timestamp::from_millis(row.expires_at),
                })
            })
            .transpose()
    }

    /// Removes receipts and kept accounts whose time is over; gives how many.
    pub async fn sweep_left_behind(&self) -> Result<u64, StoreError> {
        let now = self.now().millis();
        let receipts = erasure_receipt::Entity::delete_many()
            .filter(erasure_receipt::Column::ExpiresAt.lt(now))
            .exec(self.db())
            .await?;
        let accounts = kept_account::Entity::delete_many()
            .filter(kept_account::Column::ExpiresAt.lt(now))
            .exec(self.db())
            .await?;
        Ok(receipts.rows_affected + accounts.rows_affected)
    }
}

fn ended(head: Option<ledger_head::Model>) -> Result<(u64, ChainHash), StoreError> {
    let corrupt = || StoreError::Corrupt {
        what: "end of a ledger",
    };
    let head = head.ok_or_else(corrupt)?;
    let hash = head.hash.try_into().map_err(|_| corrupt())?;
    let seq = u64::try_from(head.seq).map_err(|_| corrupt())?;
    Ok((seq, ChainHash(hash)))
}

fn slug_hash(slug: &str) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update("short name of an erased tenant\0");
    hasher.update(slug);
    hasher.finalize().to_vec()
}
