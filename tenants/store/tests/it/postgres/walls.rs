//! Row-level security.

use super::*;

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
