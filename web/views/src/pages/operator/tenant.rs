//! One tenant, as an operator may see it: what it bought and how it stands, nothing of its content.

use askama::Template;

use super::{AppState, OperatorShell, plan_name};
use crate::{
    Moment,
    pages::page,
    text::{fill, operator::OperatorText},
};

/// Calls of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow {
    /// The month.
    pub month: String,
    /// Stable name of the plan.
    pub plan: &'static str,
    /// Delivered calls.
    pub delivered: u64,
    /// Calls that were refused or failed.
    pub free: u64,
}

/// Why the tenant is suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendedFor {
    /// The reason.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorFault {
    /// No reason was given.
    NoReason,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "operator/tenant.html")]
pub struct OperatorTenantPage {
    /// Frame.
    pub console: OperatorShell,
    /// Name.
    pub name: String,
    /// Name in paths.
    pub slug: String,
    /// Feishu or Lark.
    pub brand: String,
    /// App ID.
    pub app_id: String,
    /// The app.
    pub app: AppState,
    /// Since when.
    pub since: Moment,
    /// Whether it is served.
    pub active: bool,
    /// Why not.
    pub suspended: Option<SuspendedFor>,
    /// When it is erased, if it was given up.
    pub ends: Option<Moment>,
    /// Stable name of the plan of this month.
    pub plan: &'static str,
    /// The plan that follows, and its month.
    pub next: Option<(&'static str, String)>,
    /// Calls of the latest months, newest first.
    pub months: Vec<MonthRow>,
    /// Members.
    pub members: u64,
    /// Connections and keys.
    pub connections: u64,
    /// Entries of the ledger.
    pub entries: u64,
    /// Master key of its data key.
    pub master_key: String,
    /// What was typed as a reason.
    pub reason: String,
    /// Why nothing was done.
    pub fault: Option<OperatorFault>,
    /// Now, for ages.
    pub now: Moment,
}
page!(OperatorTenantPage);

impl OperatorTenantPage {
    fn t(&self) -> &'static OperatorText {
        self.console.t()
    }

    fn plan_of(&self, name: &str) -> &'static str {
        plan_name(self.console.lang(), name)
    }

    fn plans(&self) -> Vec<(&'static str, &'static str, bool)> {
        ["free", "team", "enterprise"]
            .into_iter()
            .map(|name| (name, self.plan_of(name), name == self.plan))
            .collect()
    }

    fn following(&self) -> Option<String> {
        let (plan, month) = self.next.as_ref()?;
        let name = self.plan_of(plan);
        let values = [("name", name), ("month", month.as_str())];
        Some(fill(self.t().plan_next, &values))
    }

    fn app(&self) -> (&'static str, String) {
        self.app.words(self.t())
    }

    fn fault(&self) -> &'static str {
        match self.fault {
            None => "",
            Some(OperatorFault::NoReason) => self.t().no_reason,
        }
    }

    fn given(&self, one: &SuspendedFor) -> String {
        let name = crate::clean(&one.by);
        fill(self.t().suspended_by, &[("name", name.as_ref())])
    }
}
