//! Example values of usage, billing and statements.

use super::{NOW, Names, console::shell};
use crate::{
    Lang, Moment, RenderError,
    chart::{Bar, Chart, Words},
    console::{
        Tab, Tone,
        billing::{BillingPage, PlanCard, PlanName, PlanState, StatementRow, Trial},
        statement::{
            BilledCall, Credit, CreditFault, CreditForm, LineName, LinePage, StatementLine,
            StatementPage,
        },
        usage::{ActiveFilter, Choice, Labels, Pivot, PivotRow, Quota, UsagePage},
    },
};

const DAY: i64 = 86_400_000;

/// The pages, in each of their states.
pub(super) fn all(lang: Lang, names: &Names) -> Vec<(&'static str, Result<String, RenderError>)> {
    let busy = usage(lang, names);
    let mut quiet = busy.clone();
    quiet.pivot = Pivot::default();
    quiet.filters.clear();
    for chart in &mut quiet.charts {
        *chart = Chart::ranking(words(lang, "none"), vec![]);
        "days".clone_into(&mut chart.id);
    }
    quiet.charts.truncate(1);
    let plans = billing(lang, names);
    let mut reader = plans.clone();
    reader.may_manage = false;
    reader.trial = None;
    reader.statements.clear();
    reader.warnings.clear();
    reader.quota.overage = None;
    let mut wrong = plans.clone();
    wrong.cap_typed = Some(("many".to_owned(), true));
    let closed = statement(lang, names);
    let mut draft = closed.clone();
    draft.closed = None;
    draft.hash = None;
    draft.credits.clear();
    draft.form = None;
    let mut broken = closed.clone();
    broken.hash = Some(("00".repeat(32), false));
    if let Some(form) = &mut broken.form {
        form.fault = Some(CreditFault::Exceeds);
        "999999.00".clone_into(&mut form.amount);
    }
    vec![
        ("console-usage", busy.render()),
        ("console-usage-quiet", quiet.render()),
        ("console-billing", plans.render()),
        ("console-billing-reader", reader.render()),
        ("console-billing-wrong-cap", wrong.render()),
        ("console-statement", closed.render()),
        ("console-statement-draft", draft.render()),
        ("console-statement-broken", broken.render()),
        ("console-statement-line", line(lang, names).render()),
    ]
}

fn choices(labels: &[&str]) -> Vec<Choice> {
    labels
        .iter()
        .enumerate()
        .map(|(place, label)| Choice {
            value: place.to_string(),
            label: (*label).to_owned(),
            chosen: place == 0,
        })
        .collect()
}

fn words(lang: Lang, id: &str) -> Words {
    let labels = Labels::of(lang);
    let [delivered, free, ..] = labels.measures();
    Words {
        id: id.to_owned(),
        title: labels.charts()[0].to_owned(),
        summary: labels.gist(12_345, 678, Some(lang.pick("Mon 23 Nov", "11月23日 周一"))),
        subject: labels.day().to_owned(),
        legend: vec![delivered.to_owned(), free.to_owned()],
    }
}

fn quota(lang: Lang) -> Quota {
    Quota {
        used: 16_412,
        included: 20_000,
        expected: Some(22_750),
        full_on: Some(lang.pick("27 Nov", "11月27日").to_owned()),
        cap: None,
        overage: Some(lang.pick("CNY 0.02", "¥0.02").to_owned()),
    }
}

fn usage(lang: Lang, names: &Names) -> UsagePage {
    let labels = Labels::of(lang);
    let days = (0..30_u64)
        .map(|day| {
            let at = Moment(NOW.0 + (i64::try_from(day).unwrap_or_default() - 22) * DAY);
            let weekend = day % 7 >= 5;
            let calls = if weekend { 40 } else { 600 + (day * 37) % 230 };
            Bar {
                label: (day + 1).to_string(),
                full: crate::weekday_and_day(at, lang),
                parts: vec![if day < 23 { calls } else { 0 }, calls / 20],
            }
        })
        .collect();
    let tools = [
        ("doc_read", 9_800),
        ("doc_edit", 4_210),
        (&names.client, 77),
    ]
    .map(|(name, calls)| Bar {
        label: name.to_owned(),
        full: name.to_owned(),
        parts: vec![calls, calls / 15],
    })
    .to_vec();
    UsagePage {
        console: shell(lang, names, Tab::Usage),
        action: "/console/t/acme/usage".to_owned(),
        months: choices(&[lang.pick("November 2026", "2026年11月")]),
        rows: choices(&labels.dimensions()),
        columns: choices(&[labels.dimensions()[2], labels.nothing()]),
        measures: choices(&labels.measures()),
        filters: vec![ActiveFilter {
            label: format!("{}: {}", labels.dimensions()[3], names.client),
            name: "client",
            value: "x".to_owned(),
            lift: "/console/t/acme/usage".to_owned(),
        }],
        month: lang.pick("November 2026", "2026年11月").to_owned(),
        quota: quota(lang),
        pivot: Pivot {
            row_name: labels.dimensions()[0].to_owned(),
            beside_name: labels.dimensions()[1].to_owned(),
            columns: vec!["doc_read".to_owned(), names.client.clone()],
            rows: vec![PivotRow {
                label: names.person.clone(),
                beside: names.organisation.clone(),
                path: "/console/t/acme/usage?person=1".to_owned(),
                cells: vec![1_204, 0],
                total: 1_204,
            }],
            sums: vec![16_000, 412],
            total: 16_412,
            first: 51,
            all: 214,
            previous: Some("/console/t/acme/usage?page=1".to_owned()),
            next: Some("/console/t/acme/usage?page=3".to_owned()),
        },
        csv: "/console/t/acme/usage/csv".to_owned(),
        csv_flat: "/console/t/acme/usage/csv?flat=1".to_owned(),
        events: "/console/t/acme/usage/events".to_owned(),
        billing: "/console/t/acme/billing".to_owned(),
        charts: vec![
            Chart::columns(words(lang, "days"), days),
            Chart::ranking(words(lang, "tools"), tools),
        ],
        free: [41, 12, 7, 0, 3, 20, 2],
        delivered: 16_412,
    }
}

fn billing(lang: Lang, names: &Names) -> BillingPage {
    let month = lang.pick("November 2026", "2026年11月").to_owned();
    let mut console = shell(lang, names, Tab::Billing);
    console = console.with_notice(
        Tone::Good,
        crate::console::billing::Labels::of(lang)
            .done("plan")
            .unwrap_or_default(),
    );
    let card = |plan, value, base_minor, included, overage: Option<&str>, state| PlanCard {
        plan,
        value,
        base_minor,
        included,
        overage: overage.map(str::to_owned),
        state,
    };
    BillingPage {
        console,
        now: NOW,
        may_manage: true,
        month: month.clone(),
        quota: quota(lang),
        so_far_minor: 29_900,
        currency: "CNY",
        draft: "/console/t/acme/billing/statements/2026-11".to_owned(),
        grace_days: 2,
        warnings: vec![(80, Moment(NOW.0 - 2 * DAY))],
        plans: vec![
            card(
                PlanName::Free,
                "free",
                0,
                1_000,
                None,
                PlanState::Planned(month.clone()),
            ),
            card(
                PlanName::Team,
                "team",
                29_900,
                20_000,
                Some("0.02"),
                PlanState::Leaving,
            ),
            card(
                PlanName::Enterprise,
                "enterprise",
                199_900,
                200_000,
                Some("0.012"),
                PlanState::Offered,
            ),
        ],
        plan_action: "/console/t/acme/billing/plan".to_owned(),
        cap: Some(25_000),
        cap_typed: None,
        cap_action: "/console/t/acme/billing/cap".to_owned(),
        action: "/console/t/acme/billing".to_owned(),
        trial_months: choices(&[month.as_str()]),
        trial: Some(Trial {
            cap: 15_000,
            month: month.clone(),
            delivered: 16_412,
            stopped: 1_412,
            people: 14,
            first: Some(Moment(NOW.0 - DAY)),
        }),
        statements: vec![StatementRow {
            month,
            path: "/console/t/acme/billing/statements/2026-10".to_owned(),
            plan: PlanName::Team,
            delivered: 20_123,
            total_minor: 30_146,
            credited_minor: 1_000,
            currency: "CNY",
            closed: Moment(NOW.0 - 20 * DAY),
        }],
    }
}

fn statement(lang: Lang, names: &Names) -> StatementPage {
    let line = |name, quantity, unit: &str, amount_minor| StatementLine {
        name,
        quantity,
        unit: unit.to_owned(),
        amount_minor,
        calls: Some("/console/t/acme/billing/statements/2026-10/lines/1".to_owned()),
    };
    StatementPage {
        console: shell(lang, names, Tab::Billing),
        now: NOW,
        month: lang.pick("October 2026", "2026年10月").to_owned(),
        plan: PlanName::Team,
        currency: "CNY",
        lines: vec![
            line(LineName::Base(PlanName::Team), 1, "299.00", 29_900),
            line(LineName::Included, 20_000, "0.00", 0),
            line(LineName::Overage, 123, "0.02", 246),
            line(LineName::Late, 2, "0.00", 0),
            line(LineName::Free(0), 41, "0.00", 0),
        ],
        total_minor: 30_146,
        closed: Some(Moment(NOW.0 - 20 * DAY)),
        hash: Some(("5f".repeat(32), true)),
        credits: vec![Credit {
            number: 1,
            amount_minor: 1_000,
            reason: names.client.clone(),
            by: names.person.clone(),
            at: Moment(NOW.0 - DAY),
        }],
        form: Some(CreditForm {
            action: "/console/t/acme/billing/statements/2026-10/credit".to_owned(),
            number: 2,
            left_minor: 29_146,
            amount: String::new(),
            reason: names.client.clone(),
            fault: None,
        }),
        csv: "/console/t/acme/billing/statements/2026-10/csv".to_owned(),
        events: "/console/t/acme/usage/events?month=2026-10".to_owned(),
        back: "/console/t/acme/billing".to_owned(),
    }
}

fn line(lang: Lang, names: &Names) -> LinePage {
    LinePage {
        console: shell(lang, names, Tab::Billing),
        month: lang.pick("October 2026", "2026年10月").to_owned(),
        name: LineName::Overage,
        quantity: 123,
        recounted: Some(123),
        recount: "/console/t/acme/billing/statements/2026-10/lines/2?check=1".to_owned(),
        calls: vec![BilledCall {
            seq: 20_001,
            path: Some("/console/t/acme/audit/20001".to_owned()),
            at: Moment(NOW.0 - 25 * DAY),
            who: names.person.clone(),
            tool: "doc_read".to_owned(),
            client: names.client.clone(),
            partial: false,
        }],
        next: Some("/console/t/acme/billing/statements/2026-10/lines/2?after=1".to_owned()),
        back: "/console/t/acme/billing/statements/2026-10".to_owned(),
    }
}
