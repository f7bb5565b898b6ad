//! Rates and quotas, plans and what they cost.

mod contract;
mod limits;
mod terms;

pub use contract::{Contract, Period};
pub use limits::{Limits, Rate};
pub use terms::{Currency, MicroPrice, Plan, Terms};
