//! Tenants cannot meet: by type and predicate on both databases.

use model::{Role, RoleSet, policy::SetUpApp};
use sea_orm::ConnectionTrait;
use store::{Page, StoreError};

use crate::{
    on_both,
    support::{Bench, acting_in, permit, permit_for, person},
};

on_both!(
    a_member_is_invisible_and_untouchable_from_another_tenant,
    a_permit_of_another_tenant_is_refused,
    an_app_secret_opens_for_its_own_tenant_alone,
    a_dropped_transaction_leaves_nothing,
    a_second_sign_in_keeps_the_roles_that_an_admin_set,
    a_taken_slug_is_a_conflict_of_the_same_name,
    lists_come_in_pages,
    contended_work_runs_again_as_a_whole,
    the_master_key_can_be_replaced,
);

async fn a_member_is_invisible_and_untouchable_from_another_tenant(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    let ann = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let tx = bench.write(&bench.other).await;
    assert_eq!(tx.members().get(ann.id).await.unwrap(), None);
    assert_eq!(tx.members().find_by_open_id("ou_ann").await.unwrap(), None);
    assert!(
        tx.members()
            .list(&Page::first(10))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let admin = RoleSet::EMPTY.with(Role::Admin);
    let changed = tx
        .members()
        .set_roles(&permit(&bench.other), ann.id, admin)
        .await;
    assert!(!changed.unwrap());
    // The same Feishu id in another tenant's app is another person.
    let twin = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    assert_ne!(twin.id, ann.id);
    tx.commit().await.unwrap();

    let tx = bench.read(&bench.acme).await;
    assert_eq!(tx.members().get(ann.id).await.unwrap(), Some(ann));
    assert_eq!(tx.members().get(twin.id).await.unwrap(), None);
}

async fn a_permit_of_another_tenant_is_refused(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    let ann = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    let foreign = permit(&bench.other);
    let refused = tx
        .members()
        .set_roles(&foreign, ann.id, RoleSet::EMPTY)
        .await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
    let foreign = permit_for::<SetUpApp>(&bench.other);
    let refused = tx.app().rotate(&foreign, &"x".into()).await;
    assert!(matches!(refused, Err(StoreError::ForeignPermit)));
}

async fn an_app_secret_opens_for_its_own_tenant_alone(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    assert_eq!(tx.app().secret().await.unwrap().expose(), "secret of acme");
    let new = "a new secret".into();
    tx.app()
        .rotate(&permit_for::<SetUpApp>(&bench.acme), &new)
        .await
        .unwrap();
    assert_eq!(tx.app().secret().await.unwrap().expose(), "a new secret");
    tx.commit().await.unwrap();
    // Whoever can write to the database puts acme's sealed secret into the other tenant's row.
    bench
        .tamper(&format!(
            "UPDATE tenant_apps SET app_secret = \
             (SELECT app_secret FROM tenant_apps WHERE tenant_id = {}) WHERE tenant_id = {}",
            bench.sql_id(bench.acme.id.uuid()),
            bench.sql_id(bench.other.id.uuid()),
        ))
        .await;
    let tx = bench.read(&bench.other).await;
    assert!(matches!(tx.app().secret().await, Err(StoreError::Vault(_))));
}

async fn a_dropped_transaction_leaves_nothing(bench: &Bench) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let tx = scope.write().await.unwrap();
    tx.members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    drop(tx);
    let tx = scope.write().await.unwrap();
    assert_eq!(tx.members().find_by_open_id("ou_ann").await.unwrap(), None);
}

async fn a_second_sign_in_keeps_the_roles_that_an_admin_set(bench: &Bench) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let tx = scope.write().await.unwrap();
    let ann = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    let admin = RoleSet::EMPTY.with(Role::Admin);
    assert!(
        tx.members()
            .set_roles(&permit(&bench.acme), ann.id, admin)
            .await
            .unwrap()
    );
    let again = tx
        .members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    assert_eq!((again.id, again.roles), (ann.id, admin));
}

async fn a_taken_slug_is_a_conflict_of_the_same_name(bench: &Bench) {
    let tx = bench.store.platform("test").write().await.unwrap();
    let refused = tx.tenants().add(crate::support::new_tenant("acme")).await;
    let error = refused.unwrap_err();
    assert!(error.is_conflict("uq_tenants_slug"), "{error:?}");
}

async fn lists_come_in_pages(bench: &Bench) {
    let tx = bench.write(&bench.acme).await;
    for number in 0..5 {
        tx.members()
            .upsert_signed_in(person(&format!("ou_{number}")))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut page = Page::first(2);
    loop {
        let found = tx.members().list(&page).await.unwrap();
        seen.extend(found.items.into_iter().map(|member| member.open_id));
        match found.next {
            Some(cursor) => page = Page::first(2).after(cursor),
            None => break,
        }
    }
    seen.sort();
    assert_eq!(seen, ["ou_0", "ou_1", "ou_2", "ou_3", "ou_4"]);
    assert!(
        tx.members()
            .list(&Page::first(2).after("nonsense"))
            .await
            .is_err()
    );
}

async fn contended_work_runs_again_as_a_whole(bench: &Bench) {
    let scope = bench.store.scope(&acting_in(&bench.acme));
    let runs = std::sync::atomic::AtomicU32::new(0);
    let done = scope
        .retrying(&runs, |tx, runs| {
            Box::pin(async move {
                tx.members().upsert_signed_in(person("ou_ann")).await?;
                if runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 {
                    return Err(StoreError::Contended);
                }
                Ok(tx.members().list(&Page::first(5)).await?.items.len())
            })
        })
        .await;
    assert_eq!(done.unwrap(), 1);
    assert_eq!(runs.into_inner(), 3);
    let count = bench.owner.query_all_raw(sea_orm::Statement::from_string(
        bench.owner.get_database_backend(),
        "SELECT 1 FROM members",
    ));
    assert_eq!(count.await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_in_memory_is_ready_at_once_and_private() {
    let (one, two) = tokio::join!(
        crate::support::connect("sqlite::memory:"),
        crate::support::connect("sqlite::memory:"),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let tx = one.platform("test").write().await.unwrap();
    tx.tenants()
        .add(crate::support::new_tenant("acme"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let slug = "acme".parse().unwrap();
    assert!(one.directory().by_slug(&slug).await.unwrap().is_some());
    assert!(two.directory().by_slug(&slug).await.unwrap().is_none());
}

async fn the_master_key_can_be_replaced(bench: &Bench) {
    use crate::support::{connect_through, key, vault};
    let options = || store::StoreOptions::new(bench.url.clone());
    let both = vault(key("k2", 8), vec![key("k1", 7)]);
    let rotating = connect_through(options(), both).await.unwrap();
    let tx = rotating.platform("test").write().await.unwrap();
    assert_eq!(tx.tenants().rewrap_data_keys().await.unwrap(), 2);
    assert_eq!(tx.tenants().rewrap_data_keys().await.unwrap(), 0);
    let usage = tx.tenants().key_usage().await.unwrap();
    assert_eq!(usage, [("k2".to_owned(), 2)].into());
    tx.commit().await.unwrap();
    let after = connect_through(options(), vault(key("k2", 8), vec![]))
        .await
        .unwrap();
    let tx = after.scope(&acting_in(&bench.acme)).read().await.unwrap();
    assert_eq!(tx.app().secret().await.unwrap().expose(), "secret of acme");
    let before = crate::support::connect(&bench.url).await.unwrap();
    let tx = before.scope(&acting_in(&bench.acme)).read().await.unwrap();
    let refused = tx.app().secret().await.unwrap_err();
    assert!(matches!(
        refused,
        StoreError::Vault(::vault::VaultError::UnknownKey { .. })
    ));
}
