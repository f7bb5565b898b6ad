//! What a call costs, and the statement of a month.

use serde::{Deserialize, Serialize};

use super::Month;
use crate::{Contract, Currency, MicroPrice, Outcome, Plan, TenantId, Timestamp};

/// What one call adds to the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charge {
    /// Delivered: counts towards the included calls, or costs the overage price.
    Counted,
    /// Free, and why.
    Free(FreeCalls),
}

/// Why a call is free. One statement line each, so that the reader sees that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreeCalls {
    /// Refused by policy.
    Denied,
    /// Refused by a limit or the quota.
    Limited,
    /// Feishu refused or failed.
    Upstream,
    /// The platform failed.
    Failed,
    /// A Feishu sign-in or scope was missing.
    Reauthorize,
    /// Could not be understood.
    Invalid,
    /// Given up by the caller.
    Cancelled,
}

impl FreeCalls {
    /// All reasons.
    pub const ALL: [Self; 7] = [
        Self::Denied,
        Self::Limited,
        Self::Upstream,
        Self::Failed,
        Self::Reauthorize,
        Self::Invalid,
        Self::Cancelled,
    ];

    /// The outcome that it stands for.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Denied => Outcome::Denied,
            Self::Limited => Outcome::Limited,
            Self::Upstream => Outcome::Upstream,
            Self::Failed => Outcome::Failed,
            Self::Reauthorize => Outcome::Reauthorize,
            Self::Invalid => Outcome::Invalid,
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

/// What a call with this outcome costs; `None` for what is no finished call.
pub const fn charge(outcome: Outcome) -> Option<Charge> {
    Some(match outcome {
        Outcome::Ok | Outcome::Partial => Charge::Counted,
        Outcome::Denied => Charge::Free(FreeCalls::Denied),
        Outcome::Limited => Charge::Free(FreeCalls::Limited),
        Outcome::Upstream => Charge::Free(FreeCalls::Upstream),
        Outcome::Failed => Charge::Free(FreeCalls::Failed),
        Outcome::Reauthorize => Charge::Free(FreeCalls::Reauthorize),
        Outcome::Invalid => Charge::Free(FreeCalls::Invalid),
        Outcome::Cancelled => Charge::Free(FreeCalls::Cancelled),
        Outcome::Pending => return None,
    })
}

/// Calls by what they cost, and what they took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tally {
    /// Delivered calls.
    pub delivered: u64,
    /// Free calls, in the order of [`FreeCalls::ALL`].
    pub free: [u64; 7],
    /// Calls made to Feishu.
    pub upstream_calls: u64,
    /// Time spent, in microseconds.
    pub duration_us: u64,
}

impl Tally {
    /// Free calls of one kind.
    pub fn free(&self, why: FreeCalls) -> u64 {
        let place = FreeCalls::ALL.iter().position(|known| *known == why);
        place
            .and_then(|place| self.free.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// All free calls.
    pub fn free_calls(&self) -> u64 {
        self.free.iter().sum()
    }

    /// All calls.
    pub fn calls(&self) -> u64 {
        self.delivered + self.free_calls()
    }

    /// Counts one call.
    pub fn count(&mut self, outcome: Outcome, upstream_calls: u32, duration_us: u64) {
        let Some(charge) = charge(outcome) else {
            return;
        };
        match charge {
            Charge::Counted => self.delivered += 1,
            Charge::Free(why) => {
                let place = FreeCalls::ALL.iter().position(|known| *known == why);
                if let Some(count) = place.and_then(|place| self.free.get_mut(place)) {
                    *count += 1;
                }
            }
        }
        self.upstream_calls += u64::from(upstream_calls);
        self.duration_us = self.duration_us.saturating_add(duration_us);
    }

    /// Adds the calls of another tally.
    pub fn add(&mut self, other: &Self) {
        self.delivered += other.delivered;
        for (mine, theirs) in self.free.iter_mut().zip(other.free) {
            *mine += theirs;
        }
        self.upstream_calls += other.upstream_calls;
        self.duration_us = self.duration_us.saturating_add(other.duration_us);
    }
}

/// What a line of a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "line", content = "of")]
pub enum LineKind {
    /// The plan's fee for the month.
    Base,
    /// Delivered calls that the fee covers.
    Included,
    /// Delivered calls beyond them.
    Overage,
    /// Delivered calls of the month before, recorded after its statement was closed: free.
    Late,
    /// Calls that cost nothing.
    Free(FreeCalls),
}

/// A line: a quantity at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    /// What for.
    #[serde(flatten)]
    pub kind: LineKind,
    /// Calls; 1 for the fee.
    pub quantity: u64,
    /// Price of one, in millionths of the currency's unit.
    pub unit: MicroPrice,
    /// Quantity times price, rounded once to minor units.
    pub amount_minor: i64,
}

/// What a statement is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementFacts<'c> {
    /// The tenant.
    pub tenant: TenantId,
    /// The month.
    pub month: Month,
    /// The tenant's contract.
    pub contract: &'c Contract,
    /// The calls of the month.
    pub tally: Tally,
    /// Delivered calls of the month before that its statement does not hold.
    pub late: u64,
    /// Last place of the ledger that was counted.
    pub through_seq: u64,
    /// Place of the first delivered call beyond the included ones.
    pub overage_from_seq: Option<u64>,
    /// When it was made.
    pub at: Timestamp,
}

/// The statement of a month. A draft until it is closed and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The tenant.
    pub tenant: TenantId,
    /// The month.
    pub month: Month,
    /// The plan.
    pub plan: Plan,
    /// The money.
    pub currency: Currency,
    /// The lines.
    pub lines: Vec<Line>,
    /// Their sum in minor units.
    pub total_minor: i64,
    /// Last place of the ledger that was counted: later entries of the month are late.
    pub through_seq: u64,
    /// Place of the first delivered call beyond the included ones.
    pub overage_from_seq: Option<u64>,
    /// When it was made, in epoch milliseconds.
    pub at: Timestamp,
}

impl Statement {
    /// The statement of these facts: always the same for the same facts.
    pub fn draft(facts: &StatementFacts<'_>) -> Self {
        let plan = facts.contract.plan_in(facts.month);
        let terms = plan.terms(facts.contract.currency);
        let free = MicroPrice(0);
        let base = MicroPrice(u64::try_from(terms.base_minor).unwrap_or_default() * 10_000);
        let overage = terms.overage.unwrap_or(free);
        let delivered = facts.tally.delivered;
        let mut lines = vec![
            (LineKind::Base, 1, base),
            (LineKind::Included, delivered.min(terms.included), free),
        ];
        // Without an overage price a few calls may still have slipped past the stop: free.
        let beyond = delivered.saturating_sub(terms.included);
        if beyond > 0 {
            lines.push((LineKind::Overage, beyond, overage));
        }
        if facts.late > 0 {
            lines.push((LineKind::Late, facts.late, free));
        }
        for why in FreeCalls::ALL {
            if facts.tally.free(why) > 0 {
                lines.push((LineKind::Free(why), facts.tally.free(why), free));
            }
        }
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|(kind, quantity, unit)| Line {
                kind,
                quantity,
                unit,
                amount_minor: unit.amount(quantity),
            })
            .collect();
        Self {
            tenant: facts.tenant,
            month: facts.month,
            plan,
            currency: facts.contract.currency,
            total_minor: lines.iter().map(|line| line.amount_minor).sum(),
            lines,
            through_seq: facts.through_seq,
            overage_from_seq: facts.overage_from_seq,
            at: facts.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Brand, ManualClock, SeededEntropy};

    fn facts(contract: &Contract, tally: Tally) -> StatementFacts<'_> {
        let clock = ManualClock::at(Timestamp::from_millis(1_796_200_000_000));
        StatementFacts {
            tenant: TenantId::mint(&clock, &SeededEntropy::new(1)),
            month: "2026-11".parse().unwrap(),
            contract,
            tally,
            late: 0,
            through_seq: 9,
            overage_from_seq: None,
            at: Timestamp::from_millis(1_796_200_000_000),
        }
    }

    fn on(plan: Plan) -> Contract {
        let from = "2026-01".parse().unwrap();
        Contract::new(Brand::Feishu).choosing(plan, from).0
    }

    #[test]
    fn only_delivered_calls_cost_on_any_plan() {
        for outcome in Outcome::ALL {
            let counted = charge(outcome) == Some(Charge::Counted);
            assert_eq!(counted, outcome.billable(), "{}", outcome.name());
            for plan in Plan::ALL {
                let contract = on(plan);
                let mut tally = Tally {
                    delivered: plan.terms(contract.currency).included,
                    ..Tally::default()
                };
                let before = Statement::draft(&facts(&contract, tally)).total_minor;
                for _ in 0..1_000 {
                    tally.count(outcome, 1, 1);
                }
                let after = Statement::draft(&facts(&contract, tally));
                let costs = outcome.billable() && plan != Plan::Free;
                let name = outcome.name();
                assert_eq!(after.total_minor > before, costs, "{name} on {plan:?}");
                if let Some(Charge::Free(why)) = charge(outcome) {
                    let line = after.lines.iter().find(|l| l.kind == LineKind::Free(why));
                    let line = line.map(|line| (line.quantity, line.amount_minor));
                    assert_eq!(line, Some((1_000, 0)), "{name} is shown as free");
                }
            }
        }
    }

    #[test]
    fn a_statement_adds_up() {
        let contract = on(Plan::Team);
        let tally = Tally {
            delivered: 20_123,
            ..Tally::default()
        };
        let statement = Statement::draft(&facts(&contract, tally));
        let amounts: Vec<_> = statement
            .lines
            .iter()
            .map(|line| (line.kind, line.quantity, line.amount_minor))
            .collect();
        assert_eq!(
            amounts,
            [
                (LineKind::Base, 1, 29_900),
                (LineKind::Included, 20_000, 0),
                (LineKind::Overage, 123, 246),
            ]
        );
        assert_eq!(statement.total_minor, 30_146);
        let text = serde_json::to_string(&statement).unwrap();
        assert_eq!(
            serde_json::from_str::<Statement>(&text).unwrap(),
            statement,
            "{text}"
        );
    }

    #[test]
    fn a_tally_counts_each_outcome_once() {
        let mut tally = Tally::default();
        for outcome in Outcome::ALL {
            tally.count(outcome, 2, 5);
        }
        assert_eq!((tally.delivered, tally.free), (2, [1; 7]));
        assert_eq!((tally.calls(), tally.upstream_calls), (9, 18));
        let mut twice = tally;
        twice.add(&tally);
        assert_eq!((twice.calls(), twice.duration_us), (18, 90));
    }
}
