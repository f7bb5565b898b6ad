//! The set-up of an app: steps, looks, secrets and links.

use std::time::Duration;

use model::{
    Access, Brand, Id, Milestone, OsEntropy, Principal, Purpose,
    policy::{ManageTenant, ReplaceApp, SetUpApp},
};
use store::{NewGrant, NewMember, Store, TenantTx};
use vault::{Token, TokenHash, TokenKind};

use crate::{
    on_both,
    support::{Bench, acting_in, permit_for, person},
};

async fn write(store: &Store, tenant: &model::Tenant) -> TenantTx {
    store.scope(&acting_in(tenant)).write().await.unwrap()
}

fn hash(kind: TokenKind) -> TokenHash {
    Token::mint(kind, &OsEntropy).hash()
}

async fn only_the_first_time_of_a_step_counts(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    let first = tx.onboarding().reached().await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    tx.onboarding().reach(Milestone::Created).await.unwrap();
    tx.onboarding().signed_in().await.unwrap();
    let reached = tx.onboarding().reached().await.unwrap();
    assert_eq!(reached[0], first[0]);
    assert_eq!(reached[1].0, Milestone::SignedIn);
    tx.commit().await.unwrap();
    let tx = write(&bench.store, &bench.other).await;
    assert_eq!(tx.onboarding().reached().await.unwrap().len(), 1);
}

async fn a_fault_is_dated_from_its_first_sight_until_it_is_gone(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    let look = tx.onboarding();
    let first = look.keep_check(2, "{}").await.unwrap().red_since;
    assert!(first.is_some());
    tx.commit().await.unwrap();
    let tx = write(&bench.store, &bench.acme).await;
    let look = tx.onboarding();
    assert_eq!(look.keep_check(1, "{}").await.unwrap().red_since, first);
    assert_eq!(look.keep_check(0, "{}").await.unwrap().red_since, None);
    assert_eq!(look.check().await.unwrap().unwrap().red, 0);
    let other = write(&bench.store, &bench.other);
    drop(tx);
    assert_eq!(other.await.onboarding().check().await.unwrap(), None);
}

async fn a_sign_in_takes_an_earlier_refusal_back(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    tx.onboarding().refused(20010).await.unwrap();
    let seen = tx.onboarding().sightings().await.unwrap();
    assert_eq!((seen.signed_in_at, seen.refusal), (None, Some(20010)));
    tx.onboarding().signed_in().await.unwrap();
    tx.onboarding().refused(20002).await.unwrap();
    let seen = tx.onboarding().sightings().await.unwrap();
    assert!(seen.signed_in_at.is_some());
    tx.onboarding().signed_in().await.unwrap();
    assert_eq!(tx.onboarding().sightings().await.unwrap().refusal, None);
}

async fn the_secret_before_stays_at_hand_and_can_come_back(bench: &Bench) {
    let permit = permit_for::<SetUpApp>(&bench.acme);
    let tx = write(&bench.store, &bench.acme).await;
    let app = tx.app();
    assert!(!app.roll_back(&permit).await.unwrap());
    let until = tx.now() + Duration::from_mins(15);
    app.announce(&permit, until).await.unwrap();
    let secrets = app.secrets().await.unwrap();
    assert_eq!(secrets.announced_until, Some(until));
    assert_eq!(secrets.current.expose(), "secret of acme");
    app.rotate(&permit, &"second".into()).await.unwrap();
    let secrets = app.secrets().await.unwrap();
    assert_eq!(secrets.current.expose(), "second");
    assert_eq!(secrets.previous.unwrap().expose(), "secret of acme");
    assert_eq!(secrets.announced_until, None);
    assert!(app.roll_back(&permit).await.unwrap());
    assert_eq!(app.secret().await.unwrap().expose(), "secret of acme");
    let secret = "x".into();
    let entered = app.set_up(&permit, Brand::Lark, "cli_other", &secret);
    assert!(!entered.await.unwrap(), "another app is no set-up");
}

async fn another_app_ends_what_belonged_to_the_one_before(bench: &Bench) {
    let tx = write(&bench.store, &bench.acme).await;
    let ann = tx
        .members()
        .upsert_signed_in(NewMember {
            union_id: Some("on_ann".to_owned()),
            ..person("ou_ann")
        })
        .await
        .unwrap();
    let grant = tx
        .grants()
        .add(NewGrant {
            member: ann.id,
            client: Id::mint(&model::SystemClock, &OsEntropy),
            client_name: "Client",
            vouched_by: None,
            returns_to: "",
            access: Access::Read,
            resource: "https://x/mcp",
            expires_at: tx.now() + Duration::from_hours(1),
        })
        .await
        .unwrap();
    assert!(tx.pages().belongs_to("enterprise").await.unwrap());
    tx.onboarding().keep_check(1, "{}").await.unwrap();
    let permit = permit_for::<ReplaceApp>(&bench.acme);
    let (app, secret) = (tx.app(), "new".into());
    let replaced = app.replace(&permit, Brand::Lark, "cli_new", &secret);
    assert_eq!(replaced.await.unwrap(), 1);
    let again = tx
        .members()
        .upsert_signed_in(NewMember {
            union_id: Some("on_ann".to_owned()),
            ..person("ou_ann_in_the_new_app")
        })
        .await
        .unwrap();
    assert_eq!(again.id, ann.id, "the same person, under another app's id");
    let row = tx.grants().get(grant).await.unwrap().unwrap();
    assert_eq!(row.revoked_for.as_deref(), Some("app_replaced"));
    assert_eq!(tx.onboarding().check().await.unwrap(), None);
    assert!(tx.pages().belongs_to("another enterprise").await.unwrap());
    assert_eq!(tx.app().secret().await.unwrap().expose(), "new");
    tx.commit().await.unwrap();
    bench.store.tenant_changed(bench.acme.id).await;
    let entry = bench
        .store
        .directory()
        .by_id(bench.acme.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (entry.tenant.brand, entry.tenant.app_id.as_str()),
        (Brand::Lark, "cli_new")
    );
}

async fn a_link_is_one_browsers_and_not_for_ever(bench: &Bench) {
    let permit = permit_for::<ManageTenant>(&bench.acme);
    let token = hash(TokenKind::Link);
    let tx = write(&bench.store, &bench.acme).await;
    let until = tx.now() + Duration::from_mins(15);
    let id = tx
        .handovers()
        .make(&permit, &token, "set_up", "Ann", until)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let found = bench
        .store
        .lookup(&token)
        .await
        .unwrap()
        .handover()
        .await
        .unwrap();
    assert_eq!(found.unwrap().tenant, bench.acme.id);
    let strange = bench.store.lookup(&hash(TokenKind::Link)).await.unwrap();
    assert!(strange.handover().await.unwrap().is_none());

    let link = Principal::platform(bench.acme.id, Purpose::Link);
    let tx = bench.store.scope(&link).write().await.unwrap();
    assert!(
        tx.handovers()
            .bind(id, &hash(TokenKind::Browser))
            .await
            .unwrap()
    );
    assert!(
        !tx.handovers()
            .bind(id, &hash(TokenKind::Browser))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    // Another tenant's transaction does not reach it.
    let tx = write(&bench.store, &bench.other).await;
    assert!(tx.handovers().get(id).await.unwrap().is_none());
    drop(tx);

    let tx = write(&bench.store, &bench.acme).await;
    let second = hash(TokenKind::Link);
    let id = tx
        .handovers()
        .make(&permit, &second, "set_up", "Ann", tx.now())
        .await
        .unwrap();
    let browser = hash(TokenKind::Browser);
    assert!(
        !tx.handovers().bind(id, &browser).await.unwrap(),
        "it is over"
    );
    assert!(tx.handovers().open_one("set_up").await.unwrap().is_none());
}

on_both!(
    only_the_first_time_of_a_step_counts,
    a_fault_is_dated_from_its_first_sight_until_it_is_gone,
    a_sign_in_takes_an_earlier_refusal_back,
    the_secret_before_stays_at_hand_and_can_come_back,
    another_app_ends_what_belonged_to_the_one_before,
    a_link_is_one_browsers_and_not_for_ever,
);
