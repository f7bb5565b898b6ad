//! Events of the demo: the sandbox tells the demo tenant what happens to its people.

use anyhow::Context as _;
use model::{
    CallId, Channel, EntryKind, LedgerEntry, Outcome, Principal, Purpose, Slug,
    policy::{SetUpApp, authorize},
};
use sandbox::{RunningSandbox, demo};
use serde_json::json;
use store::ProofPair;
use vault::Secret;

use crate::wire::Platform;

/// Enters the keys of the sandbox's app, unless somebody entered others, and lets the sandbox
/// push its events to the platform, which must be listening.
pub(super) async fn connect(
    platform: &Platform,
    sandbox: &RunningSandbox,
    slug: &Slug,
    port: u16,
) -> anyhow::Result<()> {
    enter_keys(platform, sandbox, slug).await?;
    let url = format!("http://127.0.0.1:{port}/t/{slug}/feishu/events");
    if let Err(error) = sandbox.subscribe(demo::APP_ID, &url).await {
        tracing::warn!(%error, "the sandbox pushes no events");
    }
    Ok(())
}

async fn enter_keys(
    platform: &Platform,
    sandbox: &RunningSandbox,
    slug: &Slug,
) -> anyhow::Result<()> {
    let (key, token) = sandbox
        .event_keys(demo::APP_ID)
        .context("the sandbox has no demo app")?;
    let Some(entry) = platform.store.directory().by_slug(slug).await? else {
        return Ok(());
    };
    let operator = Principal::platform(entry.tenant.id, Purpose::Operator);
    let permit = authorize::<SetUpApp>(&entry.rules, &operator, &())?;
    let tx = platform.store.scope(&operator).write().await?;
    if tx.events().state().await?.is_some() {
        return Ok(());
    }
    let pair = ProofPair {
        encrypt_key: Secret::new(key),
        token: Secret::new(token),
    };
    tx.events().prove_by(&permit, &pair).await?;
    tx.record(&LedgerEntry {
        tenant: entry.tenant.id,
        id: CallId::mint(platform.clock.as_ref(), platform.entropy.as_ref()),
        kind: EntryKind::Admin,
        at: tx.now(),
        member: None,
        account: None,
        client: None,
        client_name: "feishu-mcp dev".to_owned(),
        grant: None,
        channel: Channel::Internal,
        action: "events.keys".to_owned(),
        effect: String::new(),
        target: Some(entry.tenant.app_id.clone()),
        policy_version: None,
        decision: None,
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: json!({ "before": "off", "after": "sealed" }).to_string(),
    })
    .await?;
    tx.commit().await?;
    Ok(())
}
