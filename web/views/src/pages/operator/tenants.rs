//! The list of tenants.

use askama::Template;

use super::{OperatorShell, plan_name};
use crate::{
    Moment,
    pages::page,
    text::{fill, grouped, operator::OperatorText},
};

/// How a tenant's Feishu app is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppState {
    /// There is none.
    Missing,
    /// Nobody has looked yet.
    Unknown,
    /// No fault.
    Well,
    /// That many faults.
    Faults(u32),
}

impl AppState {
    pub(super) fn words(self, t: &OperatorText) -> (&'static str, String) {
        match self {
            Self::Missing => ("", t.app_missing.to_owned()),
            Self::Unknown => ("", t.app_unknown.to_owned()),
            Self::Well => ("good", t.app_well.to_owned()),
            Self::Faults(n) => ("bad", fill(t.app_faults, &[("n", &n.to_string())])),
        }
    }
}

/// A tenant.
#[derive(Debug, Clone)]
pub struct TenantRow {
    /// Name.
    pub name: String,
    /// Name in paths.
    pub slug: String,
    /// Path of its page.
    pub path: String,
    /// Stable name of the plan of this month.
    pub plan: &'static str,
    /// Whether it is served.
    pub active: bool,
    /// When it is erased, if it was given up.
    pub ends: Option<Moment>,
    /// Delivered calls of this month.
    pub calls: u64,
    /// Its Feishu app.
    pub app: AppState,
    /// Since when.
    pub since: Moment,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "operator/tenants.html")]
pub struct OperatorTenantsPage {
    /// Frame.
    pub console: OperatorShell,
    /// What is searched for.
    pub query: String,
    /// `active`, `suspended` or empty.
    pub status: String,
    /// Served tenants, and the others.
    pub counts: (u64, u64),
    /// Delivered calls of this month over all tenants; `true` when some were not counted, and
    /// `None` while they are being counted.
    pub calls: Option<(u64, bool)>,
    /// The rows.
    pub rows: Vec<TenantRow>,
    /// Path of the next page.
    pub more: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(OperatorTenantsPage);

impl OperatorTenantsPage {
    fn t(&self) -> &'static OperatorText {
        self.console.t()
    }

    fn plan(&self, row: &TenantRow) -> &'static str {
        plan_name(self.console.lang(), row.plan)
    }

    fn app(&self, row: &TenantRow) -> (&'static str, String) {
        row.app.words(self.t())
    }

    fn statuses(&self) -> [(&'static str, &'static str, bool); 3] {
        let t = self.t();
        [
            ("", t.any, self.status.is_empty()),
            ("active", t.active, self.status == "active"),
            ("suspended", t.suspended, self.status == "suspended"),
        ]
    }

    fn all_calls(&self) -> String {
        let Some((calls, more)) = self.calls else {
            return "…".to_owned();
        };
        format!("{}{}", grouped(calls), if more { "+" } else { "" })
    }

    fn filtered(&self) -> bool {
        !self.query.is_empty() || !self.status.is_empty()
    }
}
