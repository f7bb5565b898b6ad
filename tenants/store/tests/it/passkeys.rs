//! Passkeys of accounts, and questions to browsers.

use std::time::Duration;

use model::{AccountId, Locale, OsEntropy};
use store::{NewAccount, NewPasskey, PasskeyPurpose, PasskeyRemoval, PlatformTx, StoreError};
use vault::{PasskeyKey, Token, TokenHash, TokenKind};

use crate::{on_both, support::Bench};

async fn write(bench: &Bench) -> PlatformTx {
    bench.store.platform("test").write().await.unwrap()
}

async fn account(bench: &Bench, name: &str, password: Option<&str>) -> AccountId {
    let tx = write(bench).await;
    let accounts = tx.accounts();
    let new = NewAccount {
        email: &format!("{name}@example.com"),
        name,
        password,
        operator: false,
        locale: Locale::En,
    };
    let id = accounts.add(new).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

fn key(credential: &[u8]) -> PasskeyKey {
    PasskeyKey {
        credential: credential.to_vec(),
        text: "{}".to_owned(),
        counter: 3,
    }
}

fn new(account: AccountId, key: &PasskeyKey) -> NewPasskey<'_> {
    NewPasskey {
        account,
        key,
        name: "Laptop",
    }
}

fn browser() -> TokenHash {
    Token::mint(TokenKind::Browser, &OsEntropy).hash()
}

async fn a_credential_is_one_accounts_alone(bench: &Bench) {
    let ann = account(bench, "ann", None).await;
    let ben = account(bench, "ben", None).await;
    let tx = write(bench).await;
    tx.passkeys().add(new(ann, &key(b"one"))).await.unwrap();
    tx.commit().await.unwrap();
    let tx = write(bench).await;
    let taken = tx.passkeys().add(new(ben, &key(b"one"))).await;
    assert!(
        matches!(&taken, Err(StoreError::Conflict { constraint })
            if constraint == "uq_account_passkeys_credential"),
        "{taken:?}"
    );
    drop(tx);
    let tx = write(bench).await;
    let found = tx.passkeys().by_credential(b"one").await.unwrap().unwrap();
    assert_eq!((found.account, &found.key), (ann, &key(b"one")));
    assert_eq!(tx.passkeys().by_credential(b"two").await.unwrap(), None);
    assert_eq!(tx.passkeys().list_of(ben).await.unwrap(), []);
    let foreign = tx.passkeys().rename(ben, found.id, "Mine").await.unwrap();
    assert!(!foreign);
    let foreign = tx.passkeys().remove(ben, found.id).await.unwrap();
    assert_eq!(foreign, PasskeyRemoval::Missing);
    assert!(tx.passkeys().rename(ann, found.id, "Phone").await.unwrap());
    assert_eq!(tx.passkeys().list_of(ann).await.unwrap()[0].name, "Phone");
}

async fn signatures_are_counted_forwards_only(bench: &Bench) {
    let ann = account(bench, "ann", None).await;
    let tx = write(bench).await;
    let id = tx.passkeys().add(new(ann, &key(b"one"))).await.unwrap();
    for (counter, taken) in [(3, false), (2, false), (0, false), (4, true), (4, false)] {
        let used = tx.passkeys().used(id, counter).await.unwrap();
        assert_eq!(used, taken, "{counter}");
    }
    let row = tx.passkeys().by_credential(b"one").await.unwrap().unwrap();
    assert_eq!((row.key.counter, row.used_at), (4, Some(tx.now())));
    let synced = PasskeyKey {
        counter: 0,
        ..key(b"synced")
    };
    let id = tx.passkeys().add(new(ann, &synced)).await.unwrap();
    for _ in 0..2 {
        assert!(
            tx.passkeys().used(id, 0).await.unwrap(),
            "it counts nothing"
        );
    }
}

async fn the_last_way_to_sign_in_stays(bench: &Bench) {
    let ann = account(bench, "ann", None).await;
    let ben = account(bench, "ben", Some("$argon2id$")).await;
    let tx = write(bench).await;
    let one = tx.passkeys().add(new(ann, &key(b"one"))).await.unwrap();
    let two = tx.passkeys().add(new(ann, &key(b"two"))).await.unwrap();
    let his = tx.passkeys().add(new(ben, &key(b"his"))).await.unwrap();
    let remove = async |account, id| tx.passkeys().remove(account, id).await.unwrap();
    assert_eq!(remove(ann, one).await, PasskeyRemoval::Removed);
    assert_eq!(remove(ann, one).await, PasskeyRemoval::Missing);
    assert_eq!(remove(ann, two).await, PasskeyRemoval::LastWay);
    assert_eq!(tx.passkeys().list_of(ann).await.unwrap().len(), 1);
    assert_eq!(remove(ben, his).await, PasskeyRemoval::Removed);
}

async fn two_browsers_cannot_remove_the_last_two(bench: &Bench) {
    let ann = account(bench, "ann", None).await;
    let tx = write(bench).await;
    let one = tx.passkeys().add(new(ann, &key(b"one"))).await.unwrap();
    let two = tx.passkeys().add(new(ann, &key(b"two"))).await.unwrap();
    tx.commit().await.unwrap();
    let remove = async |id| {
        let tx = write(bench).await;
        let done = tx.passkeys().remove(ann, id).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        tx.commit().await.unwrap();
        done
    };
    let done = tokio::join!(remove(one), remove(two));
    assert_ne!(done.0, done.1, "one is the last");
    let tx = write(bench).await;
    assert_eq!(tx.passkeys().list_of(ann).await.unwrap().len(), 1);
}

async fn a_question_is_answered_once_and_for_what_it_asked(bench: &Bench) {
    use PasskeyPurpose::{Add, SignIn, StepUp};
    let ann = account(bench, "ann", None).await;
    let ben = account(bench, "ben", None).await;
    let minutes = Duration::from_mins(5);
    let ask = async |purpose, account, lasts| {
        let browser = browser();
        let tx = write(bench).await;
        let questions = tx.passkey_questions();
        let asked = questions.ask(purpose, account, &browser, "kept", lasts);
        asked.await.unwrap();
        tx.commit().await.unwrap();
        browser
    };
    let take = async |purpose, account, browser: &TokenHash| {
        let tx = write(bench).await;
        let taken = tx.passkey_questions().take(purpose, account, browser).await;
        tx.commit().await.unwrap();
        taken.unwrap().is_some()
    };
    let one = ask(Add, Some(ann), minutes).await;
    assert!(take(Add, Some(ann), &one).await);
    assert!(!take(Add, Some(ann), &one).await, "a second time");
    for (purpose, account) in [
        (StepUp, Some(ann)),
        (Add, Some(ben)),
        (Add, None),
        (SignIn, None),
    ] {
        let one = ask(Add, Some(ann), minutes).await;
        assert!(
            !take(purpose, account, &one).await,
            "{purpose:?} {account:?}"
        );
        assert!(!take(Add, Some(ann), &one).await, "a try uses it up");
    }
    assert!(!take(SignIn, None, &browser()).await, "nobody asked");
    let late = ask(SignIn, None, Duration::ZERO).await;
    assert!(!take(SignIn, None, &late).await, "its time is over");
}

on_both! {
    a_credential_is_one_accounts_alone,
    signatures_are_counted_forwards_only,
    the_last_way_to_sign_in_stays,
    two_browsers_cannot_remove_the_last_two,
    a_question_is_answered_once_and_for_what_it_asked,
}
