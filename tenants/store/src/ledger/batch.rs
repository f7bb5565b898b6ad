//! One batch: sort by tenant, append, answer.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use model::{CallId, ChainHash, EntryKind, LedgerEntry, TenantId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
};

use super::{Waiting, count, rows, script};
use crate::{
    StoreError,
    engine::{Lane, Setting, set},
    entity::{ledger_entry, ledger_head},
    store::Shared,
};

/// Pauses before the attempts that follow a failed one.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(400),
];

type Key = (CallId, EntryKind);

/// The places of the entries of one tenant.
pub(super) type Places = HashMap<Key, u64>;

/// Appends a batch and answers every caller. When the batch fails as a whole, each tenant gets
/// attempts of its own, so that one tenant's trouble is not another's.
pub(super) async fn append(shared: &Shared, batch: Vec<Waiting>) {
    let mut tenants: BTreeMap<TenantId, Vec<Waiting>> = BTreeMap::new();
    for waiting in batch {
        tenants
            .entry(waiting.entry.tenant)
            .or_default()
            .push(waiting);
    }
    // Tenants in the order of their ids: two replicas lock their heads in the same order.
    match commit_all(shared, &tenants).await {
        Ok(mut places) => {
            for (tenant, waiting) in tenants {
                let known = places
                    .remove(&tenant)
                    .unwrap_or(Err(StoreError::Unavailable));
                answer(waiting, &known);
            }
        }
        Err(_) => {
            for (tenant, waiting) in tenants {
                let outcome = persist(shared, tenant, &waiting).await;
                answer(waiting, &outcome);
            }
        }
    }
}

fn answer(waiting: Vec<Waiting>, outcome: &Result<Places, StoreError>) {
    for one in waiting {
        let key = (one.entry.id, one.entry.kind);
        let place = match outcome {
            Ok(places) => places.get(&key).copied().ok_or(StoreError::Unavailable),
            Err(error) => Err(error.clone()),
        };
        // The caller may have gone away; its entry stands.
        let _ = one.answer.send(place);
    }
}

async fn commit_all(
    shared: &Shared,
    tenants: &BTreeMap<TenantId, Vec<Waiting>>,
) -> Result<HashMap<TenantId, Result<Places, StoreError>>, StoreError> {
    let transaction = shared.engine.begin(Lane::Ledger, Setting::Nothing).await?;
    let mut places = HashMap::new();
    for (tenant, waiting) in tenants {
        let entries = entries(waiting);
        let added = match extend(&transaction, *tenant, &entries, false).await {
            Err(StoreError::UnknownTenant) => Err(StoreError::UnknownTenant),
            other => Ok(other?),
        };
        places.insert(*tenant, added);
    }
    transaction.commit().await?;
    Ok(places)
}

/// Appends one tenant's entries after a failure. What an earlier attempt may have committed
/// without our hearing of it is looked up first, so nothing is appended twice.
async fn persist(
    shared: &Shared,
    tenant: TenantId,
    waiting: &[Waiting],
) -> Result<Places, StoreError> {
    let mut outcome = Err(StoreError::Unavailable);
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        outcome = async {
            let transaction = shared.engine.begin(Lane::Ledger, Setting::Nothing).await?;
            let places = extend(&transaction, tenant, &entries(waiting), true).await?;
            transaction.commit().await?;
            Ok(places)
        }
        .await;
        match &outcome {
            Err(StoreError::Contended | StoreError::Unavailable | StoreError::Conflict { .. }) => {}
            _ => break,
        }
    }
    if let Err(error) = &outcome {
        tracing::error!(%tenant, %error, entries = waiting.len(), "cannot write the ledger");
    }
    outcome
}

fn entries(waiting: &[Waiting]) -> Vec<&LedgerEntry> {
    waiting.iter().map(|one| &one.entry).collect()
}

/// Locks the head of the tenant's chain, appends what is not there yet, moves the head.
pub(super) async fn extend(
    db: &DatabaseTransaction,
    tenant: TenantId,
    entries: &[&LedgerEntry],
    careful: bool,
) -> Result<Places, StoreError> {
    set(db, &Setting::Tenant(tenant.uuid())).await?;
    let head = ledger_head::Entity::find()
        .filter(ledger_head::Column::TenantId.eq(tenant.uuid()))
        .lock_exclusive()
        .one(db)
        .await?
        .ok_or(StoreError::UnknownTenant)?;
    let mut places = if careful {
        known(db, tenant, entries).await?
    } else {
        Places::new()
    };
    let corrupt = StoreError::Corrupt {
        what: "ledger head",
    };
    let mut seq = u64::try_from(head.seq).map_err(|_| corrupt.clone())?;
    let mut hash = ChainHash(head.hash.try_into().map_err(|_| corrupt)?);
    let mut fresh = Vec::with_capacity(entries.len());
    for entry in entries.iter().copied() {
        let key = (entry.id, entry.kind);
        if places.contains_key(&key) {
            continue;
        }
        seq += 1;
        hash = hash.then(seq, entry);
        places.insert(key, seq);
        fresh.push((seq, hash, entry));
    }
    if fresh.is_empty() {
        return Ok(places);
    }
    let backend = db.get_database_backend();
    let mut steps: Vec<_> = rows::steps(backend, &fresh).collect();
    steps.push(rows::head(backend, tenant, seq, hash));
    let counted = fresh.iter().map(|(_, _, entry)| *entry);
    steps.extend(count::steps(backend, tenant, counted));
    script::run(db, steps).await?;
    Ok(places)
}

/// Where entries of this batch already stand.
async fn known(
    db: &DatabaseTransaction,
    tenant: TenantId,
    entries: &[&LedgerEntry],
) -> Result<Places, StoreError> {
    let ids = entries.iter().map(|entry| entry.id.uuid());
    let found = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::TenantId.eq(tenant.uuid()))
        .filter(ledger_entry::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let mut places = Places::new();
    for row in found {
        let kind = EntryKind::from_name(&row.kind).ok_or(StoreError::Corrupt {
            what: "ledger kind",
        })?;
        let seq = u64::try_from(row.seq).unwrap_or_default();
        places.insert((CallId::from_uuid(row.id), kind), seq);
    }
    Ok(places)
}
