//! Reading many entries, a part at a time, each with the hash before it.

use std::collections::HashMap;

use model::{AccountId, ChainHash, MemberId, audit::Row};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    LedgerView, StoredEntry,
    filter::{EntryFilter, Place},
    hash, stored,
};
use crate::{
    StoreError,
    entity::{account, console_access, ledger_entry, ledger_seal, member, within},
    ledger::signed,
};

/// Names that were read before.
#[derive(Debug, Default)]
pub struct Names {
    members: HashMap<MemberId, String>,
    accounts: HashMap<AccountId, String>,
}

/// Names that are remembered at most; then they are read again.
const MOST_NAMES: usize = 20_000;

impl Names {
    /// Name of the member or account that acted; empty when nobody did, or it is not known.
    pub fn of(&self, entry: &model::LedgerEntry) -> &str {
        let member = entry.member.and_then(|id| self.members.get(&id));
        let account = entry.account.and_then(|id| self.accounts.get(&id));
        member.or(account).map_or("", String::as_str)
    }

    /// The name of a member; empty when it is not known.
    pub fn member(&self, id: MemberId) -> &str {
        self.members.get(&id).map_or("", String::as_str)
    }
}

impl LedgerView<'_> {
    /// The entries that match after `after`, oldest first: in the order of the chain when the
    /// filter wants all, in the order of the list (reversed) otherwise.
    pub async fn after(
        &self,
        filter: &EntryFilter,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        use ledger_entry::Column;
        let mut query = filter.on(within::<ledger_entry::Entity>(self.0));
        if filter.is_all() {
            query = query.order_by_asc(Column::Seq);
            if let Some(place) = after {
                query = query.filter(Column::Seq.gt(signed(place.seq)));
            }
        } else {
            query = query.order_by_asc(Column::At).order_by_asc(Column::Seq);
            if let Some(place) = after {
                query = query.filter(place.beyond(true));
            }
        }
        let rows = query.limit(limit).all(self.0.db()).await?;
        rows.into_iter().map(stored).collect()
    }

    /// The same entries as rows for the world outside.
    pub async fn rows(
        &self,
        entries: Vec<StoredEntry>,
        names: &mut Names,
    ) -> Result<Vec<Row>, StoreError> {
        self.learn(&entries, names).await?;
        let mut known: HashMap<u64, ChainHash> =
            entries.iter().map(|one| (one.seq, one.hash)).collect();
        let missing: Vec<i64> = entries
            .iter()
            .filter(|one| one.seq > 1 && !known.contains_key(&(one.seq - 1)))
            .map(|one| signed(one.seq - 1))
            .collect();
        for part in missing.chunks(500) {
            let found: Vec<(i64, Vec<u8>)> = within::<ledger_entry::Entity>(self.0)
                .filter(ledger_entry::Column::Seq.is_in(part.iter().copied()))
                .select_only()
                .column(ledger_entry::Column::Seq)
                .column(ledger_entry::Column::Hash)
                .into_tuple()
                .all(self.0.db())
                .await?;
            for (seq, bytes) in found {
                known.insert(super::count(seq, "ledger place")?, hash(bytes)?);
            }
        }
        let mut rows = Vec::with_capacity(entries.len());
        for one in entries {
            let prev = match known.get(&(one.seq - 1)) {
                Some(prev) => *prev,
                None => self.sealed_hash(one.seq - 1).await?,
            };
            let who = names.of(&one.entry).to_owned();
            rows.push(Row::new(one.seq, prev, one.hash, one.entry, &who));
        }
        Ok(rows)
    }

    /// The hash before the first entry that is left.
    async fn sealed_hash(&self, seq: u64) -> Result<ChainHash, StoreError> {
        if seq == 0 {
            return Ok(ChainHash::GENESIS);
        }
        let row = within::<ledger_seal::Entity>(self.0)
            .filter(ledger_seal::Column::Seq.eq(signed(seq)))
            .one(self.0.db())
            .await?;
        match row {
            Some(row) => hash(row.hash),
            // A gap: the row will not hold, and that is what has to be seen.
            None => Ok(ChainHash::GENESIS),
        }
    }

    /// Members and accounts whose name holds `text`, up to a hundred of each: for the filter by
    /// person. Accounts are those with access to this tenant's console.
    pub async fn people_named(
        &self,
        text: &str,
    ) -> Result<(Vec<MemberId>, Vec<AccountId>), StoreError> {
        let members: Vec<uuid::Uuid> = within::<member::Entity>(self.0)
            .filter(member::Column::Name.contains(text))
            .select_only()
            .column(member::Column::Id)
            .limit(100)
            .into_tuple()
            .all(self.0.db())
            .await?;
        let own: Vec<uuid::Uuid> = within::<console_access::Entity>(self.0)
            .select_only()
            .column(console_access::Column::AccountId)
            .limit(1_000)
            .into_tuple()
            .all(self.0.db())
            .await?;
        let accounts: Vec<uuid::Uuid> = account::Entity::find()
            .filter(account::Column::Id.is_in(own))
            .filter(account::Column::Name.contains(text))
            .select_only()
            .column(account::Column::Id)
            .limit(100)
            .into_tuple()
            .all(self.0.db())
            .await?;
        Ok((
            members.into_iter().map(MemberId::from_uuid).collect(),
            accounts.into_iter().map(AccountId::from_uuid).collect(),
        ))
    }

    /// Reads the names of whoever acted.
    pub async fn learn(
        &self,
        entries: &[StoredEntry],
        names: &mut Names,
    ) -> Result<(), StoreError> {
        if names.members.len() + names.accounts.len() > MOST_NAMES {
            *names = Names::default();
        }
        let mut members: Vec<_> = entries
            .iter()
            .filter_map(|one| one.entry.member)
            .filter(|id| !names.members.contains_key(id))
            .collect();
        members.sort_unstable();
        members.dedup();
        for part in members.chunks(500) {
            let found: Vec<(uuid::Uuid, String)> = within::<member::Entity>(self.0)
                .filter(member::Column::Id.is_in(part.iter().map(|id| id.uuid())))
                .select_only()
                .column(member::Column::Id)
                .column(member::Column::Name)
                .into_tuple()
                .all(self.0.db())
                .await?;
            for (id, name) in found {
                names.members.insert(MemberId::from_uuid(id), name);
            }
        }
        let mut accounts: Vec<_> = entries
            .iter()
            .filter_map(|one| one.entry.account)
            .filter(|id| !names.accounts.contains_key(id))
            .collect();
        accounts.sort_unstable();
        accounts.dedup();
        for part in accounts.chunks(500) {
            // Accounts belong to no tenant; only the names of those that acted here are read.
            let found: Vec<(uuid::Uuid, String)> = account::Entity::find()
                .filter(account::Column::Id.is_in(part.iter().map(|id| id.uuid())))
                .select_only()
                .column(account::Column::Id)
                .column(account::Column::Name)
                .into_tuple()
                .all(self.0.db())
                .await?;
            for (id, name) in found {
                names.accounts.insert(AccountId::from_uuid(id), name);
            }
        }
        Ok(())
    }
}
