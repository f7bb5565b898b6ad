//! The plans and their prices.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a tenant bought. The order is that of what is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// For trying: stops when the included calls are used up.
    Free,
    /// For a team.
    Team,
    /// For an enterprise.
    Enterprise,
}

/// The money that a tenant pays in. Both have two decimals: 100 minor units make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Renminbi; minor unit fen.
    #[serde(rename = "CNY")]
    Cny,
    /// US dollar; minor unit cent.
    #[serde(rename = "USD")]
    Usd,
}

impl Currency {
    /// All currencies.
    pub const ALL: [Self; 2] = [Self::Cny, Self::Usd];

    /// Code of ISO 4217.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cny => "CNY",
            Self::Usd => "USD",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// A price of one call in millionths of the currency's unit: 20,000 is 0.02.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroPrice(pub u64);

/// Millionths of a unit in one minor unit.
const MICROS_PER_MINOR: u128 = 10_000;

impl MicroPrice {
    /// The price of `calls` in minor units. The exact product is rounded once, to the nearest
    /// minor unit, half a unit up: never call by call.
    pub fn amount(self, calls: u64) -> i64 {
        let exact = u128::from(self.0) * u128::from(calls);
        let rounded = (exact + MICROS_PER_MINOR / 2) / MICROS_PER_MINOR;
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for MicroPrice {
    /// As a decimal number with at least two places: `0.02`, `0.0035`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = format!("{:06}", self.0 % 1_000_000);
        let kept = places.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / 1_000_000, &places[..kept])
    }
}

/// What a plan costs and includes in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Fee of a month in minor units.
    pub base_minor: i64,
    /// Delivered calls of a month that the fee covers.
    pub included: u64,
    /// Price of each further call; `None` stops there.
    pub overage: Option<MicroPrice>,
}

impl Plan {
    /// All plans, smallest first.
    pub const ALL: [Self; 3] = [Self::Free, Self::Team, Self::Enterprise];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Team => "team",
            Self::Enterprise => "enterprise",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.name() == name)
    }

    /// What it costs and includes.
    pub const fn terms(self, currency: Currency) -> Terms {
        let (base_minor, included, overage) = match (self, currency) {
            (Self::Free, _) => (0, 1_000, None),
            (Self::Team, Currency::Cny) => (29_900, 20_000, Some(MicroPrice(20_000))),
            (Self::Team, Currency::Usd) => (4_200, 20_000, Some(MicroPrice(3_000))),
            (Self::Enterprise, Currency::Cny) => (199_900, 200_000, Some(MicroPrice(12_000))),
            (Self::Enterprise, Currency::Usd) => (27_900, 200_000, Some(MicroPrice(1_800))),
        };
        Terms {
            base_minor,
            included,
            overage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_rounded_once_and_half_a_unit_up() {
        // 0.0018 each: 2.77 calls make one half cent.
        let price = MicroPrice(1_800);
        for (calls, minor) in [(0, 0), (2, 0), (3, 1), (25, 5), (1_000_000, 180_000)] {
            assert_eq!(price.amount(calls), minor, "{calls} calls");
        }
        assert_eq!(MicroPrice(5_000).amount(1), 1, "exactly half goes up");
        assert_eq!(MicroPrice(u64::MAX).amount(u64::MAX), i64::MAX);
    }

    #[test]
    fn a_price_prints_its_places() {
        for (micros, text) in [(20_000, "0.02"), (1_800, "0.0018"), (1_500_000, "1.50")] {
            assert_eq!(MicroPrice(micros).to_string(), text);
        }
    }

    #[test]
    fn a_bigger_plan_includes_more_and_costs_less_beyond() {
        for currency in Currency::ALL {
            let [free, team, enterprise] = Plan::ALL.map(|plan| plan.terms(currency));
            assert!(free.included < team.included && team.included < enterprise.included);
            assert!(free.base_minor < team.base_minor && team.base_minor < enterprise.base_minor);
            assert!(free.overage.is_none() && team.overage > enterprise.overage);
        }
    }
}
