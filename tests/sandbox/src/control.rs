//! Switches and observations that are not part of the simulated platform: faults, limits,
//! statistics. They are forgotten when the process ends.

mod fault;
mod limits;
mod log;

use std::collections::BTreeSet;

use crate::events::Pushes;

pub(crate) use fault::Faults;
pub use fault::{Fault, FaultKind};
pub(crate) use limits::{Limited, Limits};
pub(crate) use log::{LoggedCall, RequestLog};

/// All switches and observations.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) log: RequestLog,
    /// Events that are pushed.
    pub(crate) pushes: Pushes,
    /// Fields of answers that the platform does not publish (debug builds look for them).
    pub(crate) unpublished: BTreeSet<String>,
}
