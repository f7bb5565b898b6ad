//! What can be asked for. Few, uniform actions; each names the facts that it is decided on.

use serde::{Deserialize, Serialize};

use crate::{Access, Capability, MemberId, Role, RoleSet};

/// What a tool does to Feishu's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Adds or changes.
    Write,
    /// Deletes or overwrites.
    Destroy,
}

impl Effect {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destroy => "destroy",
        }
    }

    /// The access that a credential needs for it.
    pub const fn access(self) -> Access {
        match self {
            Self::Read => Access::Read,
            Self::Write | Self::Destroy => Access::Write,
        }
    }
}

/// The facts of a tool that policy decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ToolFacts {
    /// Name in the catalogue.
    pub name: &'static str,
    /// What this call does (of a tool that mixes, the effect of the chosen operation).
    pub effect: Effect,
    /// The capability it belongs to; `None` is always on (`whoami`, `help`).
    pub capability: Option<Capability>,
}

/// Something that can be asked for.
pub trait Action: 'static {
    /// Stable name, for denials and the grid.
    const NAME: &'static str;
    /// What it is decided on.
    type Target;
    /// The roles that may do it: any one of them is enough.
    const ROLES: RoleSet;
    /// Access that the credential needs.
    fn access(target: &Self::Target) -> Access;
    /// The tool, if one is meant.
    fn tool(_target: &Self::Target) -> Option<&ToolFacts> {
        None
    }
    /// Whether a link that was made for it may do it, in the hands of whoever opens it first.
    const BY_LINK: bool = false;
    /// Whether it takes a fresh proof of who is there, however long the session still lives.
    const STEP_UP: bool = false;
    /// Whether an admin may do it for the owner.
    const ADMIN_STANDS_IN: bool = false;
    /// Member whose own thing it is: nobody else may do it, but see [`Action::ADMIN_STANDS_IN`].
    fn owner(_target: &Self::Target) -> Option<MemberId> {
        None
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident($text:literal) on $target:ty { $($body:tt)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl Action for $name {
            const NAME: &'static str = $text;
            type Target = $target;
            $($body)*
        }
    )*};
}

/// Roles that use the tools.
const TOOLS: RoleSet = RoleSet::CUSTOM.or(RoleSet::of(&[
    Role::EndUser,
    Role::Developer,
    Role::Admin,
    Role::Owner,
]));
/// Roles that run the tenant.
pub(super) const ADMINS: RoleSet = RoleSet::of(&[Role::Admin, Role::Owner]);
const READ: Access = Access::Read;
const WRITE: Access = Access::Write;

/// An action of the console, on the tenant as a whole.
macro_rules! console {
    ($($(#[$doc:meta])* $name:ident($text:literal) by $roles:expr, $access:expr $(, $constant:ident = $value:literal)*;)*) => {
        actions! {$(
            $(#[$doc])*
            $name($text) on () {
                const ROLES: RoleSet = $roles;
                $(const $constant: bool = $value;)*
                fn access((): &()) -> Access { $access }
            }
        )*}
    };
}

actions! {
    /// Call one tool.
    CallTool("call_tool") on ToolFacts {
        const ROLES: RoleSet = TOOLS;
        fn access(tool: &ToolFacts) -> Access { tool.effect.access() }
        fn tool(tool: &ToolFacts) -> Option<&ToolFacts> { Some(tool) }
    }
    /// Grant an MCP client access in one's own name.
    ConnectClient("connect_client") on MemberId {
        const ROLES: RoleSet = TOOLS;
        fn access(_: &MemberId) -> Access { READ }
        fn owner(member: &MemberId) -> Option<MemberId> { Some(*member) }
    }
    /// See and end the connections and keys of one member.
    ManageOwnConnections("manage_own_connections") on MemberId {
        const ROLES: RoleSet = TOOLS;
        fn access(_: &MemberId) -> Access { READ }
        const ADMIN_STANDS_IN: bool = true;
        fn owner(member: &MemberId) -> Option<MemberId> { Some(*member) }
    }
}

console! {
    /// Come into the console at all and see how the tenant stands.
    ViewConsole("view_console") by ADMINS.or(RoleSet::of(&[Role::Developer, Role::Auditor, Role::Billing])), READ;
    /// Change the tenant's app, policy, roles and settings.
    ManageTenant("manage_tenant") by ADMINS, WRITE;
    /// Enter the credentials of the tenant's Feishu app and look how it is set up.
    SetUpApp("set_up_app") by ADMINS, WRITE, BY_LINK = true;
    /// Put another Feishu app in the place of the tenant's: everybody signs in again.
    ReplaceApp("replace_app") by ADMINS, WRITE, STEP_UP = true;
    /// Give and take access to the console.
    ManagePeople("manage_people") by ADMINS, WRITE;
    /// See and end everybody's connections and keys, stop members, clients and tools.
    ManageConnections("manage_connections") by ADMINS, WRITE;
    /// Read the tenant's ledger.
    ReadLedger("read_ledger") by ADMINS.with(Role::Auditor), READ;
    /// See usage and what it costs.
    ReadUsage("read_usage") by ADMINS.or(RoleSet::of(&[Role::Billing, Role::Auditor])), READ;
    /// Change the plan and caps.
    ManageBilling("manage_billing") by RoleSet::of(&[Role::Owner, Role::Billing]), WRITE;
    /// Read the logs of the tenant's calls, try a tool.
    UseDeveloperDesk("use_developer_desk") by ADMINS.with(Role::Developer), READ;
    /// Make, change, stop and try rules that act on what happens.
    ManageRules("manage_rules") by ADMINS.with(Role::Developer), WRITE;
    /// Serve the tenant no more, or again: for operators alone.
    SuspendTenant("suspend_tenant") by RoleSet::EMPTY, WRITE;
    /// Export everything, give the tenant up.
    EraseTenant("erase_tenant") by RoleSet::of(&[Role::Owner]), WRITE, STEP_UP = true;
}
