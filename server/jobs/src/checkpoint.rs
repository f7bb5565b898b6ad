//! Signs the end of every tenant's chain, and writes it down outside the database: whoever
//! rewrites the chain there cannot rewrite what is here.

use std::{io, path::Path};

use model::{
    Principal, Purpose, TenantId,
    audit::{Checkpoint, Signed},
};
use store::StoreError;
use tokio::io::AsyncWriteExt as _;

use crate::{JobsParts, health, tenants};

/// Why a checkpoint was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckpointError {
    /// The database.
    #[error("the chain could not be read or the checkpoint not be kept")]
    Store(#[from] StoreError),
    /// The file.
    #[error("the checkpoint could not be written outside the database")]
    File(#[from] io::Error),
}

/// One round over all tenants.
pub(crate) async fn round(parts: &JobsParts) {
    let all = match tenants::all(&parts.store, "sign the ends of the ledgers").await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "the tenants could not be listed");
            health::trouble("the tenants could not be listed", &error);
            return;
        }
    };
    for tenant in all {
        if let Err(error) = one(parts, tenant.id).await {
            tracing::error!(%error, source = ?std::error::Error::source(&error), tenant = %tenant.id, "no checkpoint");
            health::trouble("no checkpoint", &error);
        }
    }
}

/// Signs the end of one chain, if it moved; gives what was signed.
pub(crate) async fn one(
    parts: &JobsParts,
    tenant: TenantId,
) -> Result<Option<Signed<Checkpoint>>, CheckpointError> {
    let principal = Principal::platform(tenant, Purpose::Housekeeping);
    let scope = parts.store.scope(&principal);
    let Some(made) = scope.read().await?.audit().next_checkpoint().await? else {
        return Ok(None);
    };
    // The file first: what the database has, the file has too. A line too many does no harm.
    if let Some(file) = &parts.options.audit.checkpoint_file {
        append(file, &made).await?;
    }
    let tx = scope.write().await?;
    tx.audit().keep_checkpoint(&made).await?;
    tx.commit().await?;
    Ok(Some(made))
}

/// Adds one line, on the disk before this returns.
async fn append(file: &Path, made: &Signed<Checkpoint>) -> io::Result<()> {
    let mut line = serde_json::to_string(made)?;
    line.push('\n');
    let mut open = tokio::fs::OpenOptions::new();
    let mut file = open.append(true).create(true).open(file).await?;
    file.write_all(line.as_bytes()).await?;
    file.sync_data().await
}
