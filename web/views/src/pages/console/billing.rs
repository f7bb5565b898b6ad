//! Plan, quota, cap, statements.

use std::borrow::Borrow;

use askama::Template;

use crate::{
    Lang, Moment,
    console::ConsoleShell,
    money,
    pages::page,
    text::{
        self,
        console::{billing::BillingText, usage::UsageText},
        fill, grouped,
    },
};

use super::usage::{Choice, Quota};

/// A plan on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanName {
    /// For trying.
    Free,
    /// For a team.
    Team,
    /// For an enterprise.
    Enterprise,
}

impl PlanName {
    pub(crate) const fn name(self, t: &BillingText) -> &'static str {
        match self {
            Self::Free => t.free,
            Self::Team => t.team,
            Self::Enterprise => t.enterprise,
        }
    }

    const fn purpose(self, t: &BillingText) -> &'static str {
        match self {
            Self::Free => t.free_for,
            Self::Team => t.team_for,
            Self::Enterprise => t.enterprise_for,
        }
    }

    /// In words.
    pub fn label(self, lang: Lang) -> &'static str {
        self.name(text::console::billing::of(lang))
    }
}

/// How a plan stands to the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanState {
    /// In force.
    Current,
    /// In force from a month on.
    Planned(String),
    /// Can be chosen.
    Offered,
    /// In force, and another one follows: choosing it keeps it.
    Leaving,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCard {
    /// Which.
    pub plan: PlanName,
    /// Value that the form posts.
    pub value: &'static str,
    /// Fee of a month, in minor units.
    pub base_minor: i64,
    /// Calls included.
    pub included: u64,
    /// Price of each further call, as digits; `None` stops.
    pub overage: Option<String>,
    /// How it stands.
    pub state: PlanState,
}

/// What a cap would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The cap.
    pub cap: u64,
    /// The month in words.
    pub month: String,
    /// Delivered calls.
    pub delivered: u64,
    /// Calls that would have been stopped.
    pub stopped: u64,
    /// People who made them.
    pub people: u64,
    /// The first of them.
    pub first: Option<Moment>,
}

/// A closed statement in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The month in words.
    pub month: String,
    /// Path of the statement.
    pub path: String,
    /// Its plan.
    pub plan: PlanName,
    /// Delivered calls.
    pub delivered: u64,
    /// Its total, in minor units.
    pub total_minor: i64,
    /// Given back, in minor units.
    pub credited_minor: i64,
    /// The currency.
    pub currency: &'static str,
    /// When it was closed.
    pub closed: Moment,
}

/// The page. Forms post `csrf` and `plan`, or `csrf` and `calls`; the trial is a GET with `try`
/// and `month`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/billing.html")]
pub struct BillingPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Now.
    pub now: Moment,
    /// Whether the reader may change the plan and the cap.
    pub may_manage: bool,
    /// The month in words.
    pub month: String,
    /// What is left of the plan.
    pub quota: Quota,
    /// Amount of the month so far, in minor units.
    pub so_far_minor: i64,
    /// The currency of the tenant.
    pub currency: &'static str,
    /// Path of the draft of this month's statement.
    pub draft: String,
    /// Days after the end of a month until its statement is closed.
    pub grace_days: u64,
    /// Warnings of this month: percent, and when.
    pub warnings: Vec<(u8, Moment)>,
    /// The plans.
    pub plans: Vec<PlanCard>,
    /// Path that the plan form posts to.
    pub plan_action: String,
    /// The cap in force.
    pub cap: Option<u64>,
    /// What was typed as a cap, and whether it is wrong.
    pub cap_typed: Option<(String, bool)>,
    /// Path that the cap form posts to.
    pub cap_action: String,
    /// Path of this page, for the trial.
    pub action: String,
    /// Months that a cap can be tried on.
    pub trial_months: Vec<Choice>,
    /// What the trial gave.
    pub trial: Option<Trial>,
    /// Closed statements, newest first.
    pub statements: Vec<StatementRow>,
}
page!(BillingPage);

impl BillingPage {
    fn t(&self) -> &'static BillingText {
        text::console::billing::of(self.console.lang())
    }

    fn u(&self) -> &'static UsageText {
        text::console::usage::of(self.console.lang())
    }

    fn money<M: Borrow<i64>>(&self, minor: M) -> String {
        money::amount(*minor.borrow(), self.currency, self.console.lang())
    }

    fn ago<T: Borrow<Moment>>(&self, at: T) -> String {
        self.console.time(*at.borrow(), self.now)
    }

    fn warned<P: Borrow<u8>>(&self, percent: P) -> String {
        let percent = percent.borrow().to_string();
        fill(self.t().warned, &[("percent", &percent)])
    }

    fn fee(&self, card: &PlanCard) -> String {
        fill(self.t().a_month, &[("price", &self.money(card.base_minor))])
    }

    fn includes(&self, card: &PlanCard) -> String {
        fill(self.t().includes, &[("n", &grouped(card.included))])
    }

    fn beyond(&self, card: &PlanCard) -> String {
        match &card.overage {
            Some(digits) => {
                let price = money::price(digits, self.currency, self.console.lang());
                fill(self.t().overage, &[("price", &price)])
            }
            None => self.t().stops.to_owned(),
        }
    }

    fn choose(&self, card: &PlanCard) -> String {
        let words = match card.state {
            PlanState::Leaving => self.t().keep_named,
            _ => self.t().choose_named,
        };
        fill(words, &[("plan", card.plan.name(self.t()))])
    }

    fn holds_from(&self, month: &str) -> String {
        fill(self.t().from_then, &[("month", month)])
    }

    fn draft_hint(&self) -> String {
        fill(
            self.t().draft_hint,
            &[("days", &self.grace_days.to_string())],
        )
    }

    fn cap_words(&self) -> String {
        match self.cap {
            Some(n) => fill(self.t().cap_now, &[("n", &grouped(n))]),
            None => self.t().cap_none.to_owned(),
        }
    }

    fn cap_value(&self) -> String {
        match (&self.cap_typed, self.cap) {
            (Some((typed, _)), _) => crate::clean(typed),
            (None, Some(cap)) => cap.to_string(),
            (None, None) => String::new(),
        }
    }

    fn cap_is_wrong(&self) -> bool {
        matches!(self.cap_typed, Some((_, true)))
    }

    fn trial_words(&self, trial: &Trial) -> String {
        let cap = grouped(trial.cap);
        let people = grouped(trial.people);
        let Some(first) = trial.first else {
            let calls = grouped(trial.delivered);
            let values = [
                ("cap", cap.as_str()),
                ("month", trial.month.as_str()),
                ("calls", calls.as_str()),
            ];
            return fill(self.t().trial_none, &values);
        };
        let calls = grouped(trial.stopped);
        let at = first.full(self.console.lang());
        let values = [
            ("cap", cap.as_str()),
            ("month", trial.month.as_str()),
            ("calls", calls.as_str()),
            ("people", people.as_str()),
            ("at", at.as_str()),
        ];
        fill(self.t().trial, &values)
    }

    fn total(&self, row: &StatementRow) -> String {
        money::amount(row.total_minor, row.currency, self.console.lang())
    }

    fn credited(&self, row: &StatementRow) -> String {
        money::amount(row.credited_minor, row.currency, self.console.lang())
    }
}

/// Words that the handlers need.
#[derive(Clone, Copy)]
pub struct Labels(&'static BillingText);

impl Labels {
    /// In one language.
    pub fn of(lang: Lang) -> Self {
        Self(text::console::billing::of(lang))
    }

    /// What an act did, by the code of its redirect.
    pub fn done(self, code: &str) -> Option<&'static str> {
        match code {
            "plan" => Some(self.0.done_plan),
            "cap" => Some(self.0.done_cap),
            "credit" => Some(self.0.done_credit),
            _ => None,
        }
    }

    /// Heads of a statement's CSV: month, line, quantity, price, amount, currency follows.
    pub const fn csv(self) -> [&'static str; 5] {
        let t = self.0;
        [t.month, t.line, t.quantity, t.unit, t.amount]
    }

    /// Total, credit note, total after credit notes.
    pub const fn sums(self) -> [&'static str; 3] {
        [self.0.total, self.0.credits, self.0.after_credits]
    }
}
