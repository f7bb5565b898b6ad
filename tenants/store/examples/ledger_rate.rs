//! Entries per second that the ledger takes, each caller waiting for its commit:
//! `cargo run --release -p store --example ledger_rate -- sqlite:/tmp/rate.db 64 200000`.
//! For Postgres give the runtime role's address and, fourth, the owner's.

use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    Brand, CallId, Channel, EntryKind, LedgerEntry, Limits, Locale, OsEntropy, Outcome,
    SystemClock, TenantId, Timestamp,
};
use store::{NewTenant, Store, StoreOptions};
use vault::{KeyRing, MasterKey, Secret, Vault};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize, other: &str| {
        arguments
            .get(place)
            .cloned()
            .unwrap_or_else(|| other.to_owned())
    };
    let url = argument(0, "sqlite::memory:");
    let writers: usize = argument(1, "64").parse()?;
    let entries: usize = argument(2, "100000").parse()?;
    if url != "sqlite::memory:" {
        store::migrate(&argument(3, &url)).await?;
    }
    let ring = KeyRing::new(MasterKey::derive("a passphrase for measuring")?, vec![])?;
    let vault = Vault::new(ring, Arc::new(OsEntropy));
    let options = StoreOptions::new(url);
    let store = Store::connect(options, Arc::new(SystemClock), Arc::new(OsEntropy), vault).await?;
    let tenant = tenant(&store).await?;
    let before = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|_| tokio::spawn(write(store.clone(), tenant, entries / writers)))
        .collect();
    let mut waits = Vec::with_capacity(entries);
    for task in tasks {
        waits.extend(task.await??);
    }
    let rate = waits_per_second(waits.len(), before.elapsed());
    waits.sort_unstable();
    let at = |part: usize| waits[(waits.len() - 1) * part / 1000].as_secs_f64() * 1e3;
    writeln!(
        std::io::stdout(),
        "{} entries, {writers} writers: {} entries/s, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
        waits.len(),
        rate,
        at(500),
        at(990),
        at(999),
    )?;
    Ok(())
}

fn waits_per_second(count: usize, took: Duration) -> u128 {
    count as u128 * 1_000_000 / took.as_micros().max(1)
}

async fn write(
    store: Store,
    tenant: TenantId,
    count: usize,
) -> Result<Vec<Duration>, store::StoreError> {
    let mut waits = Vec::with_capacity(count);
    for _ in 0..count {
        let before = Instant::now();
        store.ledger().record(entry(tenant)).await?;
        waits.push(before.elapsed());
    }
    Ok(waits)
}

async fn tenant(store: &Store) -> Result<TenantId, Failure> {
    let tx = store.platform("measuring").write().await?;
    let slug = format!(
        "t{}",
        CallId::mint(&SystemClock, &OsEntropy).uuid().simple()
    );
    let tenant = tx
        .tenants()
        .add(NewTenant {
            slug: slug.parse()?,
            name: slug,
            brand: Brand::Feishu,
            app_id: "cli_rate".to_owned(),
            app_secret: Secret::new("secret"),
            capabilities: vec![],
            limits: Limits::default(),
            locale: Locale::En,
        })
        .await?;
    tx.commit().await?;
    Ok(tenant.id)
}

fn entry(tenant: TenantId) -> LedgerEntry {
    LedgerEntry {
        tenant,
        id: CallId::mint(&SystemClock, &OsEntropy),
        kind: EntryKind::Call,
        at: Timestamp::from_millis(1_793_491_200_000),
        member: None,
        account: None,
        client: None,
        client_name: "Inspector".to_owned(),
        grant: None,
        channel: Channel::Mcp,
        action: "doc_read".to_owned(),
        effect: "read".to_owned(),
        target: Some("docx:doxcnExampleExampleExample".to_owned()),
        policy_version: Some(1),
        decision: Some("allowed".to_owned()),
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: Some("20261101000000AAAABBBBCCCCDDDD".to_owned()),
        upstream_calls: 2,
        duration_us: 41_000,
        detail: r#"{"ref":"doxcnExample","section":"Overview","max_tokens":4000}"#.to_owned(),
    }
}
