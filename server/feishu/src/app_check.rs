//! Is a tenant's Feishu app set up? Asked live, judged once.
//!
//! [`look`] asks Feishu everything that an app may be asked about itself and gives [`AppFacts`];
//! [`judge`] turns the facts into a [`Report`] without asking anybody. The console's wizard, the
//! nightly check and the `doctor` command show the same report.

mod facts;
mod import;
mod judge;
mod judge_scopes;
mod links;
mod look;
mod report;
mod words;

pub use facts::{Answer, AppFacts, AppSettings};
pub use import::{REFUSED_BY_CONSOLE, import_json};
pub use judge::{SKEW_SECONDS, Seen, Wanted, judge};
pub use links::{ConsoleLinks, Region};
pub use look::{Look, answers, look, user_scopes};
pub use report::{Finding, ProbeId, Report, ScopeRow, ScopeState, Status, TokenType, Words};

#[cfg(test)]
mod tests;
