//! What the store refuses to start with, and the rights of the runtime role.

use super::*;

#[tokio::test]
async fn start_up_refuses_roles_that_the_wall_does_not_bind() {
    let bench = Bench::postgres().await;
    let refused = connect(&bench.owner_url).await.unwrap_err();
    assert!(matches!(
        refused,
        StoreError::UnsafeRole {
            why: "is a superuser",
            ..
        }
    ));
    let database = bench.url.rsplit('/').next().unwrap();
    for (tail, prepare, expected) in [
        (
            "by",
            "CREATE ROLE {} LOGIN BYPASSRLS",
            "bypasses row-level security",
        ),
        (
            "ow",
            "CREATE ROLE {} LOGIN; ALTER TABLE members OWNER TO {}",
            "owns tables, or may act as their owner",
        ),
    ] {
        let role = format!("{tail}_{database}");
        bench.tamper(&prepare.replace("{}", &role)).await;
        let url = bench.url.replace(migrations::RUNTIME_ROLE, &role);
        let refused = connect(&url).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::UnsafeRole { why, .. } if *why == expected),
            "{refused:?}"
        );
        bench
            .tamper(&format!(
                "ALTER TABLE members OWNER TO postgres; DROP ROLE {role}"
            ))
            .await;
    }
}

#[tokio::test]
async fn start_up_refuses_a_schema_that_is_behind() {
    let database = Database::fresh(On::Postgres);
    let (url, owner_url) = (&database.url, &database.owner_url);
    assert!(matches!(
        connect(url).await,
        Err(StoreError::SchemaBehind { .. })
    ));
    store::migrate(owner_url).await.unwrap();
    assert!(store::migrate(owner_url).await.unwrap().is_empty());
    connect(url).await.unwrap();
    raw(owner_url)
        .await
        .execute_unprepared("DELETE FROM seaql_migrations WHERE version LIKE 'm0002%'")
        .await
        .unwrap();
    let refused = connect(url).await.unwrap_err();
    let StoreError::SchemaBehind { pending } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(pending, ["m0002_members_and_ledger"]);
}

#[tokio::test]
async fn a_new_runtime_role_gets_its_rights_with_the_next_migration() {
    let bench = Bench::postgres().await;
    let role = format!("late_{}", bench.url.rsplit('/').next().unwrap());
    bench.tamper(&format!("CREATE ROLE {role} LOGIN")).await;
    store::migrate_for(&bench.owner_url, &role).await.unwrap();
    let store = connect(&bench.url.replace(migrations::RUNTIME_ROLE, &role))
        .await
        .unwrap();
    let tx = store.scope(&acting_in(&bench.acme)).write().await.unwrap();
    tx.members()
        .upsert_signed_in(person("ou_ann"))
        .await
        .unwrap();
    assert!(
        tx.app()
            .rotate(&permit_for::<SetUpApp>(&bench.acme), &"s".into())
            .await
            .is_ok()
    );
    drop(tx);
    drop(store);
    bench.tamper(&format!("DROP OWNED BY {role} CASCADE")).await;
    let _ = bench
        .owner
        .execute_unprepared(&format!("DROP ROLE {role}"))
        .await;
}
