//! Which plan held in which month.

use serde::{Deserialize, Serialize};

use crate::{Brand, Currency, Month, Plan, Terms};

/// A plan from a month on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first month.
    pub from: Month,
    /// The plan.
    pub plan: Plan,
}

/// The plans of a tenant over time. A month has one plan, so what a month costs never depends on
/// when it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contract {
    /// The money it pays in.
    pub currency: Currency,
    /// Earliest first; before the first one the free plan holds.
    pub periods: Vec<Period>,
}

impl Contract {
    /// A contract that begins with the free plan, in the money of the brand's market.
    pub const fn new(brand: Brand) -> Self {
        Self {
            currency: match brand {
                Brand::Feishu => Currency::Cny,
                Brand::Lark => Currency::Usd,
            },
            periods: Vec::new(),
        }
    }

    /// The plan of a month.
    pub fn plan_in(&self, month: Month) -> Plan {
        self.periods
            .iter()
            .rev()
            .find(|period| period.from <= month)
            .map_or(Plan::Free, |period| period.plan)
    }

    /// The terms of a month.
    pub fn terms_in(&self, month: Month) -> Terms {
        self.plan_in(month).terms(self.currency)
    }

    /// The plan that follows after `month`, if it is another.
    pub fn next_after(&self, month: Month) -> Option<Period> {
        let now = self.plan_in(month);
        self.periods
            .iter()
            .copied()
            .find(|period| period.from > month && period.plan != now)
    }

    /// The contract after choosing `plan` in `month`, and the month that it holds from: a bigger
    /// plan (or the same, which takes a planned change back) at once and for the whole month, a
    /// smaller one from the next month. Months before `month` are never touched.
    #[must_use]
    pub fn choosing(&self, plan: Plan, month: Month) -> (Self, Month) {
        let from = if plan >= self.plan_in(month) {
            month
        } else {
            month.next()
        };
        let mut periods: Vec<Period> = self
            .periods
            .iter()
            .copied()
            .filter(|period| period.from < from)
            .collect();
        let before = periods.last().map_or(Plan::Free, |period| period.plan);
        if before != plan {
            periods.push(Period { from, plan });
        }
        let contract = Self {
            currency: self.currency,
            periods,
        };
        (contract, from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_bigger_plan_holds_at_once_and_a_smaller_one_from_the_next_month() {
        let free = Contract::new(Brand::Lark);
        assert_eq!(free.currency, Currency::Usd);
        let (team, from) = free.choosing(Plan::Team, month("2026-11"));
        assert_eq!(from, month("2026-11"));
        assert_eq!(team.plan_in(month("2026-11")), Plan::Team);
        assert_eq!(team.plan_in(month("2026-10")), Plan::Free);
        let (back, from) = team.choosing(Plan::Free, month("2026-11"));
        assert_eq!(from, month("2026-12"));
        assert_eq!(back.plan_in(month("2026-11")), Plan::Team);
        assert_eq!(back.plan_in(month("2027-01")), Plan::Free);
        assert_eq!(
            back.next_after(month("2026-11")).map(|next| next.plan),
            Some(Plan::Free)
        );
    }

    #[test]
    fn choosing_the_same_plan_takes_a_planned_change_back() {
        let now = month("2026-11");
        let (team, _) = Contract::new(Brand::Feishu).choosing(Plan::Team, now);
        let (leaving, _) = team.choosing(Plan::Free, now);
        let (stays, _) = leaving.choosing(Plan::Team, now);
        assert_eq!(stays, team);
        assert_eq!(stays.next_after(now), None);
    }

    #[test]
    fn choosing_never_changes_a_month_that_is_over() {
        let mut contract = Contract::new(Brand::Feishu);
        let mut months = Vec::new();
        let mut at = month("2026-01");
        for plan in [Plan::Team, Plan::Free, Plan::Enterprise, Plan::Team] {
            contract = contract.choosing(plan, at).0;
            months.push((at, contract.plan_in(at)));
            at = at.next().next();
            for (past, plan) in &months {
                assert_eq!(contract.plan_in(*past), *plan, "{past}");
            }
        }
    }
}
