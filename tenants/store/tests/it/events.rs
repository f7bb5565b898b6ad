//! Events of Feishu: each once, by one replica at a time, proven by what was entered.

use std::time::Duration;

use model::{
    Timestamp,
    policy::{ReplaceApp, SetUpApp},
    role_mapping::Standing,
};
use store::{NewEvent, ProofPair, Store, TenantTx};
use vault::Secret;

use crate::{
    on_both,
    support::{Bench, acting_in, permit_for},
};

const LEASE: Duration = Duration::from_mins(1);

async fn write(store: &Store, tenant: &model::Tenant) -> TenantTx {
    store.scope(&acting_in(tenant)).write().await.unwrap()
}

fn pair(name: &str) -> ProofPair {
    ProofPair {
        encrypt_key: Secret::new(format!("{name} key")),
        token: Secret::new(format!("{name} token")),
    }
}

fn event(id: &str) -> NewEvent {
    NewEvent {
        id: id.to_owned(),
        kind: "contact.user.deleted_v3".to_owned(),
        person: "ou_1".to_owned(),
        gone: Some(Standing::Left),
        thing: String::new(),
        happened_at: Timestamp::from_millis(7),
    }
}

async fn what_proves_events_is_sealed_and_stays_good_for_a_while(bench: &Bench) {
    let permit = permit_for::<SetUpApp>(&bench.acme);
    let tx = write(&bench.store, &bench.acme).await;
    let events = tx.events();
    assert!(events.proofs().await.unwrap().is_empty());
    assert_eq!(events.state().await.unwrap(), None);
    events.prove_by(&permit, &pair("first")).await.unwrap();
    assert_eq!(events.proofs().await.unwrap(), [pair("first")]);
    events.refused("signature", 3).await.unwrap();
    events.prove_by(&permit, &pair("first")).await.unwrap();
    assert_eq!(events.state().await.unwrap().unwrap().replaced_at, None);
    events.prove_by(&permit, &pair("second")).await.unwrap();
    let both = [pair("second"), pair("first")];
    assert_eq!(events.proofs().await.unwrap(), both);
    let state = events.state().await.unwrap().unwrap();
    assert!(state.replaced_at.is_some());
    assert_eq!((state.refused, state.refused_at), (3, None));
    // The other tenant has none, and its permit opens nothing here.
    let foreign = permit_for::<SetUpApp>(&bench.other);
    assert!(events.prove_by(&foreign, &pair("third")).await.is_err());
    tx.commit().await.unwrap();
    let tx = write(&bench.store, &bench.other).await;
    assert!(tx.events().proofs().await.unwrap().is_empty());
    drop(tx);
    let tx = write(&bench.store, &bench.acme).await;
    assert!(tx.events().stop(&permit).await.unwrap());
    assert!(!tx.events().stop(&permit).await.unwrap());
    assert!(tx.events().proofs().await.unwrap().is_empty());
}

async fn an_event_is_kept_once_and_acted_on_by_one(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    assert!(tx.events().keep(&event("e1"), false).await.unwrap());
    assert!(!tx.events().keep(&event("e1"), false).await.unwrap());
    assert!(tx.events().keep(&event("e2"), true).await.unwrap());
    tx.commit().await.unwrap();
    // Another tenant's event of the same id is another event.
    let tx = write(&bench.store, &bench.other).await;
    assert!(tx.events().keep(&event("e1"), false).await.unwrap());
    drop(tx);

    let tx = write(&bench.store, &bench.acme).await;
    assert_eq!(tx.events().waiting(10).await.unwrap(), ["e1"]);
    let taken = tx.events().claim("e1", LEASE).await.unwrap().unwrap();
    assert_eq!((taken.event, taken.attempts), (event("e1"), 1));
    tx.commit().await.unwrap();
    let tx = write(&bench.store, &bench.acme).await;
    assert!(tx.events().claim("e1", LEASE).await.unwrap().is_none());
    assert!(tx.events().waiting(10).await.unwrap().is_empty());
    // Whoever had it vanished: it waits again.
    let past = tx.now() - LEASE;
    tx.events().put_off("e1", past).await.unwrap();
    let again = tx.events().claim("e1", LEASE).await.unwrap().unwrap();
    assert_eq!(again.attempts, 2);
    assert!(tx.events().finish("e1").await.unwrap());
    assert!(!tx.events().finish("e1").await.unwrap());
    tx.events().put_off("e1", past).await.unwrap();
    assert!(tx.events().claim("e1", LEASE).await.unwrap().is_none());
    let later = tx.now() + LEASE;
    assert_eq!(tx.events().sweep(past).await.unwrap(), 0);
    assert_eq!(tx.events().sweep(later).await.unwrap(), 2);
}

async fn a_look_that_is_asked_for_while_one_is_made_is_made_too(bench: &Bench) {
    let permit = permit_for::<SetUpApp>(&bench.acme);
    let tx = write(&bench.store, &bench.acme).await;
    let events = tx.events();
    events.prove_by(&permit, &pair("own")).await.unwrap();
    let (now, soon) = (tx.now(), tx.now() + LEASE);
    let until = tx.now() + LEASE * 10;
    assert!(!events.take_look(until).await.unwrap());
    events.look_at(soon).await.unwrap();
    events.look_at(soon + LEASE).await.unwrap();
    let state = events.state().await.unwrap().unwrap();
    assert_eq!(state.look_at, Some(soon), "the sooner one counts");
    assert!(!events.take_look(until).await.unwrap(), "it is not due yet");
    events.look_at(now).await.unwrap();
    assert!(events.take_look(until).await.unwrap());
    assert!(!events.take_look(until).await.unwrap(), "somebody is at it");
    events.look_at(soon).await.unwrap();
    events.looked(until).await.unwrap();
    let state = events.state().await.unwrap().unwrap();
    assert_eq!(state.look_at, Some(soon), "asked for meanwhile");
    events.look_at(now).await.unwrap();
    assert!(events.take_look(until).await.unwrap());
    events.looked(until).await.unwrap();
    assert_eq!(events.state().await.unwrap().unwrap().look_at, None);
}

async fn what_comes_is_counted_and_another_app_begins_anew(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    let permit = permit_for::<SetUpApp>(&bench.acme);
    tx.events().prove_by(&permit, &pair("own")).await.unwrap();
    tx.events().asked().await.unwrap();
    tx.events()
        .count("im.message.receive_v1", true)
        .await
        .unwrap();
    tx.events()
        .count("contact.user.deleted_v3", false)
        .await
        .unwrap();
    tx.events().refused("stale", 2).await.unwrap();
    let state = tx.events().state().await.unwrap().unwrap();
    assert_eq!((state.received, state.ignored, state.refused), (2, 1, 2));
    assert_eq!(state.received_kind, "contact.user.deleted_v3");
    assert_eq!(state.refused_for, "stale");
    assert!(state.asked_at.is_some() && state.received_at.is_some());
    tx.events().keep(&event("e1"), false).await.unwrap();
    let replace = permit_for::<ReplaceApp>(&bench.acme);
    let secret = Secret::new("another secret");
    let brand = model::Brand::Feishu;
    tx.app()
        .replace(&replace, brand, "cli_other", &secret)
        .await
        .unwrap();
    assert_eq!(tx.events().state().await.unwrap(), None);
    assert!(tx.events().waiting(10).await.unwrap().is_empty());
}

on_both!(
    what_proves_events_is_sealed_and_stays_good_for_a_while,
    an_event_is_kept_once_and_acted_on_by_one,
    a_look_that_is_asked_for_while_one_is_made_is_made_too,
    what_comes_is_counted_and_another_app_begins_anew,
);
