//! Reading and checking a tenant's ledger.

pub(crate) mod export;
pub(crate) mod filter;
pub(crate) mod verify;
mod walk;

use model::{
    AccountId, CallId, ChainHash, Channel, ClientId, EntryKind, GrantId, LedgerEntry, MemberId,
    Month, Outcome, TenantId, Timestamp,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use self::filter::{EntryFilter, Place};
use crate::{
    StoreError, TenantTx,
    entity::{
        ledger_entry::{Column, Entity, Model},
        ledger_head, within,
    },
    ledger::signed,
};

/// The ledger of the transaction's tenant.
#[derive(Debug)]
pub struct LedgerView<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's ledger.
    pub const fn ledger(&self) -> LedgerView<'_> {
        LedgerView(self)
    }
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Place; 1 is the first.
    pub seq: u64,
    /// The entry.
    pub entry: LedgerEntry,
    /// Hash over everything up to it.
    pub hash: ChainHash,
}

impl StoredEntry {
    /// Where it stands in lists.
    pub const fn place(&self) -> Place {
        Place {
            at: self.entry.at.millis(),
            seq: self.seq,
        }
    }
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// Place of the last entry; 0 for an empty chain.
    pub seq: u64,
    /// Its hash.
    pub hash: ChainHash,
}

impl LedgerView<'_> {
    /// The entry at a place of the chain.
    pub async fn at(&self, seq: u64) -> Result<Option<StoredEntry>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::Seq.eq(signed(seq)))
            .one(self.0.db())
            .await?;
        row.map(stored).transpose()
    }

    /// The entries of one call, in the order of the chain: intent and outcome.
    pub async fn of_call(&self, id: CallId) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .order_by_asc(Column::Seq)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(stored).collect()
    }

    /// How many of the newest entries match, counted up to `most`.
    pub async fn count_up_to(&self, filter: &EntryFilter, most: u64) -> Result<u64, StoreError> {
        let found: Vec<i64> = filter
            .on(within::<Entity>(self.0))
            .select_only()
            .column(Column::Seq)
            .order_by_desc(Column::At)
            .limit(most)
            .into_tuple()
            .all(self.0.db())
            .await?;
        Ok(found.len() as u64)
    }

    /// The end of the chain.
    pub async fn head(&self) -> Result<ChainHead, StoreError> {
        let row = within::<ledger_head::Entity>(self.0)
            .one(self.0.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        Ok(ChainHead {
            seq: count(row.seq, "ledger head")?,
            hash: hash(row.hash)?,
        })
    }

    /// Calls since a moment, whatever became of them.
    pub async fn calls_since(&self, since: Timestamp) -> Result<u64, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Kind.eq(EntryKind::Call.name()))
            .filter(Column::At.gte(since.millis()));
        Ok(found.count(self.0.db()).await?)
    }

    /// Billable calls in the calendar month (UTC) of a moment.
    pub async fn usage(&self, at: Timestamp) -> Result<u64, StoreError> {
        let counted = self.0.usage().month(Month::of(at)).await?;
        Ok(counted.delivered)
    }
}

pub(crate) fn count(stored: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt { what })
}

pub(crate) fn hash(bytes: Vec<u8>) -> Result<ChainHash, StoreError> {
    let bytes = bytes.try_into();
    bytes.map(ChainHash).map_err(|_| StoreError::Corrupt {
        what: "ledger hash",
    })
}

pub(crate) fn stored(row: Model) -> Result<StoredEntry, StoreError> {
    let corrupt = |what| StoreError::Corrupt { what };
    Ok(StoredEntry {
        seq: count(row.seq, "ledger place")?,
        hash: hash(row.hash)?,
        entry: LedgerEntry {
            tenant: TenantId::from_uuid(row.tenant_id),
            id: CallId::from_uuid(row.id),
            kind: EntryKind::from_name(&row.kind).ok_or(corrupt("ledger kind"))?,
            at: Timestamp::from_millis(row.at),
            member: row.member_id.map(MemberId::from_uuid),
            account: row.account_id.map(AccountId::from_uuid),
            client: row.client_id.map(ClientId::from_uuid),
            client_name: row.client_name,
            grant: row.grant_id.map(GrantId::from_uuid),
            channel: Channel::from_name(&row.channel).ok_or(corrupt("ledger channel"))?,
            action: row.action,
            effect: row.effect,
            target: row.target,
            policy_version: row
                .policy_version
                .map(|version| count(version, "ledger policy version"))
                .transpose()?,
            decision: row.decision,
            outcome: Outcome::from_name(&row.outcome).ok_or(corrupt("ledger outcome"))?,
            fault: row.fault,
            feishu_log_id: row.feishu_log_id,
            upstream_calls: u32::try_from(row.upstream_calls)
                .map_err(|_| corrupt("ledger upstream calls"))?,
            duration_us: count(row.duration_us, "ledger duration")?,
            detail: row.detail,
        },
    })
}
