//! What is left of the plan, for every page that says so.

use model::{
    Day, Month, Tenant, Timestamp,
    billing::{DayCount, forecast},
};
use store::{DaysOf, StoreError, TenantTx};
use views::{
    Lang, Moment,
    console::{
        Banner, Tone,
        usage::{Labels, Quota},
    },
};

/// Thresholds in percent at which the console and the ledger speak.
const WARN_FROM: u64 = 80;

/// How a month stands, and for the current one how it will probably end.
pub(crate) async fn of(
    tx: &TenantTx,
    tenant: &Tenant,
    month: Month,
    now: Timestamp,
    lang: Lang,
) -> Result<Quota, StoreError> {
    let terms = tenant.contract.terms_in(month);
    let current = Month::of(now) == month;
    let today = if current {
        Day::of(now)
    } else {
        month.first_day().plus(month.days() - 1)
    };
    let from = Month::forecast_from(today);
    let days = tx.usage().days(from, today, &DaysOf::All).await?;
    let counts: Vec<_> = days
        .into_iter()
        .map(|(day, tally)| DayCount {
            day,
            calls: tally.delivered,
        })
        .collect();
    let found = forecast(&counts, today, Some(terms.included));
    let currency = tenant.contract.currency.code();
    // What stops calls before the plan does.
    let cap = tenant
        .monthly_stop(month)
        .filter(|_| tenant.limits.monthly_calls.is_some());
    Ok(Quota {
        used: found.used,
        included: terms.included,
        expected: current.then_some(found.expected),
        full_on: found
            .full_on
            .filter(|_| current || found.used >= terms.included)
            .map(|day| views::day_short(Moment(day.start().millis()), lang)),
        cap,
        overage: terms
            .overage
            .map(|price| views::money::price(&price.to_string(), currency, lang)),
    })
}

/// What every page should say about the quota of the current month: nothing below 80 %.
pub(crate) async fn banner(
    tx: &TenantTx,
    tenant: &Tenant,
    now: Timestamp,
    lang: Lang,
    billing: &str,
) -> Result<Option<Banner>, StoreError> {
    let month = Month::of(now);
    let used = tx.usage().month(month).await?.delivered;
    let included = tenant.contract.terms_in(month).included;
    let stop = tenant.monthly_stop(month);
    let of = stop.map_or(included, |stop| stop.min(included)).max(1);
    let percent = used.saturating_mul(100) / of;
    if percent < WARN_FROM {
        return Ok(None);
    }
    let stopped = stop.is_some_and(|stop| used >= stop);
    let (text, label) = Labels::of(lang).warning(percent, stopped);
    Ok(Some(Banner {
        tone: if stopped { Tone::Bad } else { Tone::Warn },
        text,
        link: Some((label.to_owned(), billing.to_owned())),
    }))
}
