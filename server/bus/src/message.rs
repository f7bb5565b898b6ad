//! What travels on the bus.

use std::fmt;

use model::{GrantId, MemberId, TenantId};
use serde::{Deserialize, Serialize};

/// Something changed: whoever caches it drops it, whoever streams under it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wake {
    /// A client's access ended.
    GrantRevoked {
        /// Whose.
        tenant: TenantId,
        /// Which.
        grant: GrantId,
    },
    /// All access of a member ended, or its roles changed.
    MemberRevoked {
        /// Whose.
        tenant: TenantId,
        /// Which.
        member: MemberId,
    },
    /// A tenant's settings changed.
    TenantChanged {
        /// Which.
        tenant: TenantId,
    },
    /// A member's Feishu tokens changed.
    FeishuGrantChanged {
        /// Whose.
        tenant: TenantId,
        /// Which member's.
        member: MemberId,
    },
    /// An MCP session ended.
    SessionClosed {
        /// Its id.
        session: String,
    },
    /// A client cancelled a request that may run on another node.
    CancelRequest {
        /// The session.
        session: String,
        /// The JSON of the request's id.
        request: String,
    },
    /// The list of tools changed for a tenant.
    ToolsChanged {
        /// Which.
        tenant: TenantId,
    },
    /// Something was done to a document, a sheet, a base or a file in Feishu.
    ThingChanged {
        /// Whose.
        tenant: TenantId,
        /// Its token.
        token: String,
    },
    /// Entries were added to a tenant's ledger.
    LedgerChanged {
        /// Which.
        tenant: TenantId,
    },
}

/// A message to the node that holds a session's stream.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The session.
    pub session: String,
    /// Who the sender is, as the session's owner checks it.
    pub binding: String,
    /// JSON.
    pub body: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} bytes)", self.body.len())
    }
}
