//! Warns when a month's calls run out, and closes the statements of months that are over.

use model::{
    CallId, Channel, EntryKind, Id, LedgerEntry, Month, Outcome, Principal, Purpose, Tenant,
    billing::GRACE,
};
use serde_json::{Value, json};
use store::{StoreError, TenantTx};

use crate::{JobsParts, health, tenants};

/// Thresholds of warnings, in percent.
const THRESHOLDS: [u8; 2] = [80, 100];
/// Months that are looked back at for statements that are still to be closed.
const LOOK_BACK: i64 = 24;

/// One round over all tenants. What it does is done once, whoever else does it too: a warning and
/// a statement have a key of their own.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "warn of quotas, close statements").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        if let Err(error) = warn(parts, &tenant).await {
            tracing::warn!(%error, tenant = %tenant.id, "a quota was not looked at");
            health::trouble("a quota was not looked at", &error);
        }
        if let Err(error) = close(parts, &tenant).await {
            tracing::error!(%error, tenant = %tenant.id, "a statement could not be closed");
            health::trouble("a statement could not be closed", &error);
        }
    }
}

/// Writes each threshold that this month has passed into the ledger: once for a month.
async fn warn(parts: &JobsParts, tenant: &Tenant) -> Result<(), StoreError> {
    let principal = Principal::platform(tenant.id, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    let month = Month::of(parts.clock.now());
    let included = tenant.contract.terms_in(month).included;
    let stop = tenant.monthly_stop(month);
    let of = stop.map_or(included, |stop| stop.min(included)).max(1);
    let (used, given) = {
        let tx = scope.read().await?;
        (
            tx.usage().month(month).await?.delivered,
            tx.billing().warnings(month).await?,
        )
    };
    let percent = used.saturating_mul(100) / of;
    let due: Vec<u8> = THRESHOLDS
        .into_iter()
        .filter(|threshold| u64::from(*threshold) <= percent)
        .filter(|threshold| given.iter().all(|known| known.percent != *threshold))
        .collect();
    for threshold in due {
        let tx = scope.write().await?;
        if tx.billing().warn(month, threshold, used, of).await? {
            let after = json!({ "percent": threshold, "used": used, "of": of });
            record(
                parts,
                &tx,
                "usage.warning",
                &format!("month:{month}"),
                &after,
            )
            .await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Closes the months with calls that ended before the grace, oldest first.
async fn close(parts: &JobsParts, tenant: &Tenant) -> Result<(), StoreError> {
    let principal = Principal::platform(tenant.id, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    // A month is over once its end lies a grace back.
    let open = Month::of(parts.clock.now() - GRACE);
    let mut due = {
        let tx = scope.read().await?;
        let closed = tx.billing().statements(LOOK_BACK.unsigned_abs()).await?;
        let mut due = tx.usage().months().await?;
        due.retain(|month| {
            *month < open
                && month.0 >= open.0 - LOOK_BACK
                && closed.iter().all(|one| one.statement.month != *month)
        });
        due
    };
    due.sort_unstable();
    for month in due {
        let tx = scope.write().await?;
        let contract = tx.billing().tenant_now().await?.contract;
        let closed = match tx.billing().close(month, &contract).await {
            // Another replica was faster.
            Err(error) if error.is_conflict("uq_statements_month") => continue,
            other => other?,
        };
        if let Some(closed) = closed {
            let after = json!({
                "total_minor": closed.statement.total_minor,
                "currency": closed.statement.currency,
                "sha256": closed.hash,
            });
            let target = format!("statement:{month}");
            record(parts, &tx, "billing.close", &target, &after).await?;
            tx.commit().await?;
            tracing::info!(tenant = %tenant.id, %month, "closed a statement");
        }
    }
    Ok(())
}

async fn record(
    parts: &JobsParts,
    tx: &TenantTx,
    action: &str,
    target: &str,
    after: &Value,
) -> Result<(), StoreError> {
    let id: CallId = Id::mint(parts.clock.as_ref(), parts.entropy.as_ref());
    let entry = LedgerEntry {
        tenant: tx.tenant(),
        id,
        kind: EntryKind::Admin,
        at: parts.clock.now(),
        member: None,
        account: None,
        client: None,
        client_name: Purpose::Housekeeping.name().to_owned(),
        grant: None,
        channel: Channel::Internal,
        action: action.to_owned(),
        effect: String::new(),
        target: Some(target.to_owned()),
        outcome: Outcome::Ok,
        fault: None,
        decision: None,
        policy_version: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: json!({ "before": null, "after": after }).to_string(),
    };
    tx.record(&entry).await.map(drop)
}
