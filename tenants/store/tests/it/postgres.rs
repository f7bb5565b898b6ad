//! Row-level security, roles, and cancelled transactions.

use std::time::Duration;

use model::policy::SetUpApp;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use store::{StoreError, StoreOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use tests::{Database, On};

use crate::support::{Bench, acting_in, connect, connect_with, permit_for, person, raw};

fn sql(text: impl Into<String>) -> Statement {
    Statement::from_string(DbBackend::Postgres, text.into())
}

async fn two_members(bench: &Bench) {
    for tenant in [&bench.acme, &bench.other] {
        let tx = bench.write(tenant).await;
        tx.members()
            .upsert_signed_in(person("ou_ann"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

/// Tables of the platform's accounts that only name a tenant: they hold nothing of it.
const NAMING: [&str; 2] = ["account_links", "account_tenants"];

#[tokio::test]
async fn every_table_with_a_tenant_has_forced_row_level_security() {
    let bench = Bench::postgres().await;
    let rows = bench
        .owner
        .query_all_raw(sql(
            "SELECT c.relname::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, \
             EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' \
               AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) AS walled, \
             (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies, \
             (SELECT i.indkey[0] = a.attnum FROM pg_index i \
               WHERE i.indrelid = c.oid AND i.indisprimary) AS leads, \
             has_table_privilege('feishu_mcp_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER') AS more \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' \
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace",
        ))
        .await
        .unwrap();
    let known: Vec<_> = migrations::tables()
        .into_iter()
        .filter(migrations::Table::is_tenant)
        .collect();
    assert_eq!(
        rows.len(),
        known.len() + NAMING.len(),
        "every tenant's table comes from the helper"
    );
    for row in rows {
        let name: String = row.try_get("", "name").unwrap();
        if NAMING.contains(&name.as_str()) {
            continue;
        }
        let table = known.iter().find(|table| table.name() == name).unwrap();
        assert!(
            row.try_get::<bool>("", "forced").unwrap(),
            "{name}: not forced"
        );
        assert!(
            row.try_get::<bool>("", "walled").unwrap(),
            "{name}: no policy for all"
        );
        assert!(
            row.try_get::<bool>("", "leads").unwrap(),
            "{name}: key begins elsewhere"
        );
        assert!(
            !row.try_get::<bool>("", "more").unwrap(),
            "{name}: too many rights"
        );
        let policies: i64 = row.try_get("", "policies").unwrap();
        assert_eq!(
            policies,
            1 + i64::try_from(table.lookups().len()).unwrap(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn raw_sql_of_the_runtime_role_sees_and_writes_one_tenant_only() {
    let bench = Bench::postgres().await;
    two_members(&bench).await;
    let runtime = raw(&bench.url).await;
    let (acme, other) = (bench.acme.id.uuid(), bench.other.id.uuid());
    let tx = runtime.begin().await.unwrap();
    tx.query_one_raw(sql(format!(
        "SELECT set_config('app.tenant_id', '{acme}', true)"
    )))
    .await
    .unwrap();
    assert_eq!(
        tx.query_all_raw(sql("SELECT * FROM members"))
            .await
            .unwrap()
            .len(),
        1
    );
    let hit = tx.execute_raw(sql(format!(
        "DELETE FROM members WHERE tenant_id = '{other}'"
    )));
    assert_eq!(hit.await.unwrap().rows_affected(), 0);
    let moved = tx
        .execute_raw(sql(format!("UPDATE members SET tenant_id = '{other}'")))
        .await;
    assert!(
        moved
            .unwrap_err()
            .to_string()
            .contains("row-level security")
    );
    drop(tx);
    let tx = runtime.begin().await.unwrap();
    tx.query_one_raw(sql(format!(
        "SELECT set_config('app.tenant_id', '{acme}', true)"
    )))
    .await
    .unwrap();
    let slipped = tx
        .execute_raw(sql(format!(
            "INSERT INTO usage_warnings VALUES ('{other}', 1, 80, 1, 1, 1)"
        )))
        .await;
    assert!(
        slipped
            .unwrap_err()
            .to_string()
            .contains("row-level security")
    );
}

#[tokio::test]
async fn a_used_connection_without_a_tenant_sees_nothing() {
    let bench = Bench::postgres().await;
    two_members(&bench).await;
    let runtime = raw(&bench.url).await;
    assert!(
        runtime
            .query_all_raw(sql("SELECT * FROM members"))
            .await
            .unwrap()
            .is_empty()
    );
    let tx = runtime.begin().await.unwrap();
    let set = format!(
        "SELECT set_config('app.tenant_id', '{}', true)",
        bench.acme.id.uuid()
    );
    tx.query_one_raw(sql(set)).await.unwrap();
    tx.commit().await.unwrap();
    // One connection: the setting comes back as the empty string, not as NULL.
    let left = runtime
        .query_one_raw(sql("SELECT current_setting('app.tenant_id', true) AS left"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(left.try_get::<String>("", "left").unwrap(), "");
    assert!(
        runtime
            .query_all_raw(sql("SELECT * FROM members"))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        runtime
            .query_all_raw(sql("SELECT * FROM tenant_keys"))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_lookup_shows_the_row_of_its_hash_and_cannot_write() {
    let bench = Bench::postgres().await;
    let probe = migrations::tenant_table("probe")
        .column("id", migrations::Column::Integer)
        .column("hash", migrations::Column::Bytes)
        .key(&["id"])
        .lookup("hash");
    for statement in probe.create(migrations::Backend::Postgres) {
        bench.tamper(&statement).await;
    }
    bench.tamper("GRANT ALL ON probe TO feishu_mcp_app").await;
    for (id, tenant) in [(1, &bench.acme), (2, &bench.other)] {
        let uuid = tenant.id.uuid();
        bench
            .tamper(&format!(
                "INSERT INTO probe VALUES ('{uuid}', {id}, '\\x0{id}0{id}')"
            ))
            .await;
    }
    let runtime = raw(&bench.url).await;
    let seen = async |hex: &str| {
        let tx = runtime.begin().await.unwrap();
        tx.query_one_raw(sql(format!(
            "SELECT set_config('app.lookup', '{hex}', true)"
        )))
        .await
        .unwrap();
        let changed = tx
            .execute_raw(sql("UPDATE probe SET id = 9"))
            .await
            .unwrap();
        assert_eq!(changed.rows_affected(), 0);
        let rows = tx.query_all_raw(sql("SELECT id FROM probe")).await.unwrap();
        rows.iter()
            .map(|row| row.try_get::<i64>("", "id").unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen("0202").await, [2]);
    assert_eq!(seen("0303").await, [0_i64; 0]);
    assert_eq!(seen("").await, [0_i64; 0]);
}

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

/// A proxy that hands every piece of an answer over late.
async fn slow_proxy(to: String, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&to).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move {
                let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
            });
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
                    tokio::time::sleep(delay).await;
                    if to_client.write_all(&buffer[..count]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_begin_leaves_no_session_inside_a_transaction() {
    let bench = Bench::postgres().await;
    let address = bench
        .url
        .split('@')
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let port = slow_proxy(address.clone(), Duration::from_millis(8)).await;
    let mut options = StoreOptions::new(bench.url.replace(&address, &format!("127.0.0.1:{port}")));
    options.max_connections = 1;
    let store = connect_with(options).await.unwrap();
    let scope = store.scope(&acting_in(&bench.acme));
    for point in 0..16 {
        // The client hangs up somewhere between asking for a connection and having its tenant set.
        let cancelled = tokio::time::timeout(Duration::from_millis(point * 2), scope.write()).await;
        drop(cancelled);
        // The only connection is used again, by a statement outside of any transaction: inside the
        // half-begun one it would be lost, or see that one's tenant.
        store.health().await.unwrap();
        let left = bench
            .owner
            .query_all_raw(sql(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                 AND state LIKE 'idle in transaction%'",
            ))
            .await
            .unwrap();
        assert!(left.is_empty(), "cancelled after {} ms", point * 2);
        let tx = scope.write().await.unwrap();
        tx.members()
            .upsert_signed_in(person(&format!("ou_{point}")))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let seen = bench
        .owner
        .query_all_raw(sql("SELECT 1 FROM members"))
        .await
        .unwrap();
    assert_eq!(seen.len(), 16, "every acknowledged write is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_dropped_inside_a_statement_leaves_nothing() {
    let bench = Bench::postgres().await;
    let mut options = StoreOptions::new(bench.url.clone());
    options.max_connections = 1;
    let store = connect_with(options).await.unwrap();
    let scope = store.scope(&acting_in(&bench.acme));
    // A transaction dropped in the middle of a statement.
    for _ in 0..5 {
        let tx = scope.write().await.unwrap();
        let members = tx.members();
        let slow = members.upsert_signed_in(person("ou_lost"));
        let _ = tokio::time::timeout(Duration::from_micros(50), slow).await;
        drop(tx);
    }
    let tx = scope.write().await.unwrap();
    tx.members()
        .upsert_signed_in(person("ou_kept"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows = bench
        .owner
        .query_all_raw(sql("SELECT open_id FROM members"))
        .await
        .unwrap();
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "open_id").unwrap())
        .collect();
    assert_eq!(names, ["ou_kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_is_unavailable_and_comes_back() {
    let bench = Bench::postgres().await;
    let role = migrations::RUNTIME_ROLE;
    bench
        .store
        .ledger()
        .record(crate::support::entry(&bench.acme))
        .await
        .unwrap();
    bench
        .tamper(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE usename = '{role}' AND datname = current_database()"
        ))
        .await;
    // The ledger repeats what it may repeat; callers see nothing of it.
    let place = bench
        .store
        .ledger()
        .record(crate::support::entry(&bench.acme))
        .await;
    assert_eq!(place.unwrap(), 2);
    assert_eq!(bench.store.health().await.unwrap().backend, "postgres");
}
