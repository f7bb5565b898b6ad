//! The accounts of the platform.

use askama::Template;

use super::OperatorShell;
use crate::{Moment, pages::page, text::operator::OperatorText};

/// An account.
#[derive(Debug, Clone)]
pub struct OperatorAccountRow {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Path of its page.
    pub path: String,
    /// Whether it runs the platform.
    pub operator: bool,
    /// Whether it has a second factor.
    pub second: bool,
    /// Whether it may not sign in.
    pub blocked: bool,
    /// Since when there is one.
    pub since: Moment,
    /// Latest sign-in.
    pub seen: Option<Moment>,
}

/// A link that is shown once.
#[derive(Debug, Clone)]
pub struct FreshLink {
    /// For whom.
    pub whose: String,
    /// The whole address.
    pub url: String,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "operator/accounts.html")]
pub struct OperatorAccountsPage {
    /// Frame.
    pub console: OperatorShell,
    /// Search text.
    pub query: String,
    /// Newest first.
    pub rows: Vec<OperatorAccountRow>,
    /// Path of the next page.
    pub more: Option<String>,
    /// The link that was just made.
    pub fresh: Option<FreshLink>,
    /// Address in the form.
    pub email: String,
    /// Whether it is none.
    pub bad_email: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(OperatorAccountsPage);

impl OperatorAccountsPage {
    fn t(&self) -> &'static OperatorText {
        self.console.t()
    }

    fn fault(&self) -> &'static str {
        if self.bad_email {
            self.t().bad_email
        } else {
            ""
        }
    }
}

/// One account.
#[derive(Debug, Clone, Template)]
#[template(path = "operator/account.html")]
pub struct OperatorAccountPage {
    /// Frame.
    pub console: OperatorShell,
    /// The account.
    pub account: OperatorAccountRow,
    /// Whether it is the reader's own.
    pub own: bool,
    /// Browsers that are signed in.
    pub sessions: usize,
    /// Name and short name of the organisations that it has access to.
    pub tenants: Vec<(String, String)>,
    /// The link that was just made.
    pub fresh: Option<FreshLink>,
    /// Now, for ages.
    pub now: Moment,
}
page!(OperatorAccountPage);

impl OperatorAccountPage {
    fn t(&self) -> &'static OperatorText {
        self.console.t()
    }
}
