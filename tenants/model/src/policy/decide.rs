//! The decision.

use serde::{Deserialize, Serialize};

use super::{
    Action, CallTool, ClientChoice, Fence, Permit, RoleRules, Rules, ToolFacts, action::ADMINS,
};
use crate::{
    Access, Channel, ClientRef, Fault, FaultClass, MemberId, Principal, Purpose, Role, RoleSet,
    Subject,
};

/// Why an action is refused, in the order of the questions. Stable names; the texts are in the
/// catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// No role of the member may use the tool.
    RoleTool,
    /// No role of the member may do as much with it.
    RoleEffect,
    /// No role of the member may use the tool through this client, or with a key.
    RoleClient,
    /// The thing lies where the member's roles may never work.
    PlaceBarred,
    /// The thing lies outside the places of the member's roles.
    PlaceOutside,
    /// Feishu did not tell where the thing lies, and the member's roles depend on it.
    PlaceUnknown,
    /// It would reach people outside the organisation, and that is not switched on.
    ExternalSharing,
    /// Somebody else's, and the caller is no admin.
    NotOwner,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 16] = [
        Self::OtherTenant,
        Self::RoleMissing,
        Self::NotAMember,
        Self::ReadOnlyCredential,
        Self::ReadOnlyTenant,
        Self::CapabilityOff,
        Self::ToolOff,
        Self::ClientStopped,
        Self::RoleTool,
        Self::RoleEffect,
        Self::RoleClient,
        Self::PlaceBarred,
        Self::PlaceOutside,
        Self::PlaceUnknown,
        Self::ExternalSharing,
        Self::NotOwner,
    ];

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

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
            Self::RoleTool => "role_tool",
            Self::RoleEffect => "role_effect",
            Self::RoleClient => "role_client",
            Self::PlaceBarred => "place_barred",
            Self::PlaceOutside => "place_outside",
            Self::PlaceUnknown => "place_unknown",
            Self::ExternalSharing => "external_sharing",
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

/// What a decision looks at of a caller.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Who.
    pub subject: &'a Subject,
    /// Roles.
    pub roles: RoleSet,
    /// Access of the credential.
    pub access: Access,
    /// The client.
    pub client: &'a ClientRef,
    /// The door.
    pub channel: Channel,
}

impl<'a> From<&'a Principal> for Caller<'a> {
    fn from(principal: &'a Principal) -> Self {
        Self {
            subject: principal.subject(),
            roles: principal.roles(),
            access: principal.access(),
            client: principal.client(),
            channel: principal.channel(),
        }
    }
}

impl Caller<'_> {
    const fn member(&self) -> Option<MemberId> {
        match self.subject {
            Subject::Member { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// Whether somebody stands behind it whom Feishu knows: a person, or the tenant's own app.
    const fn is_known_to_feishu(&self) -> bool {
        matches!(
            self.subject,
            Subject::Member { .. } | Subject::Service { .. }
        )
    }
}

/// Decides without side effects. Default is refusal; the first reason found is given.
pub fn decide<A: Action>(rules: &Rules, principal: &Principal, target: &A::Target) -> Decision {
    if principal.tenant() != rules.tenant {
        return Err(Reason::OtherTenant);
    }
    would::<A>(rules, &Caller::from(principal), target)
}

/// The same for anybody of the rules' own tenant, whether it is there or not: for "why not?" and
/// for trying rules on past calls. Nothing can be done with the answer.
pub fn would<A: Action>(rules: &Rules, caller: &Caller<'_>, target: &A::Target) -> Decision {
    if let Subject::Platform(purpose) = caller.subject {
        // The platform's own acts are administrative: it never calls a tool in nobody's name, and
        // never does what only a member may do.
        let members_own = A::owner(target).is_some() && !A::ADMIN_STANDS_IN;
        let administrative = match purpose {
            Purpose::Operator => A::tool(target).is_none() && !members_own,
            Purpose::Link => A::BY_LINK,
            _ => false,
        };
        return if administrative {
            Ok(())
        } else {
            Err(Reason::RoleMissing)
        };
    }
    if !caller.roles.meets(A::ROLES) {
        return Err(Reason::RoleMissing);
    }
    // An account of the console is nobody at Feishu: it has no documents to work on.
    if !caller.is_known_to_feishu() && A::tool(target).is_some() {
        return Err(Reason::NotAMember);
    }
    // A rule calls tools, and does nothing else.
    if matches!(caller.subject, Subject::Service { .. }) && A::tool(target).is_none() {
        return Err(Reason::RoleMissing);
    }
    if A::owner(target).is_some_and(|owner| caller.member() != Some(owner))
        && !(A::ADMIN_STANDS_IN && caller.roles.meets(ADMINS))
    {
        return Err(Reason::NotOwner);
    }
    let client = caller.client.id;
    if client.is_some_and(|client| rules.stopped_clients.contains(&client)) {
        return Err(Reason::ClientStopped);
    }
    if let Some(tool) = A::tool(target) {
        if rules.disabled_tools.iter().any(|off| off == tool.name) {
            return Err(Reason::ToolOff);
        }
        let needed = tool.capability;
        if needed.is_some_and(|needed| !rules.capabilities.contains(&needed)) {
            return Err(Reason::CapabilityOff);
        }
        if A::access(target) == Access::Write && rules.read_only {
            return Err(Reason::ReadOnlyTenant);
        }
        by_role(rules, caller, tool)?;
    }
    if !caller.access.covers(A::access(target)) {
        return Err(Reason::ReadOnlyCredential);
    }
    Ok(())
}

/// One role must allow all of the call. Of several refusals, that of the role that came closest is
/// given.
fn by_role(rules: &Rules, caller: &Caller<'_>, tool: &ToolFacts) -> Decision {
    let mut nearest = Reason::RoleTool;
    for (_, decision) in by_each_role(rules, caller, tool) {
        match decision {
            Ok(()) => return Ok(()),
            Err(reason) => nearest = nearest.max(reason),
        }
    }
    Err(nearest)
}

/// What each role of a caller that opens the tools says about a call, places aside.
pub fn by_each_role(
    rules: &Rules,
    caller: &Caller<'_>,
    tool: &ToolFacts,
) -> impl Iterator<Item = (Role, Decision)> {
    let roles = caller.roles.iter();
    let roles = roles.filter(|role| CallTool::ROLES.has(*role));
    roles.map(move |role| (role, within(rules.of(role), caller, tool)))
}

/// What one role says; no rules are no limits.
fn within(own: Option<&RoleRules>, caller: &Caller<'_>, tool: &ToolFacts) -> Decision {
    let Some(own) = own else { return Ok(()) };
    // What is always on tells people where they stand; no choice of tools takes it away.
    if tool.capability.is_some() && !own.tools.has(tool.name) {
        return Err(Reason::RoleTool);
    }
    if tool.effect > own.ceiling {
        return Err(Reason::RoleEffect);
    }
    if !carries(own, caller.client, caller.channel) {
        return Err(Reason::RoleClient);
    }
    Ok(())
}

fn carries(own: &RoleRules, client: &ClientRef, channel: Channel) -> bool {
    let Some(id) = client.id else {
        // The platform's own pages and the tenant's rules are no clients; all else without a
        // registration is a key.
        return matches!(channel, Channel::Console | Channel::Rule) || own.api_keys;
    };
    match &own.clients {
        ClientChoice::Any => true,
        ClientChoice::Verified => client.verified,
        ClientChoice::Only(clients) => clients.contains(&id),
    }
}

/// Where an allowed call may work; `None` is everywhere. To be asked with the thing that the call
/// turned out to mean, before its content is read or changed.
pub fn fence(rules: &Rules, caller: &Caller<'_>, tool: &ToolFacts) -> Option<Fence> {
    let allowing = by_each_role(rules, caller, tool).filter(|(_, decision)| decision.is_ok());
    let places = |role: Role| rules.of(role).map(|own| own.places.clone());
    Fence::around(
        allowing
            .map(|(role, _)| places(role).unwrap_or_default())
            .collect(),
    )
}

/// Whether an allowed call may give people outside the organisation access to something. To be
/// asked with what the call turned out to mean.
pub const fn reach_outside(rules: &Rules) -> Decision {
    if rules.external_sharing {
        Ok(())
    } else {
        Err(Reason::ExternalSharing)
    }
}

/// Whether a person with these roles may connect a client at all: one role must take it.
pub fn may_connect(rules: &Rules, roles: RoleSet, client: &ClientRef) -> Decision {
    if client
        .id
        .is_some_and(|id| rules.stopped_clients.contains(&id))
    {
        return Err(Reason::ClientStopped);
    }
    let takes = |role: Role| {
        rules
            .of(role)
            .is_none_or(|own| carries(own, client, Channel::Mcp))
    };
    let mut with_tools = roles
        .iter()
        .filter(|role| CallTool::ROLES.has(*role))
        .peekable();
    if with_tools.peek().is_none() {
        return Err(Reason::RoleMissing);
    }
    if with_tools.any(takes) {
        Ok(())
    } else {
        Err(Reason::RoleClient)
    }
}

/// Days after which a person with these roles allows a client again: the longest that a role
/// gives. `None` is the platform's own time.
pub fn consent_days(rules: &Rules, roles: RoleSet) -> Option<u16> {
    let mut longest = None;
    for role in roles.iter().filter(|role| CallTool::ROLES.has(*role)) {
        longest = longest.max(Some(rules.of(role)?.consent_days?));
    }
    longest
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
