//! Who has access to a tenant's console.

use askama::Template;

use crate::{
    Lang, Moment,
    console::{ConsoleShell, Tone, members::role_name},
    pages::page,
    text::{self, console::people::PeopleText},
};

/// An account with access.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Stable names of its roles.
    pub roles: Vec<String>,
    /// Since when.
    pub since: Moment,
    /// Latest sign-in.
    pub seen: Option<Moment>,
    /// Whether it has a second factor.
    pub second: bool,
    /// Whether it may not sign in.
    pub blocked: bool,
    /// Whether it is the reader's own.
    pub own: bool,
    /// Path of its page.
    pub path: String,
}

/// A member with a role of the console.
#[derive(Debug, Clone)]
pub struct MemberAccess {
    /// Name as Feishu gives it.
    pub name: String,
    /// Stable names of its roles.
    pub roles: Vec<String>,
    /// Latest sign-in.
    pub seen: Moment,
}

/// An invitation that waits.
#[derive(Debug, Clone)]
pub struct InviteRow {
    /// Value of the field that takes it back.
    pub id: String,
    /// For whom.
    pub email: String,
    /// Stable names of the roles.
    pub roles: Vec<String>,
    /// End.
    pub until: Moment,
}

/// A role that can be given.
#[derive(Debug, Clone)]
pub struct RoleBox {
    /// Stable name.
    pub role: &'static str,
    /// Whether it is ticked.
    pub on: bool,
    /// Whether the reader may give or take it.
    pub free: bool,
}

/// Why an invitation or a change was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleFault {
    /// No e-mail address.
    Email,
    /// No role.
    NoRole,
    /// A role that only owners give.
    NotYours,
}

/// A link that was just made.
#[derive(Debug, Clone)]
pub struct FreshInvite {
    /// For whom.
    pub email: String,
    /// The whole address.
    pub url: String,
}

/// The list.
#[derive(Debug, Clone, Template)]
#[template(path = "console/people.html")]
pub struct PeoplePage {
    /// Frame.
    pub console: ConsoleShell,
    /// Accounts with access.
    pub accounts: Vec<AccountRow>,
    /// Members with a role of the console.
    pub members: Vec<MemberAccess>,
    /// Whether the reader may see the role mapping.
    pub mapping: bool,
    /// Invitations that wait.
    pub invites: Vec<InviteRow>,
    /// The link that was just made.
    pub fresh: Option<FreshInvite>,
    /// Address in the form.
    pub email: String,
    /// Roles in the form.
    pub boxes: Vec<RoleBox>,
    /// Why the invitation was not made.
    pub fault: Option<PeopleFault>,
    /// Whether accounts must prove a second factor.
    pub second: bool,
    /// Whether the reader may change that.
    pub owns: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(PeoplePage);

impl PeoplePage {
    fn t(&self) -> &'static PeopleText {
        text::console::people::of(self.console.lang())
    }

    fn fault_text(&self) -> Option<&'static str> {
        self.fault.map(|fault| self.t().fault(fault))
    }
}

/// One account.
#[derive(Debug, Clone, Template)]
#[template(path = "console/person.html")]
pub struct PersonPage {
    /// Frame.
    pub console: ConsoleShell,
    /// The account.
    pub account: AccountRow,
    /// What the page was made from, to see whether somebody else was faster.
    pub was: String,
    /// Its roles.
    pub boxes: Vec<RoleBox>,
    /// Whether the reader may change anything here.
    pub free: bool,
    /// Why the change was not made.
    pub fault: Option<PeopleFault>,
    /// Now, for ages.
    pub now: Moment,
}
page!(PersonPage);

impl PersonPage {
    fn t(&self) -> &'static PeopleText {
        text::console::people::of(self.console.lang())
    }

    fn fault_text(&self) -> Option<&'static str> {
        self.fault.map(|fault| self.t().fault(fault))
    }
}

/// Names of roles for people, separated for their language.
pub(crate) fn names(lang: Lang, roles: &[String]) -> String {
    let names: Vec<_> = roles.iter().map(|role| role_name(lang, role)).collect();
    names.join(lang.pick(", ", "、"))
}

impl PeopleText {
    pub(crate) const fn fault(&self, fault: PeopleFault) -> &'static str {
        match fault {
            PeopleFault::Email => self.bad_email,
            PeopleFault::NoRole => self.no_role,
            PeopleFault::NotYours => self.not_yours,
        }
    }

    pub(crate) fn help(&self, role: &str) -> &'static str {
        match role {
            "owner" => self.owner_help,
            "admin" => self.admin_help,
            "auditor" => self.auditor_help,
            "billing" => self.billing_help,
            _ => self.developer_help,
        }
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleChange {
    /// Roles were set.
    Saved,
    /// Access was taken away.
    Removed,
    /// An invitation was taken back.
    Withdrawn,
    /// An invitation did not wait any more.
    Gone,
    /// There was nothing to change.
    Same,
    /// Nobody would own the tenant any more.
    LastOwner,
    /// Somebody else was faster.
    Conflict,
    /// Accounts are asked for a second factor now.
    SecondOn,
    /// They are no longer.
    SecondOff,
    /// Only owners may ask for that.
    OwnersOnly,
    /// Who asks for that has one.
    OwnFirst,
}

impl PeopleChange {
    const ALL: [Self; 11] = [
        Self::Saved,
        Self::Removed,
        Self::Withdrawn,
        Self::Gone,
        Self::Same,
        Self::LastOwner,
        Self::Conflict,
        Self::SecondOn,
        Self::SecondOff,
        Self::OwnersOnly,
        Self::OwnFirst,
    ];

    /// Its name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Removed => "removed",
            Self::Withdrawn => "withdrawn",
            Self::Gone => "gone",
            Self::Same => "same",
            Self::LastOwner => "last-owner",
            Self::Conflict => "conflict",
            Self::SecondOn => "second-on",
            Self::SecondOff => "second-off",
            Self::OwnersOnly => "owners-only",
            Self::OwnFirst => "own-first",
        }
    }

    /// Reads [`PeopleChange::code`].
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }

    /// The notice about it.
    pub fn notice(self, lang: Lang) -> (Tone, &'static str) {
        let t = text::console::people::of(lang);
        match self {
            Self::Saved => (Tone::Good, t.saved),
            Self::Removed => (Tone::Good, t.removed),
            Self::Withdrawn => (Tone::Good, t.withdrawn),
            Self::Gone => (Tone::Info, t.gone),
            Self::Same => (Tone::Info, t.same),
            Self::LastOwner => (Tone::Bad, t.last_owner),
            Self::Conflict => (Tone::Warn, t.conflict),
            Self::SecondOn => (Tone::Good, t.second_on),
            Self::SecondOff => (Tone::Good, t.second_off),
            Self::OwnersOnly => (Tone::Bad, t.owners_only),
            Self::OwnFirst => (Tone::Warn, t.own_first),
        }
    }
}
