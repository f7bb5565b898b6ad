//! A tenant and its names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Capability, Contract, Limits, Locale, Month, Plan, Rate, TenantId, Timestamp};

/// The brand of the open platform that a tenant's app belongs to. An app belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Brand {
    /// feishu.cn.
    Feishu,
    /// larksuite.com.
    Lark,
}

impl Brand {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Feishu => "feishu",
            Self::Lark => "lark",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Feishu, Self::Lark]
            .into_iter()
            .find(|brand| brand.name() == name)
    }
}

/// The name of a tenant in paths: 2 to 40 characters of `a-z`, `0-9` and `-`, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a slug has 2 to 40 characters of a-z, 0-9 and '-', begins with a letter and ends without '-'"
)]
pub struct SlugError;

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let fits = (2..=40).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError)
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a tenant is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TenantStatus {
    /// Served.
    Active,
    /// Refused at every door; data kept.
    Suspended,
}

impl TenantStatus {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Suspended]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// One enterprise and the public facts of its Feishu app. The app secret is not here: it is a
/// sealed value that only the credentials step opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Identity.
    pub id: TenantId,
    /// Name in paths.
    pub slug: Slug,
    /// Name for people.
    pub name: String,
    /// Brand of the app.
    pub brand: Brand,
    /// Feishu App ID (`cli_…`), the OAuth client id towards Feishu.
    pub app_id: String,
    /// Served or not.
    pub status: TenantStatus,
    /// What the tenant switched on; the minimal Feishu scopes follow from it.
    pub capabilities: Vec<Capability>,
    /// Rates and quota in force.
    pub limits: Limits,
    /// What it bought.
    pub contract: Contract,
    /// Language of texts where the reader's is unknown.
    pub locale: Locale,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tenant {
    /// How fast the calls of a member and of all may come in a month: as the tenant set it, as far
    /// as its plan goes. What an operator set beyond every plan holds as it is.
    pub fn rates(&self, month: Month) -> (Rate, Rate) {
        let (member, whole) = Limits::fastest(self.contract.plan_in(month));
        let (most, _) = Limits::fastest(Plan::Enterprise);
        if self.limits.member.burst > most.burst {
            return (self.limits.member, self.limits.tenant);
        }
        let lower = |own: Rate, plan: Rate| Rate {
            burst: own.burst.min(plan.burst),
            per_minute: own.per_minute.min(plan.per_minute),
        };
        (
            lower(self.limits.member, member),
            lower(self.limits.tenant, whole),
        )
    }

    /// Delivered calls after which a month stops: the included ones of a plan that sells no more,
    /// the tenant's own cap, or the lower of both. `None` goes on at the overage price.
    pub fn monthly_stop(&self, month: Month) -> Option<u64> {
        let terms = self.contract.terms_in(month);
        let plan = terms.overage.is_none().then_some(terms.included);
        match (plan, self.limits.monthly_calls) {
            (Some(plan), Some(cap)) => Some(plan.min(cap)),
            (plan, cap) => plan.or(cap),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ManualClock, SeededEntropy};

    #[test]
    fn the_plan_and_the_cap_decide_where_a_month_stops() {
        let month: Month = "2026-11".parse().unwrap();
        let now = month.start();
        let mut tenant = Tenant {
            id: TenantId::mint(&ManualClock::at(now), &SeededEntropy::new(1)),
            slug: "acme".parse().unwrap(),
            name: "Acme".to_owned(),
            brand: Brand::Feishu,
            app_id: "cli_x".to_owned(),
            status: TenantStatus::Active,
            capabilities: vec![],
            limits: Limits::default(),
            contract: Contract::new(Brand::Feishu),
            locale: Locale::Zh,
            created_at: now,
        };
        assert_eq!(tenant.monthly_stop(month), Some(1_000), "free stops");
        tenant.limits.monthly_calls = Some(5_000);
        assert_eq!(
            tenant.monthly_stop(month),
            Some(1_000),
            "a cap adds nothing"
        );
        tenant.contract = tenant.contract.choosing(Plan::Team, month).0;
        assert_eq!(tenant.monthly_stop(month), Some(5_000), "the cap holds");
        assert_eq!(tenant.monthly_stop(month.before()), Some(1_000));
        tenant.limits.monthly_calls = None;
        assert_eq!(tenant.monthly_stop(month), None, "overage is sold");
        tenant.limits.member.burst = 30;
        assert_eq!(tenant.rates(month).0.burst, 30, "a team may");
        let later = month.next();
        tenant.contract = tenant.contract.choosing(Plan::Free, month).0;
        assert_eq!(tenant.rates(later).0.burst, 10, "a smaller plan is slower");
        tenant.limits.member.burst = 1_000_000;
        assert_eq!(tenant.rates(later).0.burst, 1_000_000, "an operator's word");
    }
}
