//! How the erasure of an organisation stands, for whoever has the link.

use askama::Template;

use super::page;
use crate::{
    Moment, Shell,
    text::{self, erasure::ErasureText, fill, grouped},
};

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// How many statements and credit notes.
    pub count: u64,
    /// Until when.
    pub until: Moment,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErasureStage {
    /// It can still be taken back, or goes on.
    Waiting {
        /// Until when.
        due: Moment,
        /// Whether it has begun.
        begun: bool,
    },
    /// It is done.
    Done {
        /// Name of the organisation.
        name: String,
        /// When.
        at: Moment,
        /// Until when the receipt is here.
        until: Moment,
        /// Rows that went.
        rows: u64,
        /// What is kept.
        kept: Vec<KeptRow>,
        /// Public key of the signature.
        key: String,
        /// Path of the receipt.
        file: String,
    },
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "erasure.html")]
pub struct ErasurePage {
    /// Frame.
    pub shell: Shell,
    /// How it stands.
    pub stage: ErasureStage,
    /// Now, for ages.
    pub now: Moment,
}
page!(ErasurePage);

impl ErasurePage {
    fn t(&self) -> &'static ErasureText {
        text::erasure::of(self.shell.lang)
    }

    fn full(&self, at: Moment) -> String {
        at.full(self.shell.lang)
    }

    fn waits(&self, due: Moment) -> String {
        fill(self.t().waiting, &[("day", &self.full(due))])
    }

    fn done(&self, name: &str, at: Moment) -> String {
        let name = crate::clean(name);
        let at = self.full(at);
        fill(self.t().done, &[("name", name.as_ref()), ("day", &at)])
    }

    fn rows(&self, rows: u64) -> String {
        fill(self.t().rows, &[("n", &grouped(rows))])
    }

    fn kept(&self, row: &KeptRow) -> String {
        let (count, day) = (grouped(row.count), row.until.day(self.shell.lang));
        fill(self.t().kept, &[("n", &count), ("day", &day)])
    }

    fn here(&self, until: Moment) -> String {
        fill(self.t().here, &[("day", &until.day(self.shell.lang))])
    }
}
