//! Policy: one pure function decides, and the only way to a [`Permit`] leads through it.
//!
//! The same function filters `tools/list`, guards the call and answers "why not?".

mod action;
mod decide;
mod permit;

pub use action::{
    Action, CallTool, ConnectClient, Effect, EraseTenant, ManageBilling, ManageConnections,
    ManageOwnConnections, ManagePeople, ManageTenant, ReadArguments, ReadLedger, ReadUsage,
    ReplaceApp, SetUpApp, ToolFacts, UseDeveloperDesk, ViewConsole,
};
pub use decide::{Decision, Denied, Reason, Rules, authorize, decide};
pub use permit::Permit;
