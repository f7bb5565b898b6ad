//! Group commit: nothing lost, nothing twice, one chain per tenant.

use std::collections::BTreeSet;

use model::{EntryKind, Outcome, TenantId, Timestamp};
use store::{EntryFilter, Page, Store, StoreError};

use crate::{
    on_both,
    support::{Bench, acting_in, connect, entry},
};

on_both!(
    every_acknowledged_entry_has_its_own_place,
    two_replicas_share_one_chain,
    acts_and_calls_share_one_chain,
    an_act_that_is_undone_leaves_no_entry,
    an_entry_recorded_twice_keeps_its_place,
    a_caller_that_goes_away_does_not_take_its_entry_with_it,
    an_unknown_tenant_does_not_spoil_the_batch,
    a_ledger_that_cannot_write_says_so,
    only_delivered_calls_are_counted,
    entries_come_back_as_they_were_written,
);

async fn record_many(store: &Store, bench: &Bench, count: usize) -> Vec<u64> {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let (ledger, entry) = (store.ledger().clone(), entry(&bench.acme));
            tokio::spawn(async move { ledger.record(entry).await.unwrap() })
        })
        .collect();
    let mut places = Vec::new();
    for task in tasks {
        places.push(task.await.unwrap());
    }
    places
}

async fn every_acknowledged_entry_has_its_own_place(bench: &Bench) {
    let places: BTreeSet<_> = record_many(&bench.store, bench, 300)
        .await
        .into_iter()
        .collect();
    assert_eq!(places, (1..=300).collect());
    let tx = bench.read(&bench.acme).await;
    let report = tx.ledger().verify_chain().await.unwrap();
    assert_eq!((report.entries, report.broken), (300, None));
}

async fn two_replicas_share_one_chain(bench: &Bench) {
    let replica = connect(&bench.url).await.unwrap();
    let (one, two) = tokio::join!(
        record_many(&bench.store, bench, 100),
        record_many(&replica, bench, 100)
    );
    let places: BTreeSet<_> = one.into_iter().chain(two).collect();
    assert_eq!(places, (1..=200).collect());
    let tx = bench.read(&bench.acme).await;
    assert_eq!(tx.ledger().verify_chain().await.unwrap().broken, None);
}

async fn acts_and_calls_share_one_chain(bench: &Bench) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let acts = async {
        let mut places = Vec::new();
        for _ in 0..20 {
            let act = entry(&bench.acme);
            let recorded = scope.retrying(&act, |tx, act| Box::pin(tx.record(act)));
            places.push(recorded.await.unwrap());
        }
        places
    };
    let (acts, calls) = tokio::join!(acts, record_many(&bench.store, bench, 60));
    let places: BTreeSet<_> = acts.into_iter().chain(calls).collect();
    assert_eq!(places, (1..=80).collect());
    let tx = scope.read().await.unwrap();
    assert_eq!(tx.ledger().verify_chain().await.unwrap().broken, None);
}

async fn an_act_that_is_undone_leaves_no_entry(bench: &Bench) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let tx = scope.write().await.unwrap();
    assert_eq!(tx.record(&entry(&bench.acme)).await.unwrap(), 1);
    drop(tx);
    let tx = scope.write().await.unwrap();
    let foreign = tx.record(&entry(&bench.other)).await;
    assert!(foreign.is_err(), "an entry of another tenant");
    assert_eq!(tx.record(&entry(&bench.acme)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let tx = scope.read().await.unwrap();
    let report = tx.ledger().verify_chain().await.unwrap();
    assert_eq!((report.entries, report.broken), (1, None));
}

async fn an_entry_recorded_twice_keeps_its_place(bench: &Bench) {
    let ledger = bench.store.ledger();
    let call = entry(&bench.acme);
    let mut intent = call.clone();
    intent.kind = EntryKind::Intent;
    assert_eq!(ledger.record(call.clone()).await.unwrap(), 1);
    assert_eq!(
        ledger.record(intent).await.unwrap(),
        2,
        "another kind is another entry"
    );
    let again = tokio::join!(
        ledger.record(call.clone()),
        ledger.record(entry(&bench.acme))
    );
    assert_eq!((again.0.unwrap(), again.1.unwrap()), (1, 3));
    let twice = tokio::join!(ledger.record(call.clone()), ledger.record(call));
    assert_eq!((twice.0.unwrap(), twice.1.unwrap()), (1, 1));
    let tx = bench.read(&bench.acme).await;
    assert_eq!(tx.ledger().verify_chain().await.unwrap().entries, 3);
    assert_eq!(tx.ledger().usage(entry(&bench.acme).at).await.unwrap(), 2);
}

async fn a_caller_that_goes_away_does_not_take_its_entry_with_it(bench: &Bench) {
    let ledger = bench.store.ledger();
    for _ in 0..20 {
        let mut waiting = Box::pin(ledger.record(entry(&bench.acme)));
        // Handed over at the first poll; then the caller is gone.
        let first =
            std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx).is_ready()));
        first.await;
    }
    let place = ledger.record(entry(&bench.acme)).await.unwrap();
    assert_eq!(place, 21);
}

async fn an_unknown_tenant_does_not_spoil_the_batch(bench: &Bench) {
    let ledger = bench.store.ledger();
    let mut stranger = entry(&bench.acme);
    stranger.tenant = TenantId::from_uuid(sea_orm::prelude::Uuid::from_u128(1));
    let (good, bad, other) = tokio::join!(
        ledger.record(entry(&bench.acme)),
        ledger.record(stranger),
        ledger.record(entry(&bench.other)),
    );
    assert_eq!((good.unwrap(), other.unwrap()), (1, 1));
    assert!(matches!(bad, Err(StoreError::UnknownTenant)));
}

async fn a_ledger_that_cannot_write_says_so(bench: &Bench) {
    bench
        .store
        .ledger()
        .record(entry(&bench.acme))
        .await
        .unwrap();
    bench.tamper("ALTER TABLE ledger RENAME TO elsewhere").await;
    assert!(
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .is_err()
    );
    bench.tamper("ALTER TABLE elsewhere RENAME TO ledger").await;
    assert_eq!(
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .unwrap(),
        2
    );
}

async fn only_delivered_calls_are_counted(bench: &Bench) {
    for outcome in Outcome::ALL {
        let mut one = entry(&bench.acme);
        one.outcome = outcome;
        bench.store.ledger().record(one).await.unwrap();
    }
    let mut next_month = entry(&bench.acme);
    next_month.at = Timestamp::from_millis(1_796_083_200_000);
    bench
        .store
        .ledger()
        .record(next_month.clone())
        .await
        .unwrap();
    let tx = bench.read(&bench.acme).await;
    let usage = tx.ledger().usage(entry(&bench.acme).at).await.unwrap();
    assert_eq!(usage, 2, "ok and partial");
    assert_eq!(tx.ledger().usage(next_month.at).await.unwrap(), 1);
    let tx = bench.read(&bench.other).await;
    assert_eq!(tx.ledger().usage(entry(&bench.acme).at).await.unwrap(), 0);
}

async fn entries_come_back_as_they_were_written(bench: &Bench) {
    let (call, foreign) = (entry(&bench.acme), entry(&bench.other));
    let mut denied = entry(&bench.acme);
    denied.outcome = Outcome::Denied;
    for one in [&call, &denied, &foreign] {
        bench.store.ledger().record(one.clone()).await.unwrap();
    }
    let tx = bench.read(&bench.acme).await;
    let all = tx
        .ledger()
        .list(&EntryFilter::default(), &Page::first(10))
        .await
        .unwrap();
    let entries: Vec<_> = all.items.iter().map(|stored| &stored.entry).collect();
    assert_eq!(entries, [&denied, &call]);
    let filter = EntryFilter {
        outcomes: vec![Outcome::Denied],
        ..EntryFilter::default()
    };
    let some = tx.ledger().list(&filter, &Page::first(10)).await.unwrap();
    assert_eq!(some.items.len(), 1);
}
