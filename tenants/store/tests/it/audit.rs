//! Lists, exports, checkpoints, seals and streams of the ledger.

mod lists;
mod proof;
mod streams;

use std::time::Duration;

use model::{
    Channel, EntryKind, LedgerEntry, Outcome, Role, RoleSet, Tenant, Timestamp,
    audit::{Checkpoint, Row, Signed},
    policy::{Effect, ManageTenant},
};
use sea_orm::ConnectionTrait as _;
use store::{
    AuditSettings, ChainBreak, ChainHead, DeadLetter, EntryFilter, Names, NewMember, NewStream,
    Page, Place, Store, StoreOptions, StoredEntry, StreamKind, TenantTx,
};
use vault::Secret;

use crate::{
    on_both,
    support::{Bench, acting_in, connect_at, connect_with, entry, permit_for},
};

const DAY: i64 = 86_400_000;

async fn read(bench: &Bench) -> TenantTx {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    scope.read().await.unwrap()
}

async fn write(store: &Store, tenant: &Tenant) -> TenantTx {
    store.scope(&acting_in(tenant)).write().await.unwrap()
}

async fn everything(tx: &TenantTx, filter: &EntryFilter, limit: u32) -> Vec<StoredEntry> {
    let mut found = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let part = tx.ledger().list(filter, &page).await.unwrap();
        found.extend(part.items);
        let Some(next) = part.next else { return found };
        page = Page::first(limit).after(next);
    }
}

fn entry_time() -> i64 {
    1_793_491_200_000
}

async fn exported(tx: &TenantTx, filter: &EntryFilter, part: u64) -> Vec<Row> {
    let (mut rows, mut names, mut after) = (Vec::new(), Names::default(), None);
    loop {
        let entries = tx.ledger().after(filter, after, part).await.unwrap();
        let Some(last) = entries.last().map(StoredEntry::place) else {
            return rows;
        };
        after = Some(last);
        rows.extend(tx.ledger().rows(entries, &mut names).await.unwrap());
    }
}
