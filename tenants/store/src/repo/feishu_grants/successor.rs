//! A pair of tokens on its way into the row, sealed before it touches anything lasting.

use model::{MemberId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use vault::DataKey;

use super::FeishuTokens;
use crate::StoreError;

/// Seals the successor of one version of a grant. Taken before Feishu is asked: afterwards the
/// database may be gone, and the only valid pair must not be lost with it.
#[derive(Debug, Clone)]
pub struct Sealer {
    pub(super) key: DataKey,
    pub(super) member: MemberId,
    pub(super) version: i64,
}

impl Sealer {
    /// Seals the pair that Feishu gave for that version.
    ///
    /// # Errors
    /// Fails when the tenant's data key has sealed its last value.
    pub fn seal(&self, tokens: &FeishuTokens, now: Timestamp) -> Result<Successor, StoreError> {
        let tenant = self.key.tenant();
        let (access, refresh) = super::seal(tenant, self.member, &self.key, tokens)?;
        Ok(Successor {
            tenant,
            member: self.member,
            succeeds: self.version,
            issued_at: now,
            access_expires_at: tokens.access_expires_at,
            refresh_expires_at: tokens.refresh_expires_at,
            scope: tokens.scope.clone(),
            access,
            refresh,
        })
    }
}

/// The sealed pair that follows a version. It may lie in a file or on the bus meanwhile: it opens
/// nowhere but in the row that it was sealed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// Tenant.
    pub tenant: TenantId,
    /// Whose it is.
    pub member: MemberId,
    /// The version that it follows.
    pub succeeds: i64,
    pub(super) issued_at: Timestamp,
    pub(super) access_expires_at: Timestamp,
    pub(super) refresh_expires_at: Option<Timestamp>,
    pub(super) scope: String,
    pub(super) access: Vec<u8>,
    pub(super) refresh: Option<Vec<u8>>,
}

impl Successor {
    /// Its own version.
    pub const fn version(&self) -> i64 {
        self.succeeds.saturating_add(1)
    }
}
