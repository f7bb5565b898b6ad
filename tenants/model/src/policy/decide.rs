//! The decision.

use serde::{Deserialize, Serialize};

use super::{Action, Permit, action::ADMINS};
use crate::{
    Access, Capability, ClientId, Fault, FaultClass, Principal, Purpose, Subject, TenantId,
};

/// The rules of one tenant, as read with its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The tenant that they hold in.
    pub tenant: TenantId,
    /// Switched on.
    pub capabilities: Vec<Capability>,
    /// Nobody writes through the platform.
    pub read_only: bool,
    /// Tools that an admin switched off.
    pub disabled_tools: Vec<String>,
    /// Clients that an admin stopped.
    #[serde(default)]
    pub stopped_clients: Vec<ClientId>,
    /// Grows with each change; bound into caches and confirmations.
    pub version: u64,
}

/// Why an action is refused. Stable names; the texts are in the catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Principal and rules name different tenants: treated as if the target did not exist.
    OtherTenant,
    /// The member has no role that may do this.
    RoleMissing,
    /// Tools work in the name of a Feishu user, and the caller signed in without Feishu.
    NotAMember,
    /// The credential was granted for reading only.
    ReadOnlyCredential,
    /// The tenant is switched to read-only.
    ReadOnlyTenant,
    /// The capability is not switched on.
    CapabilityOff,
    /// The tool is switched off.
    ToolOff,
    /// The client was stopped.
    ClientStopped,
    /// Somebody else's, and the caller is no admin.
    NotOwner,
}

impl Reason {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherTenant => "other_tenant",
            Self::RoleMissing => "role_missing",
            Self::NotAMember => "not_a_member",
            Self::ReadOnlyCredential => "read_only_credential",
            Self::ReadOnlyTenant => "read_only_tenant",
            Self::CapabilityOff => "capability_off",
            Self::ToolOff => "tool_off",
            Self::ClientStopped => "client_stopped",
            Self::NotOwner => "not_owner",
        }
    }
}

/// Allowed, or why not.
pub type Decision = Result<(), Reason>;

/// The action was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy refuses {action}: {}", reason.name())]
pub struct Denied {
    /// The action.
    pub action: &'static str,
    /// Why.
    pub reason: Reason,
}

impl Fault for Denied {
    fn class(&self) -> FaultClass {
        if self.reason == Reason::OtherTenant {
            FaultClass::Missing
        } else {
            FaultClass::Denied
        }
    }

    fn code(&self) -> &'static str {
        "blocked_by_policy"
    }
}

/// Decides without side effects. Default is refusal; the first reason found is given.
pub fn decide<A: Action>(rules: &Rules, principal: &Principal, target: &A::Target) -> Decision {
    if principal.tenant() != rules.tenant {
        return Err(Reason::OtherTenant);
    }
    if let Subject::Platform(purpose) = principal.subject() {
        // The platform's own acts are administrative: it never calls a tool in nobody's name, and
        // never does what only a member may do.
        let members_own = A::owner(target).is_some() && !A::ADMIN_STANDS_IN;
        let administrative = match purpose {
            Purpose::Operator => A::OPERATORS && A::tool(target).is_none() && !members_own,
            Purpose::Link => A::BY_LINK,
            _ => false,
        };
        return if administrative {
            Ok(())
        } else {
            Err(Reason::RoleMissing)
        };
    }
    if !principal.roles().meets(A::ROLES) {
        return Err(Reason::RoleMissing);
    }
    // An account of the console is nobody at Feishu: it has no documents to work on.
    if principal.member().is_none() && A::tool(target).is_some() {
        return Err(Reason::NotAMember);
    }
    if A::owner(target).is_some_and(|owner| principal.member() != Some(owner))
        && !(A::ADMIN_STANDS_IN && principal.roles().meets(ADMINS))
    {
        return Err(Reason::NotOwner);
    }
    let client = principal.client().id;
    if client.is_some_and(|client| rules.stopped_clients.contains(&client)) {
        return Err(Reason::ClientStopped);
    }
    if let Some(tool) = A::tool(target) {
        if rules.disabled_tools.iter().any(|off| off == tool) {
            return Err(Reason::ToolOff);
        }
        if A::capability(target).is_some_and(|needed| !rules.capabilities.contains(&needed)) {
            return Err(Reason::CapabilityOff);
        }
        if A::access(target) == Access::Write && rules.read_only {
            return Err(Reason::ReadOnlyTenant);
        }
    }
    if !principal.access().covers(A::access(target)) {
        return Err(Reason::ReadOnlyCredential);
    }
    Ok(())
}

/// Decides, and gives the proof that repositories and the tool runner ask for.
pub fn authorize<A: Action>(
    rules: &Rules,
    principal: &Principal,
    target: &A::Target,
) -> Result<Permit<A>, Denied> {
    decide::<A>(rules, principal, target)
        .map(|()| Permit::grant(principal.tenant()))
        .map_err(|reason| Denied {
            action: A::NAME,
            reason,
        })
}
