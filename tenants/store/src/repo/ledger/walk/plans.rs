//! Which index answers which filter, on both databases, over a ledger that has statistics.

use model::{AccountId, EntryKind, Id, MemberId, Outcome, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    Statement, TransactionTrait,
};
use tests::{Database, On};
use uuid::Uuid;

use super::*;

const TENANT: Uuid = Uuid::from_u128(7);
/// Entries, of which one in fifty ended badly and one in a hundred is no call.
const ENTRIES: u32 = 20_000;

const SQLITE: &str = "WITH RECURSIVE some(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some \
     WHERE n < 20000) INSERT INTO ledger (tenant_id, seq, id, kind, at, member_id, account_id, \
     client_name, channel, action, effect, target, outcome, upstream_calls, duration_us, detail, \
     hash) SELECT x'00000000000000000000000000000007', n, randomblob(16), \
     CASE WHEN n % 100 = 0 THEN 'admin' ELSE 'call' END, n * 1000, \
     CASE WHEN n % 2 = 0 THEN unhex(printf('%032x', n % 40)) END, \
     CASE WHEN n % 2 = 1 THEN unhex(printf('%032x', n % 40)) END, 'client ' || (n % 4), 'mcp', \
     'tool_' || (n % 9), 'read', CASE WHEN n % 3 > 0 THEN 'docx:' || (n % 5000) END, \
     CASE n % 50 WHEN 0 THEN 'denied' ELSE 'ok' END, 0, 0, '{}', zeroblob(32) FROM some";

const POSTGRES: &str = "INSERT INTO ledger (tenant_id, seq, id, kind, at, member_id, account_id, \
     client_name, channel, action, effect, target, outcome, upstream_calls, duration_us, detail, \
     hash) SELECT '00000000-0000-0000-0000-000000000007', n, gen_random_uuid(), \
     CASE WHEN n % 100 = 0 THEN 'admin' ELSE 'call' END, n * 1000, \
     CASE WHEN n % 2 = 0 THEN lpad(to_hex(n % 40), 32, '0')::uuid END, \
     CASE WHEN n % 2 = 1 THEN lpad(to_hex(n % 40), 32, '0')::uuid END, 'client ' || (n % 4), \
     'mcp', 'tool_' || (n % 9), 'read', CASE WHEN n % 3 > 0 THEN 'docx:' || (n % 5000) END, \
     CASE n % 50 WHEN 0 THEN 'denied' ELSE 'ok' END, 0, 0, '{}', '' \
     FROM generate_series(1, 20000) AS n";

async fn filled(database: &Database) -> DatabaseConnection {
    crate::migrate(&database.owner_url).await.unwrap();
    let mut options = ConnectOptions::new(&database.owner_url);
    options.max_connections(1).sqlx_logging(false);
    let owner = sea_orm::Database::connect(options).await.unwrap();
    let tx = begin(&owner).await;
    let insert = match tx.get_database_backend() {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    tx.execute_unprepared(insert).await.unwrap();
    tx.commit().await.unwrap();
    if owner.get_database_backend() == DbBackend::Postgres {
        owner
            .execute_unprepared("VACUUM ANALYZE ledger")
            .await
            .unwrap();
    }
    owner
}

async fn begin(owner: &DatabaseConnection) -> DatabaseTransaction {
    let tx = owner.begin().await.unwrap();
    crate::engine::set(&tx, &crate::engine::Setting::Tenant(TENANT))
        .await
        .unwrap();
    if tx.get_database_backend() == DbBackend::Postgres {
        // So little is read and sorted as a whole sooner than it is walked through; whether the
        // index could give it in order is what is asked.
        for other in ["seqscan", "bitmapscan", "sort"] {
            tx.execute_unprepared(&format!("SET LOCAL enable_{other} = off"))
                .await
                .unwrap();
        }
    }
    tx
}

async fn plan(tx: &DatabaseTransaction, query: &SelectStatement) -> String {
    let backend = tx.get_database_backend();
    let Statement { sql, values, .. } = backend.build(query);
    let explain = match backend {
        DbBackend::Postgres => "EXPLAIN",
        _ => "EXPLAIN QUERY PLAN",
    };
    let statement = Statement {
        sql: format!("{explain} {sql}"),
        values,
        db_backend: backend,
    };
    let place = if backend == DbBackend::Postgres { 0 } else { 3 };
    let rows = tx.query_all_raw(statement).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index(place).unwrap());
    lines.collect::<Vec<String>>().join("\n")
}

/// Filters with the index of the first way that they offer.
fn filters() -> Vec<(EntryFilter, &'static str)> {
    let none = EntryFilter::default;
    let member: MemberId = Id::from_uuid(Uuid::from_u128(8));
    let account: AccountId = Id::from_uuid(Uuid::from_u128(9));
    let action = |action: &str| EntryFilter {
        action: Some(action.to_owned()),
        ..none()
    };
    let targets = |targets: &[&str]| EntryFilter {
        targets: targets.iter().map(|one| (*one).to_owned()).collect(),
        ..none()
    };
    vec![
        (none(), "ix_ledger_at"),
        (
            EntryFilter {
                since: Some(Timestamp::from_millis(19_000_000)),
                text: Some("docx".to_owned()),
                ..none()
            },
            "ix_ledger_at",
        ),
        (
            EntryFilter {
                members: vec![member],
                ..none()
            },
            "ix_ledger_member",
        ),
        (
            EntryFilter {
                accounts: vec![account],
                ..none()
            },
            "ix_ledger_account",
        ),
        (
            EntryFilter {
                client_name: Some("client 3".to_owned()),
                ..none()
            },
            "ix_ledger_client",
        ),
        (action("tool_3"), "ix_ledger_action"),
        (action("tool_3*"), "ix_ledger_action"),
        (targets(&["docx:4"]), "ix_ledger_target"),
        (targets(&["docx:4", "wiki:4", "4"]), "ix_ledger_target"),
        (
            EntryFilter {
                outcomes: vec![Outcome::Failed],
                action: Some("tool_3".to_owned()),
                ..none()
            },
            "ix_ledger_outcome",
        ),
        (
            EntryFilter {
                outcomes: vec![Outcome::Failed, Outcome::Denied],
                client_name: Some("client 3".to_owned()),
                ..none()
            },
            "ix_ledger_ended_badly",
        ),
        (
            EntryFilter {
                kinds: vec![EntryKind::SignIn],
                action: Some("tool_3".to_owned()),
                ..none()
            },
            "ix_ledger_no_call",
        ),
    ]
}

async fn each_filter_is_answered_by_its_index(on: On) {
    let database = Database::fresh(on);
    let owner = filled(&database).await;
    let tx = begin(&owner).await;
    let own = || Entity::find().filter(Column::TenantId.eq(TENANT));
    let half = Place {
        at: i64::from(ENTRIES) * 500,
        seq: u64::from(ENTRIES) / 2,
    };
    for (filter, index) in filters() {
        let way = filter.ways().into_iter().next().unwrap_or_else(Way::time);
        for (from, newer) in [(None, false), (Some(half), false), (Some(half), true)] {
            let look = Look {
                filter: &filter,
                from,
                newer,
            };
            let mut plans = vec![plan(&tx, &look.fitting(own(), &way, 500, 51)).await];
            if way.ordered {
                plans.push(plan(&tx, &look.end(own(), &way, 500)).await);
                let sorts = |plan: &String| plan.contains("Sort") || plan.contains("TEMP B-TREE");
                assert!(!plans.iter().any(sorts), "{filter:?} sorts: {plans:#?}");
            } else {
                plans.push(plan(&tx, &look.size(own(), &way, 500)).await);
            }
            for plan in plans {
                let search = plan.contains("SEARCH ledger") || plan.contains("Index Cond");
                assert!(search && plan.contains(index), "{filter:?} goes by {plan}");
                assert!(
                    !plan.contains("Seq Scan on"),
                    "{filter:?} reads all: {plan}"
                );
            }
        }
    }
}

tests::on_both!(each_filter_is_answered_by_its_index);
