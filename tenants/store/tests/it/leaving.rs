//! Taking everything of a tenant out, and erasing it.

use std::time::Duration;

use migrations::{Column, Table};
use model::{
    Clock as _, SystemClock, Tenant, Timestamp,
    policy::{EraseTenant, ManageTenant, SuspendTenant},
};
use sea_orm::ConnectionTrait;
use store::{AuditSettings, Begun, Erasures, Store, StoreError, TakeOut};
use vault::{Token, TokenKind};

use crate::{
    on_both,
    support::{Bench, acting_in, connect_at, entry, new_tenant, permit_for},
};

on_both!(
    an_erasure_can_be_taken_back,
    an_erasure_leaves_no_row,
    what_is_taken_out_is_whole_and_holds_no_secret,
);

fn tenant_tables() -> Vec<Table> {
    let all = migrations::tables();
    all.into_iter().filter(Table::is_tenant).collect()
}

/// A value of a column: the same for all, so that every reference finds its row.
fn value(bench: &Bench, tenant: &Tenant, name: &str, holds: Column) -> String {
    let secret = format!("seeded-secret-{}", tenant.slug);
    match holds {
        Column::Uuid if name == "tenant_id" => bench.sql_id(tenant.id.uuid()),
        Column::Uuid => bench.sql_id(sea_orm::prelude::Uuid::from_u128(7)),
        Column::Text if name.contains("secret") || name.contains("token") => format!("'{secret}'"),
        Column::Text => format!("'{name} of {}'", tenant.slug),
        Column::Integer => "1".to_owned(),
        Column::Flag if bench.is_postgres() => "false".to_owned(),
        Column::Flag => "0".to_owned(),
        Column::Bytes => {
            let text = hex::encode(&secret);
            let padded = format!("{text:0<64}");
            if bench.is_postgres() {
                format!("decode('{padded}', 'hex')")
            } else {
                format!("X'{padded}'")
            }
        }
    }
}

/// A row of the tenant in every table that has none yet.
async fn fill(bench: &Bench, tenant: &Tenant) {
    for table in tenant_tables() {
        if table.name() == "erasures" {
            continue;
        }
        let columns: Vec<_> = table.columns().collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<_> = columns
            .iter()
            .map(|(name, holds)| value(bench, tenant, name, *holds))
            .collect();
        bench
            .tamper(&format!(
                "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING",
                table.name(),
                names.join(", "),
                values.join(", "),
            ))
            .await;
    }
}

async fn fill_both(bench: &Bench) {
    bench
        .tamper(if bench.is_postgres() {
            "ALTER TABLE ledger_seals DISABLE TRIGGER ledger_seals_refuse"
        } else {
            "DROP TRIGGER ledger_seals_refuse"
        })
        .await;
    for tenant in [&bench.acme, &bench.other] {
        fill(bench, tenant).await;
    }
}

/// Rows of a tenant in each table, as the owner counts them.
async fn rows(bench: &Bench, tenant: &Tenant) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for table in tenant_tables() {
        let sql = format!(
            "SELECT count(*) AS n FROM {} WHERE tenant_id = {}",
            table.name(),
            bench.sql_id(tenant.id.uuid())
        );
        let row = bench.owner.query_one_raw(sea_orm::Statement::from_string(
            bench.owner.get_database_backend(),
            sql,
        ));
        let n: i64 = row.await.unwrap().unwrap().try_get("", "n").unwrap();
        counts.push((table.name(), n));
    }
    counts
}

async fn announce(bench: &Bench, tenant: &Tenant, link: &Token) -> Timestamp {
    let tx = bench.write(tenant).await;
    let permit = permit_for::<EraseTenant>(tenant);
    let asked = tx.erasure().request(&permit, &link.hash(), "Ann").await;
    let due = asked.unwrap().unwrap().due_at;
    let again = tx.erasure().request(&permit, &link.hash(), "Ben").await;
    assert_eq!(again.unwrap(), None, "there is one already");
    tx.commit().await.unwrap();
    due
}

async fn remove_all(store: &Store, tenant: &Tenant) -> Result<(), StoreError> {
    for table in Erasures::tables() {
        let tx = store.scope(&acting_in(tenant)).write().await?;
        while tx.erasure().remove(table, 2).await? > 0 {}
        tx.commit().await?;
    }
    Ok(())
}

/// Begins the erasure when it is due; gives how many accounts are kept.
async fn begin(later: &Store, acme: &Tenant) {
    let scope = later.scope(&acting_in(acme));
    let hold = |legal_hold, version| AuditSettings {
        retention_days: 30,
        legal_hold,
        version,
    };
    let permit = permit_for::<ManageTenant>(acme);
    let tx = scope.write().await.unwrap();
    assert!(
        tx.audit()
            .set_settings(&permit, &hold(true, 1))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let tx = scope.write().await.unwrap();
    assert_eq!(tx.erasure().begin(acme).await.unwrap(), Begun::Held);
    assert!(
        tx.audit()
            .set_settings(&permit, &hold(false, 2))
            .await
            .unwrap()
    );
    assert!(matches!(
        tx.erasure().begin(acme).await.unwrap(),
        Begun::Yes(_)
    ));
    assert!(
        !tx.erasure()
            .cancel(&permit_for::<EraseTenant>(acme))
            .await
            .unwrap(),
        "there is no way back"
    );
    tx.commit().await.unwrap();
}

async fn an_erasure_leaves_no_row(bench: &Bench) {
    fill_both(bench).await;
    let acme = &bench.acme;
    let before = rows(bench, &bench.other).await;
    let full = rows(bench, acme).await;
    for (table, count) in &full {
        assert_eq!(*count > 0, *table != "erasures", "{table} is filled");
    }
    let link = Token::mint(TokenKind::Link, &model::OsEntropy);
    let due = announce(bench, acme, &link).await;
    let found = bench.store.lookup(&link.hash()).await.unwrap();
    assert_eq!(found.erasure().await.unwrap().unwrap().tenant, acme.id);

    // The time has not come: not for us, and not for the database.
    let tx = bench.write(acme).await;
    assert_eq!(
        tx.erasure().begin(&bench.acme).await.unwrap(),
        Begun::NotDue
    );
    drop(tx);
    let tx = bench.write(acme).await;
    tx.erasure().remove("audit_exports", 10).await.unwrap_err();
    drop(tx);

    let later = connect_at(&bench.url, due).await;
    let scope = later.scope(&acting_in(acme));
    begin(&later, acme).await;
    let tx = scope.write().await.unwrap();
    let permit = permit_for::<SuspendTenant>(acme);
    assert!(
        !tx.suspension().resume(&permit).await.unwrap(),
        "what is being erased is not served again"
    );
    drop(tx);
    remove_all(&later, acme).await.unwrap();
    later.tenant_changed(acme.id).await;
    let tx = scope.read().await.unwrap();
    assert!(matches!(
        tx.data_key().await,
        Err(StoreError::UnknownTenant)
    ));
    let done = tx.erasure().get().await.unwrap().unwrap();
    drop(tx);
    for (table, count) in full
        .iter()
        .filter(|(table, _)| !["erasures", "ledger_heads"].contains(table))
    {
        let gone = done.gone.get(*table).copied().unwrap_or_default();
        assert_eq!(i64::try_from(gone), Ok(*count), "{table} is counted");
    }
    let tx = later.platform("finish").write().await.unwrap();
    let receipt = tx.finish_erasure(acme, &done).await.unwrap();
    let told = &receipt.as_ref().unwrap().statement;
    assert_eq!(told.kept[0].count, 2, "a statement and a credit note");
    let twice = tx.finish_erasure(acme, &done).await.unwrap();
    assert_eq!(twice, None, "one receipt");
    tx.commit().await.unwrap();

    for (table, count) in rows(bench, acme).await {
        assert_eq!(count, 0, "{table} still has rows");
    }
    assert_eq!(rows(bench, &bench.other).await, before);
    let tx = later.platform("after").write().await.unwrap();
    assert!(tx.tenants().get(acme.id).await.unwrap().is_none());
    let found = tx.erasure_receipt(&link.hash()).await.unwrap().unwrap();
    assert_eq!(Some(found.receipt), receipt);
    let taken = tx.tenants().add(new_tenant("acme")).await;
    assert!(
        matches!(taken, Err(StoreError::Conflict { .. })),
        "its addresses are still in people's clients"
    );
}

async fn an_erasure_can_be_taken_back(bench: &Bench) {
    fill_both(bench).await;
    let link = Token::mint(TokenKind::Link, &model::OsEntropy);
    announce(bench, &bench.acme, &link).await;
    let tx = bench.write(&bench.acme).await;
    let permit = permit_for::<EraseTenant>(&bench.acme);
    let foreign = permit_for::<EraseTenant>(&bench.other);
    assert!(matches!(
        tx.erasure().cancel(&foreign).await,
        Err(StoreError::ForeignPermit)
    ));
    assert!(tx.erasure().cancel(&permit).await.unwrap());
    assert!(!tx.erasure().cancel(&permit).await.unwrap());
    tx.commit().await.unwrap();
    let later = SystemClock.now() + Duration::from_hours(24 * 30);
    let store = connect_at(&bench.url, later).await;
    let tx = store.scope(&acting_in(&bench.acme)).write().await.unwrap();
    assert_eq!(
        tx.erasure().begin(&bench.acme).await.unwrap(),
        Begun::NotDue
    );
}

async fn what_is_taken_out_is_whole_and_holds_no_secret(bench: &Bench) {
    for _ in 0..25 {
        bench
            .store
            .ledger()
            .record(entry(&bench.acme))
            .await
            .unwrap();
    }
    fill_both(bench).await;
    let tx = bench.read(&bench.acme).await;
    let mut text = String::new();
    for table in TakeOut::tables() {
        let mut cursor = None;
        let mut count = 0;
        loop {
            let (found, next) = tx.take_out().rows(table, cursor, 7).await.unwrap();
            count += found.len();
            for row in found {
                text.push_str(&serde_json::to_string(&row).unwrap());
            }
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let expected = if table == "ledger" { 25 } else { 1 };
        assert!(count >= expected, "{table}: {count}");
    }
    for known in [
        "name of acme",
        "doxcnExample",
        "body of acme",
        "roles of acme",
    ] {
        assert!(text.contains(known), "{known}");
    }
    let sealed = hex::encode("seeded-secret");
    let visible = text.matches(sealed.as_str()).count();
    // What ledger and statement are checked by.
    assert!(visible <= 5, "{visible} columns of bytes");
    assert!(!text.contains("seeded-secret"));
    assert!(!text.contains("secret of acme"));
    assert!(!text.contains("of other"), "another tenant's row");
    let out = TakeOut::tables();
    let both = out.iter().filter(|name| TakeOut::without().contains(name));
    assert_eq!(both.count(), 0);
    assert_eq!(
        out.len() + TakeOut::without().len(),
        tenant_tables().len(),
        "every table is taken out or named as left out"
    );
}
