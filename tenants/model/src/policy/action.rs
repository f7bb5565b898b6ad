//! What can be asked for. Few, uniform actions; each names the facts that it is decided on.

use serde::{Deserialize, Serialize};

use crate::{Access, Capability, MemberId, Role};

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
    /// Weakest role that may do it.
    fn role(target: &Self::Target) -> Role;
    /// Access that the credential needs.
    fn access(target: &Self::Target) -> Access;
    /// Capability that the tenant must have switched on.
    fn capability(_target: &Self::Target) -> Option<Capability> {
        None
    }
    /// The tool, if one is meant.
    fn tool(_target: &Self::Target) -> Option<&'static str> {
        None
    }
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

actions! {
    /// Call one tool.
    CallTool("call_tool") on ToolFacts {
        fn role(_: &ToolFacts) -> Role { Role::EndUser }
        fn access(tool: &ToolFacts) -> Access { tool.effect.access() }
        fn capability(tool: &ToolFacts) -> Option<Capability> { tool.capability }
        fn tool(tool: &ToolFacts) -> Option<&'static str> { Some(tool.name) }
    }
    /// Grant an MCP client access in one's own name.
    ConnectClient("connect_client") on MemberId {
        fn role(_: &MemberId) -> Role { Role::EndUser }
        fn access(_: &MemberId) -> Access { Access::Read }
        fn owner(member: &MemberId) -> Option<MemberId> { Some(*member) }
    }
    /// See and end the connections and keys of one member.
    ManageOwnConnections("manage_own_connections") on MemberId {
        fn role(_: &MemberId) -> Role { Role::EndUser }
        fn access(_: &MemberId) -> Access { Access::Read }
        const ADMIN_STANDS_IN: bool = true;
        fn owner(member: &MemberId) -> Option<MemberId> { Some(*member) }
    }
    /// Change the tenant's settings, roles and members.
    ManageTenant("manage_tenant") on () {
        fn role((): &()) -> Role { Role::Admin }
        fn access((): &()) -> Access { Access::Write }
    }
    /// Read the tenant's ledger.
    ReadLedger("read_ledger") on () {
        fn role((): &()) -> Role { Role::Admin }
        fn access((): &()) -> Access { Access::Read }
    }
}
