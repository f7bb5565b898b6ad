//! Second factors of accounts.

use std::{sync::Arc, time::Duration};

use model::{AccountId, Locale, ManualClock, OsEntropy, Timestamp};
use store::{NewAccount, Proven, Store, StoreOptions};
use vault::{RecoveryCode, TotpSecret};

use crate::{
    on_both,
    support::{Bench, connect_at, connect_through, key, vault},
};

const HALF_MINUTE: Duration = Duration::from_secs(30);

async fn account(store: &Store, name: &str) -> AccountId {
    let tx = store
        .platform("an account of a test")
        .write()
        .await
        .unwrap();
    let new = NewAccount {
        email: &format!("{name}@example.com"),
        name,
        password: None,
        operator: false,
        locale: Locale::En,
    };
    let id = tx.accounts().add(new).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

/// An account with a confirmed factor, whose latest code was that of `now`.
async fn protected(bench: &Bench, now: Timestamp) -> (AccountId, TotpSecret, Vec<RecoveryCode>) {
    let store = connect_at(&bench.url, now).await;
    let ann = account(&store, "ann").await;
    let tx = store.platform("protect").write().await.unwrap();
    let factors = tx.account_factors();
    let secret = factors.offer(ann).await.unwrap().unwrap();
    let code = secret.code_at(now).unwrap();
    let codes = factors.confirm(ann, &code).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (ann, secret, codes)
}

async fn prove(store: &Store, account: AccountId, typed: &str) -> Option<Proven> {
    let tx = store.platform("prove").write().await.unwrap();
    let proven = tx.account_factors().prove(account, typed).await.unwrap();
    tx.commit().await.unwrap();
    proven
}

async fn a_factor_holds_once_a_code_of_it_was_shown(bench: &Bench) {
    let ann = account(&bench.store, "ann").await;
    let tx = bench.store.platform("offer").write().await.unwrap();
    let factors = tx.account_factors();
    let offered = factors.offer(ann).await.unwrap().unwrap();
    let again = factors.offer(ann).await.unwrap().unwrap();
    assert_eq!(
        again.as_bytes(),
        offered.as_bytes(),
        "a reload shows the same"
    );
    assert_eq!(factors.of(ann).await.unwrap(), None);
    let code = offered.code_at(tx.now()).unwrap();
    assert_eq!(factors.prove(ann, &code).await.unwrap(), None, "not yet");
    let stale = offered.code_at(Timestamp::from_millis(0)).unwrap();
    assert!(factors.confirm(ann, &stale).await.unwrap().is_none());
    let codes = factors.confirm(ann, &code).await.unwrap().unwrap();
    assert_eq!(codes.len(), 10);
    let held = factors.of(ann).await.unwrap().unwrap();
    assert_eq!((held.since, held.codes_left), (tx.now(), 10));
    assert!(factors.offer(ann).await.unwrap().is_none(), "not replaced");
    assert!(factors.having(&[ann]).await.unwrap().contains(&ann));
    assert!(factors.remove(ann).await.unwrap());
    assert_eq!(factors.of(ann).await.unwrap(), None);
    assert!(!factors.remove(ann).await.unwrap());
}

async fn no_code_is_taken_twice(bench: &Bench) {
    let now = Timestamp::from_millis(1_795_410_000_000);
    let (ann, secret, codes) = protected(bench, now).await;
    let later = now + HALF_MINUTE;
    let store = connect_at(&bench.url, later).await;
    let first = secret.code_at(now).unwrap();
    let second = secret.code_at(later).unwrap();
    assert_eq!(prove(&store, ann, &first).await, None, "it confirmed");
    let (one, other) = tokio::join!(prove(&store, ann, &second), prove(&store, ann, &second));
    let taken = [one, other].into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(taken, [Proven::App], "of two at once one");
    let typed = codes[3].expose().to_uppercase();
    assert_eq!(prove(&store, ann, &typed).await, Some(Proven::Recovery));
    assert_eq!(prove(&store, ann, &typed).await, None);
    let ben = account(&store, "ben").await;
    assert_eq!(prove(&store, ben, &codes[4].expose()).await, None);
    let tx = store.platform("renew").write().await.unwrap();
    let held = tx.account_factors().of(ann).await.unwrap().unwrap();
    assert_eq!(held.codes_left, 9);
    let fresh = tx.account_factors().renew_codes(ann).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(prove(&store, ann, &codes[4].expose()).await, None);
    let proven = prove(&store, ann, &fresh[0].expose()).await;
    assert_eq!(proven, Some(Proven::Recovery));
}

async fn a_secret_survives_the_change_of_the_master_key(bench: &Bench) {
    let now = Timestamp::from_millis(1_795_410_000_000);
    let (ann, secret, _) = protected(bench, now).await;
    let options = || StoreOptions::new(&bench.url);
    let both = vault(key("k2", 8), vec![key("k1", 7)]);
    let store = connect_through(options(), both).await.unwrap();
    let tx = store.platform("rewrap").write().await.unwrap();
    assert_eq!(tx.account_factors().rewrap().await.unwrap(), 1);
    assert_eq!(tx.account_factors().rewrap().await.unwrap(), 0);
    tx.commit().await.unwrap();
    let clock = Arc::new(ManualClock::at(now + HALF_MINUTE));
    let alone = vault(key("k2", 8), vec![]);
    let store = Store::connect(options(), clock, Arc::new(OsEntropy), alone);
    let code = secret.code_at(now + HALF_MINUTE).unwrap();
    let proven = prove(&store.await.unwrap(), ann, &code).await;
    assert_eq!(proven, Some(Proven::App));
}

on_both!(
    a_factor_holds_once_a_code_of_it_was_shown,
    no_code_is_taken_twice,
    a_secret_survives_the_change_of_the_master_key,
);
