//! Fills a ledger through its own writer.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _};
use model::{
    CallId, Channel, Clock as _, EntryKind, LedgerEntry, ManualClock, MemberId, OsEntropy, Outcome,
    Principal, Purpose, Role, RoleSet, SystemClock, TenantId, Timestamp,
};
use store::{Department, NewMember, Store, StoreOptions};
use vault::{KeyRing, MasterKey, Vault};

use crate::dev::Dev;

/// People of the tenant, in so many departments.
const PEOPLE: usize = 200;
const DEPARTMENTS: usize = 12;
/// Days that the entries are spread over, up to now.
const DAYS: u64 = 60;
/// Entries handed over at once.
const AT_ONCE: usize = 4_000;
const TOOLS: [&str; 7] = [
    "doc_read",
    "search",
    "doc_create",
    "comments",
    "whoami",
    "inspect",
    "help",
];
const CLIENTS: [&str; 4] = ["Cursor", "Claude Code", "VS Code", "ChatWise"];

/// Writes `rows` calls of the demo tenant.
pub async fn fill(dev: &Dev, rows: usize) -> anyhow::Result<()> {
    let store = open(dev).await?;
    let slug = "acme".parse()?;
    let entry = store.directory().by_slug(&slug).await?;
    let tenant = entry.context("the demo tenant")?.tenant.id;
    let people = people(&store, tenant).await?;
    let now = SystemClock.now();
    let ledger = store.ledger();
    let calls = (0..rows).map(|number| call(tenant, &people, (number, rows), now));
    futures::stream::iter(calls)
        .map(|call| ledger.record(call))
        .buffered(AT_ONCE)
        .try_for_each(async |_| Ok(()))
        .await?;
    Ok(())
}

async fn open(dev: &Dev) -> anyhow::Result<Store> {
    let text = std::fs::read_to_string(dev.folder.join("master.key"))?;
    let (id, key) = text.trim().split_once(':').context("ID:KEY")?;
    let entropy = Arc::new(OsEntropy);
    let ring = KeyRing::new(MasterKey::from_base64(id, key)?, Vec::new())?;
    let vault = Vault::new(ring, entropy.clone());
    let options = StoreOptions::new(dev.database_url()?);
    Ok(Store::connect(options, Arc::new(SystemClock), entropy, vault).await?)
}

async fn people(store: &Store, tenant: TenantId) -> anyhow::Result<Vec<MemberId>> {
    let operator = Principal::platform(tenant, Purpose::Operator);
    let tx = store.scope(&operator).write().await?;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let member = NewMember {
            open_id: format!("ou_{number:030}"),
            union_id: None,
            name: format!("Person {number}"),
            avatar_url: None,
            roles: RoleSet::of(&[Role::EndUser]),
        };
        let member = tx.members().upsert_signed_in(member).await?;
        let department = Department {
            id: format!("od-{}", number % DEPARTMENTS),
            name: format!("Department {}", number % DEPARTMENTS),
        };
        tx.departments().place(member.id, Some(&department)).await?;
        people.push(member.id);
    }
    tx.commit().await?;
    Ok(people)
}

/// One call of many, the same on every machine but for its time and id.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "small numbers"
)]
fn call(
    tenant: TenantId,
    people: &[MemberId],
    (number, rows): (usize, usize),
    now: Timestamp,
) -> LedgerEntry {
    // Knuth's multiplicative hashing: the same mix each time, in no visible order.
    let mixed = ((number as u64).wrapping_mul(2_654_435_761) >> 7) as usize;
    let back = Duration::from_hours(24 * DAYS).as_millis() as u64;
    let before = back - back * number as u64 / rows.max(1) as u64;
    let at = Timestamp::from_millis(now.millis() - i64::try_from(before).unwrap_or_default());
    let (outcome, fault) = match mixed % 50 {
        0 => (Outcome::Denied, Some("blocked_by_policy")),
        1 => (Outcome::Upstream, Some("upstream")),
        2 => (Outcome::Invalid, Some("invalid")),
        _ => (Outcome::Ok, None),
    };
    let tool = TOOLS[mixed / 50 % TOOLS.len()];
    LedgerEntry {
        tenant,
        id: CallId::mint(&ManualClock::at(at), &OsEntropy),
        kind: EntryKind::Call,
        at,
        member: Some(people[mixed / 350 % people.len()]),
        account: None,
        client: None,
        client_name: CLIENTS[mixed / 7 % CLIENTS.len()].to_owned(),
        grant: None,
        channel: Channel::Mcp,
        action: tool.to_owned(),
        effect: "read".to_owned(),
        target: tool
            .starts_with("doc")
            .then(|| format!("docx:doxcn{:023}", mixed % 5_000)),
        policy_version: Some(1),
        decision: Some("allowed".to_owned()),
        outcome,
        fault: fault.map(str::to_owned),
        feishu_log_id: Some(format!("20261101000000{number:018}")),
        upstream_calls: 2,
        duration_us: 41_000,
        detail: r#"{"ref":"doxcnExample","section":"Overview","max_tokens":4000}"#.to_owned(),
    }
}
