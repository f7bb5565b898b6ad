//! The members of a tenant, and one of them.

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::members::MembersText},
};

/// A member in the list.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// Name as Feishu gives it.
    pub name: String,
    /// Path of the member.
    pub path: String,
    /// Roles, printed.
    pub roles: String,
    /// Whether nothing of it gets in.
    pub blocked: bool,
    /// Latest sign-in.
    pub seen: Moment,
}

/// The members.
#[derive(Debug, Clone, Template)]
#[template(path = "console/members.html")]
pub struct MembersPage {
    /// Frame.
    pub console: ConsoleShell,
    /// In the order of their first sign-in.
    pub members: Vec<MemberRow>,
    /// Path of the next page.
    pub more: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(MembersPage);

impl MembersPage {
    fn t(&self) -> &'static MembersText {
        text::console::members::of(self.console.lang())
    }
}

/// One member.
#[derive(Debug, Clone, Template)]
#[template(path = "console/member.html")]
pub struct MemberPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The member.
    pub member: MemberRow,
    /// First sign-in.
    pub first: Moment,
    /// Path of the member's connections.
    pub connections: String,
    /// Path that blocks the member, or lets it in again.
    pub act: String,
    /// Now, for ages.
    pub now: Moment,
}
page!(MemberPage);

impl MemberPage {
    fn t(&self) -> &'static MembersText {
        text::console::members::of(self.console.lang())
    }
}

/// What became of a member, for the notice.
pub fn changed(lang: Lang, blocked: bool) -> &'static str {
    let t = text::console::members::of(lang);
    if blocked {
        t.was_blocked
    } else {
        t.was_unblocked
    }
}

/// A role's name for people; names of custom roles come from the tenant's policy.
pub fn role_name(lang: Lang, role: &str) -> &'static str {
    let t = text::console::members::of(lang);
    match role {
        "end_user" => t.end_user,
        "developer" => t.developer,
        "auditor" => t.auditor,
        "billing" => t.billing,
        "admin" => t.admin,
        "owner" => t.owner,
        _ => t.custom,
    }
}
