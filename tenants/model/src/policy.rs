//! Policy: one pure function decides, and the only way to a [`Permit`] leads through it.
//!
//! The same function filters `tools/list`, guards the call and answers "why not?".

mod action;
mod decide;
mod permit;
mod places;
mod rules;

pub use action::{
    Action, CallTool, ConnectClient, Effect, EraseTenant, ManageBilling, ManageConnections,
    ManageOwnConnections, ManagePeople, ManageRules, ManageTenant, ReadLedger, ReadUsage,
    ReplaceApp, SetUpApp, SuspendTenant, ToolFacts, UseDeveloperDesk, ViewConsole,
};
pub use decide::{
    Caller, Decision, Denied, Reason, authorize, by_each_role, consent_days, decide, fence,
    may_connect, reach_outside, would,
};
pub use permit::Permit;
pub use places::{Fence, Place, PlaceKind, Places, Whereabouts};
pub use rules::{ClientChoice, RoleName, RoleRules, Rules, ToolChoice};
