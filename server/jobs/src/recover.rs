//! Brings home refreshed tokens that a process could only put aside while the database was away.

use crate::JobsParts;

/// One round.
pub(crate) async fn round(parts: &JobsParts) {
    let left = parts.credentials.drain_spool().await;
    if left > 0 {
        tracing::warn!(left, "refreshed tokens still wait in the spool");
    }
}
