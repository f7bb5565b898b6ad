//! Lets go of entries whose time is over: first a signed seal and an entry about it, then the
//! entries below, a part at a time.

use std::time::Duration;

use model::{
    CallId, Channel, EntryKind, LedgerEntry, Month, Outcome, Principal, Purpose, TenantId,
    Timestamp,
    audit::{Seal, Signed},
};
use store::StoreError;

use crate::{JobsParts, health, tenants};

/// Entries that go in one transaction.
const PART: u32 = 2_000;

/// One round over all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "let go of old ledger entries").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        match one(parts, tenant.id).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(tenant = %tenant.id, gone, "old ledger entries let go"),
            Err(error) => {
                tracing::warn!(%error, tenant = %tenant.id, "old entries stay for now");
                health::trouble("old entries stay for now", &error);
            }
        }
    }
}

/// Before this moment entries may go: never those of this and the last month, from which bills
/// are made.
fn cutoff(now: Timestamp, days: u32) -> Timestamp {
    let kept = now - Duration::from_hours(24 * u64::from(days));
    kept.min(Month::of(now).before().start())
}

/// One tenant; gives how many entries went.
pub(crate) async fn one(parts: &JobsParts, tenant: TenantId) -> Result<u64, StoreError> {
    let principal = Principal::platform(tenant, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    let tx = scope.write().await?;
    let settings = tx.audit().settings().await?;
    if settings.legal_hold {
        return Ok(0);
    }
    let cutoff = cutoff(parts.clock.now(), settings.retention_days);
    if let Some(seal) = tx.audit().seal(cutoff).await? {
        tx.record(&told(parts, tenant, &seal, settings.retention_days))
            .await?;
    }
    tx.commit().await?;
    let mut gone = 0;
    loop {
        let tx = scope.write().await?;
        let part = tx.audit().retire(PART).await?;
        tx.commit().await?;
        gone += part;
        if part < u64::from(PART) {
            return Ok(gone);
        }
        // Others want to write too.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The entry about the seal: it stands in the chain that goes on.
fn told(parts: &JobsParts, tenant: TenantId, seal: &Signed<Seal>, days: u32) -> LedgerEntry {
    let told = &seal.statement;
    LedgerEntry {
        tenant,
        id: CallId::mint(parts.clock.as_ref(), parts.entropy.as_ref()),
        kind: EntryKind::Admin,
        at: parts.clock.now(),
        member: None,
        account: None,
        client: None,
        client_name: String::new(),
        grant: None,
        channel: Channel::Internal,
        action: "ledger.seal".to_owned(),
        effect: "destroy".to_owned(),
        target: Some(format!("ledger:{}", told.seq)),
        policy_version: None,
        decision: None,
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: serde_json::json!({
            "through": told.seq,
            "hash": told.hash,
            "cutoff": told.cutoff,
            "retention_days": days,
        })
        .to_string(),
    }
}
