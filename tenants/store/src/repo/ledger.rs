//! Reading and checking a tenant's ledger.

use model::{
    AccountId, CallId, ChainHash, Channel, ClientId, EntryKind, GrantId, LedgerEntry, MemberId,
    Month, Outcome, TenantId, Timestamp,
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Page, Paged, StoreError, TenantTx,
    entity::{
        ledger_entry::{Column, Entity, Model},
        ledger_head, within,
    },
    ledger::signed,
};

/// Rows that the check of a chain reads at a time.
const STRIDE: u64 = 1_000;

/// The ledger of the transaction's tenant.
#[derive(Debug)]
pub struct LedgerView<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's ledger.
    pub const fn ledger(&self) -> LedgerView<'_> {
        LedgerView(self)
    }
}

/// Which entries are wanted. The default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of one kind.
    pub kind: Option<EntryKind>,
    /// Of one member.
    pub member: Option<MemberId>,
    /// Of one call.
    pub id: Option<CallId>,
    /// With one outcome.
    pub outcome: Option<Outcome>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
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

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// Place of the last entry; 0 for an empty chain.
    pub seq: u64,
    /// Its hash.
    pub hash: ChainHash,
}

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
}

/// What the check of a chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainReport {
    /// Entries that were checked.
    pub entries: u64,
    /// The head.
    pub head: ChainHead,
    /// The first break; `None` when the chain holds.
    pub broken: Option<ChainBreak>,
}

impl LedgerView<'_> {
    /// Entries, newest first.
    pub async fn list(
        &self,
        filter: &EntryFilter,
        page: &Page,
    ) -> Result<Paged<StoredEntry>, StoreError> {
        let mut query = within::<Entity>(self.0).order_by_desc(Column::Seq);
        if let Some(before) = page.start::<i64>()? {
            query = query.filter(Column::Seq.lt(before));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(Column::Kind.eq(kind.name()));
        }
        if let Some(member) = filter.member {
            query = query.filter(Column::MemberId.eq(member.uuid()));
        }
        if let Some(id) = filter.id {
            query = query.filter(Column::Id.eq(id.uuid()));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(Column::Outcome.eq(outcome.name()));
        }
        if let Some(since) = filter.since {
            query = query.filter(Column::At.gte(since.millis()));
        }
        if let Some(until) = filter.until {
            query = query.filter(Column::At.lt(until.millis()));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows
            .into_iter()
            .map(stored)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |stored| stored.seq))
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

    /// Checks the whole chain against its head.
    pub async fn verify_chain(&self) -> Result<ChainReport, StoreError> {
        self.verify_chain_with(None).await
    }

    /// As [`LedgerView::verify_chain`], and also against a head that was kept elsewhere: whoever
    /// can write to the database can rewrite the whole chain, but not what is kept elsewhere.
    pub async fn verify_chain_with(
        &self,
        remembered: Option<ChainHead>,
    ) -> Result<ChainReport, StoreError> {
        let head = self.head().await?;
        let mut seq = 0;
        let mut running = ChainHash::GENESIS;
        let mut witnessed = remembered.is_none_or(|known| known.seq == 0);
        loop {
            let rows = within::<Entity>(self.0)
                .filter(Column::Seq.gt(signed(seq)))
                .order_by_asc(Column::Seq)
                .limit(STRIDE)
                .all(self.0.db())
                .await?;
            let last = (rows.len() as u64) < STRIDE;
            for row in rows {
                let expected = seq + 1;
                let report = |broken| ChainReport {
                    entries: seq,
                    head,
                    broken: Some(broken),
                };
                if row.seq != signed(expected) {
                    return Ok(report(ChainBreak::Missing(expected)));
                }
                // A row that cannot even be read was changed.
                let Ok(found) = stored(row) else {
                    return Ok(report(ChainBreak::Changed(expected)));
                };
                running = running.then(expected, &found.entry);
                if running != found.hash {
                    return Ok(report(ChainBreak::Changed(expected)));
                }
                witnessed |= remembered
                    == Some(ChainHead {
                        seq: expected,
                        hash: running,
                    });
                seq = expected;
            }
            if last {
                break;
            }
        }
        let broken = if (head.seq, head.hash) != (seq, running) {
            Some(ChainBreak::HeadDiffers {
                head: head.seq,
                found: seq,
            })
        } else if witnessed {
            None
        } else {
            remembered.map(|known| ChainBreak::Rewritten(known.seq))
        };
        Ok(ChainReport {
            entries: seq,
            head,
            broken,
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

fn hash(bytes: Vec<u8>) -> Result<ChainHash, StoreError> {
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
