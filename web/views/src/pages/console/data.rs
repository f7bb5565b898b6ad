//! What becomes of a tenant's data when it leaves.

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::data::DataText, fill, grouped},
};

/// An erasure that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Until when it can be taken back.
    pub due: Moment,
    /// By whom.
    pub by: String,
}

/// Why the tenant was not given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUpFault {
    /// The short name was not typed.
    NotConfirmed,
    /// There is a legal hold.
    Held,
}

/// Export and erasure.
#[derive(Debug, Clone, Template)]
#[template(path = "console/data.html")]
pub struct DataPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Name in paths, which confirms.
    pub slug: String,
    /// Members.
    pub members: u64,
    /// Connections and keys.
    pub connections: u64,
    /// Entries of the ledger.
    pub entries: u64,
    /// Closed statements.
    pub statements: u64,
    /// Whether a legal hold is on.
    pub held: bool,
    /// The erasure that was announced.
    pub ending: Option<Ending>,
    /// The link to the receipt, shown once.
    pub link: Option<String>,
    /// Why the tenant was not given up.
    pub fault: Option<GiveUpFault>,
    /// Now, for ages.
    pub now: Moment,
}
page!(DataPage);

impl DataPage {
    fn t(&self) -> &'static DataText {
        text::console::data::of(self.console.lang())
    }

    fn goes(&self) -> String {
        let [members, connections, entries] =
            [self.members, self.connections, self.entries].map(grouped);
        let values = [
            ("members", members.as_str()),
            ("n", connections.as_str()),
            ("entries", entries.as_str()),
        ];
        fill(self.t().goes, &values)
    }

    fn stays(&self) -> String {
        fill(self.t().stays, &[("n", &grouped(self.statements))])
    }

    fn ends(&self, ending: &Ending) -> String {
        let name = crate::clean(&ending.by);
        let day = ending.due.full(self.console.lang());
        fill(
            self.t().ending,
            &[("name", name.as_ref()), ("day", day.as_str())],
        )
    }

    fn confirm(&self) -> String {
        fill(self.t().confirm, &[("slug", &self.slug)])
    }

    fn fault(&self) -> &'static str {
        match self.fault {
            None => "",
            Some(GiveUpFault::NotConfirmed) => self.t().not_confirmed,
            Some(GiveUpFault::Held) => self.t().held,
        }
    }
}

/// What the `done` parameter after a redirect says.
pub fn done(lang: Lang, code: &str) -> Option<&'static str> {
    (code == "kept").then(|| text::console::data::of(lang).kept)
}
