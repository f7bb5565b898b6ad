//! One's own account in the console.

mod factor;
mod passkeys;

use askama::Template;

pub use self::{
    factor::{FactorPage, FactorStage},
    passkeys::{PasskeyPanel, PasskeyRow, passkey_name},
};
use super::page;
use crate::{
    Moment, Shell,
    browser::browser_name,
    sign_in::PasswordFault,
    text::{self, account::AccountText},
};

/// A browser that is signed in.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Value of the field that ends it.
    pub id: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it signed in from.
    pub address: String,
    /// Beginning.
    pub started: Moment,
    /// Latest use.
    pub seen: Moment,
    /// Whether it is the reader's own.
    pub here: bool,
}

/// What an act before this page did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// Name and language were saved.
    Saved,
    /// One session was ended.
    Ended,
    /// All other sessions were ended.
    EndedOthers,
    /// The password was changed.
    Changed,
    /// The second factor was taken away.
    FactorOff,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey has another name.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The passkey had been removed already.
    PasskeyGone,
    /// The session was over already.
    Gone,
}

impl AccountChange {
    const ALL: [Self; 10] = [
        Self::Saved,
        Self::Ended,
        Self::EndedOthers,
        Self::Changed,
        Self::FactorOff,
        Self::PasskeyAdded,
        Self::PasskeyRenamed,
        Self::PasskeyRemoved,
        Self::PasskeyGone,
        Self::Gone,
    ];

    /// Its name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Ended => "ended",
            Self::EndedOthers => "ended-others",
            Self::Changed => "changed",
            Self::FactorOff => "factor-off",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRenamed => "passkey-renamed",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeyGone => "passkey-gone",
            Self::Gone => "gone",
        }
    }

    /// Reads [`AccountChange::code`].
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }
}

/// Why a password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFault {
    /// The current one is wrong.
    Wrong,
    /// Too many attempts.
    Slow,
    /// The new one will not do.
    New(PasswordFault),
}

/// The account.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// Frame.
    pub shell: Shell,
    /// Value of the `csrf` fields.
    pub csrf: String,
    /// Display name, as typed or as it is.
    pub name: String,
    /// Address.
    pub email: String,
    /// Whether its language is Chinese.
    pub zh: bool,
    /// The second factor: since when, and how many recovery codes are left.
    pub factor: Option<(Moment, u64)>,
    /// How it signs in without a password.
    pub passkeys: PasskeyPanel,
    /// Newest first.
    pub sessions: Vec<SessionRow>,
    /// What was just done.
    pub change: Option<AccountChange>,
    /// Whether the name was not taken.
    pub name_fault: bool,
    /// Why the password was not changed.
    pub fault: Option<ChangeFault>,
    /// Now, for ages.
    pub now: Moment,
}
page!(AccountPage);

impl AccountPage {
    fn t(&self) -> &'static AccountText {
        text::account::of(self.shell.lang)
    }

    fn time(&self, at: Moment) -> String {
        at.element(self.now, self.shell.lang)
    }

    fn browser(&self, row: &SessionRow) -> String {
        browser_name(&row.agent).unwrap_or_else(|| self.t().unknown.to_owned())
    }

    /// Each language, in its own words.
    fn languages(&self) -> [(&'static str, &'static str, bool); 2] {
        [("zh", "中文", self.zh), ("en", "English", !self.zh)]
    }

    fn codes_left(&self, left: u64) -> String {
        let t = self.t();
        let text = match left {
            0 => t.codes_none,
            1..=3 => t.codes_few,
            _ => t.codes_left,
        };
        text::fill(text, &[("n", &left.to_string())])
    }

    fn name_fault(&self) -> &'static str {
        if self.name_fault {
            self.t().name_fault
        } else {
            ""
        }
    }

    fn change_text(&self) -> Option<&'static str> {
        let t = self.t();
        let p = text::passkey::of(self.shell.lang);
        self.change.map(|change| match change {
            AccountChange::Saved => t.saved,
            AccountChange::Ended => t.ended,
            AccountChange::EndedOthers => t.ended_others,
            AccountChange::Changed => t.changed,
            AccountChange::FactorOff => t.factor_gone,
            AccountChange::PasskeyAdded => p.added_done,
            AccountChange::PasskeyRenamed => p.renamed,
            AccountChange::PasskeyRemoved => p.removed,
            AccountChange::PasskeyGone => p.gone,
            AccountChange::Gone => t.gone,
        })
    }

    /// What is wrong with the current password, and with the new one.
    fn password_faults(&self) -> (&'static str, &'static str) {
        let t = self.t();
        match self.fault {
            None => ("", ""),
            Some(ChangeFault::Wrong) => (t.wrong, ""),
            Some(ChangeFault::Slow) => (t.slow, ""),
            Some(ChangeFault::New(fault)) => ("", fault.words(self.shell.lang)),
        }
    }
}
