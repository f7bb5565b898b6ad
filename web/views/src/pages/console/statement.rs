//! One statement, and the calls behind one of its lines.

use std::borrow::Borrow;

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    money,
    pages::page,
    text::{
        self,
        console::{billing::BillingText, usage},
        fill, grouped,
    },
};

use super::{billing::PlanName, usage::free_words};

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineName {
    /// The plan's fee.
    Base(PlanName),
    /// Calls that the plan includes.
    Included,
    /// Calls beyond them.
    Overage,
    /// Calls of the month before.
    Late,
    /// Free calls: the place in the list of reasons.
    Free(usize),
}

impl LineName {
    /// In words.
    pub fn label(self, lang: Lang) -> String {
        let t = text::console::billing::of(lang);
        match self {
            Self::Base(plan) => fill(t.base, &[("plan", plan.name(t))]),
            Self::Included => t.included.to_owned(),
            Self::Overage => t.beyond.to_owned(),
            Self::Late => t.late.to_owned(),
            Self::Free(place) => {
                let words = free_words(usage::of(lang));
                words.get(place).copied().unwrap_or_default().to_owned()
            }
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// What for.
    pub name: LineName,
    /// How many.
    pub quantity: u64,
    /// Price of one, as digits.
    pub unit: String,
    /// Their product, rounded, in minor units.
    pub amount_minor: i64,
    /// Path of the calls that it counts; `None` for the fee.
    pub calls: Option<String>,
}

/// A credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Its number.
    pub number: u64,
    /// In minor units.
    pub amount_minor: i64,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Why a credit note was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditFault {
    /// No amount.
    Amount,
    /// Too much.
    Exceeds,
    /// No reason.
    Reason,
    /// Sent twice, or somebody was faster.
    Raced,
    /// No closed statement.
    NoStatement,
}

/// The form of a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditForm {
    /// Path that it posts `csrf`, `number`, `amount` and `reason` to.
    pub action: String,
    /// The number of the next note.
    pub number: u64,
    /// What may still be given back, in minor units.
    pub left_minor: i64,
    /// What was typed.
    pub amount: String,
    /// What was typed.
    pub reason: String,
    /// What is wrong with it.
    pub fault: Option<CreditFault>,
}

/// A statement.
#[derive(Debug, Clone, Template)]
#[template(path = "console/statement.html")]
pub struct StatementPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Now.
    pub now: Moment,
    /// The month in words.
    pub month: String,
    /// The plan.
    pub plan: PlanName,
    /// The currency.
    pub currency: &'static str,
    /// Its lines.
    pub lines: Vec<StatementLine>,
    /// Their sum.
    pub total_minor: i64,
    /// When it was closed; `None` for a draft.
    pub closed: Option<Moment>,
    /// SHA-256 of what is stored, and whether it still fits.
    pub hash: Option<(String, bool)>,
    /// Credit notes.
    pub credits: Vec<Credit>,
    /// The form for another one, for who may give it.
    pub form: Option<CreditForm>,
    /// Path of the CSV.
    pub csv: String,
    /// Path of the month's events.
    pub events: String,
    /// Path of the billing page.
    pub back: String,
}
page!(StatementPage);

impl StatementPage {
    fn t(&self) -> &'static BillingText {
        text::console::billing::of(self.console.lang())
    }

    fn money<M: Borrow<i64>>(&self, minor: M) -> String {
        money::amount(*minor.borrow(), self.currency, self.console.lang())
    }

    fn ago<T: Borrow<Moment>>(&self, at: T) -> String {
        self.console.time(*at.borrow(), self.now)
    }

    fn is_intact(&self) -> bool {
        matches!(self.hash, Some((_, true)))
    }

    fn heading(&self) -> String {
        let words = if self.closed.is_some() {
            self.t().open
        } else {
            self.t().draft_of
        };
        fill(words, &[("month", &self.month)])
    }

    fn label(&self, line: &StatementLine) -> String {
        line.name.label(self.console.lang())
    }

    fn see(&self, line: &StatementLine) -> String {
        fill(self.t().see_calls_of, &[("line", &self.label(line))])
    }

    fn unit(&self, line: &StatementLine) -> String {
        money::price(&line.unit, self.currency, self.console.lang())
    }

    fn after_credits(&self) -> i64 {
        let given: i64 = self.credits.iter().map(|note| note.amount_minor).sum();
        self.total_minor - given
    }

    fn left(&self, form: &CreditForm) -> String {
        money::amount(form.left_minor, self.currency, self.console.lang())
    }

    fn give_hint(&self, form: &CreditForm) -> String {
        fill(self.t().give_hint, &[("left", &self.left(form))])
    }

    fn fault(&self, form: &CreditForm) -> Option<String> {
        let t = self.t();
        Some(match form.fault? {
            CreditFault::Amount => t.credit_amount.to_owned(),
            CreditFault::Exceeds => fill(t.credit_exceeds, &[("left", &self.left(form))]),
            CreditFault::Reason => t.credit_reason.to_owned(),
            CreditFault::Raced => t.credit_raced.to_owned(),
            CreditFault::NoStatement => t.credit_none.to_owned(),
        })
    }
}

/// A call behind a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledCall {
    /// Its place in the ledger.
    pub seq: u64,
    /// Path of its entry, for those who may see it.
    pub path: Option<String>,
    /// When.
    pub at: Moment,
    /// Who; empty when it is not known.
    pub who: String,
    /// Which tool.
    pub tool: String,
    /// By which client.
    pub client: String,
    /// Whether it was delivered in part only.
    pub partial: bool,
}

/// The calls that a line counts.
#[derive(Debug, Clone, Template)]
#[template(path = "console/statement_line.html")]
pub struct LinePage {
    /// Frame.
    pub console: ConsoleShell,
    /// The month in words.
    pub month: String,
    /// The line.
    pub name: LineName,
    /// How many calls it counts.
    pub quantity: u64,
    /// How many the ledger has, if it was asked.
    pub recounted: Option<u64>,
    /// Path that asks it.
    pub recount: String,
    /// The calls of this part.
    pub calls: Vec<BilledCall>,
    /// Path of the calls after them.
    pub next: Option<String>,
    /// Path of the statement.
    pub back: String,
}
page!(LinePage);

impl LinePage {
    fn t(&self) -> &'static BillingText {
        text::console::billing::of(self.console.lang())
    }

    fn statement(&self) -> String {
        fill(self.t().open, &[("month", &self.month)])
    }

    fn heading(&self) -> String {
        self.name.label(self.console.lang())
    }

    fn tone<N: Borrow<u64>>(&self, found: N) -> &'static str {
        if *found.borrow() == self.quantity {
            "good"
        } else {
            "bad"
        }
    }

    fn recounted<N: Borrow<u64>>(&self, found: N) -> String {
        let (n, quantity) = (grouped(*found.borrow()), grouped(self.quantity));
        let values = [("n", n.as_str()), ("quantity", quantity.as_str())];
        fill(self.t().recounted, &values)
    }

    fn outcome(&self, call: &BilledCall) -> String {
        match self.name {
            LineName::Free(_) => self.heading(),
            _ if call.partial => self.t().partial.to_owned(),
            _ => self.t().ok.to_owned(),
        }
    }
}
