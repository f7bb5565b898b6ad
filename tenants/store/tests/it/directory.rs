//! The cache of tenants.

use model::policy::Rules;

use crate::{on_both, support::Bench};

on_both!(
    a_tenant_is_remembered_until_it_is_forgotten,
    tenants_are_remembered_apart,
    unknown_slugs_are_not_remembered,
);

async fn a_tenant_is_remembered_until_it_is_forgotten(bench: &Bench) {
    let directory = bench.store.directory();
    let before = directory.by_slug(&bench.acme.slug).await.unwrap().unwrap();
    assert_eq!(before.tenant, bench.acme);
    let tx = bench.store.platform("test").write().await.unwrap();
    let rules = Rules {
        read_only: true,
        ..before.rules.clone()
    };
    assert!(tx.tenants().set_rules(rules).await.unwrap());
    tx.commit().await.unwrap();
    let cached = directory.by_slug(&bench.acme.slug).await.unwrap().unwrap();
    assert!(!cached.rules.read_only);
    directory.forget(bench.acme.id).await;
    let fresh = directory.by_slug(&bench.acme.slug).await.unwrap().unwrap();
    assert!(fresh.rules.read_only);
    assert_eq!(fresh.rules.version, before.rules.version + 1);
}

async fn tenants_are_remembered_apart(bench: &Bench) {
    let directory = bench.store.directory();
    for _ in 0..2 {
        for tenant in [&bench.acme, &bench.other] {
            let by_slug = directory.by_slug(&tenant.slug).await.unwrap().unwrap();
            let by_id = directory.by_id(tenant.id).await.unwrap().unwrap();
            assert_eq!(
                (by_slug.tenant.id, by_slug.rules.tenant),
                (tenant.id, tenant.id)
            );
            assert_eq!(by_id.tenant, *tenant);
        }
    }
}

async fn unknown_slugs_are_not_remembered(bench: &Bench) {
    let directory = bench.store.directory();
    let slug = "newcomer".parse().unwrap();
    assert!(directory.by_slug(&slug).await.unwrap().is_none());
    let tx = bench.store.platform("test").write().await.unwrap();
    tx.tenants()
        .add(crate::support::new_tenant("newcomer"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(directory.by_slug(&slug).await.unwrap().is_some());
}
