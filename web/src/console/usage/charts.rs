//! The pictures below the table.

use std::collections::BTreeMap;

use model::{Day, billing::Tally};
use store::{DaysOf, Dimension, StoreError, TenantTx, UsageSum};
use views::{
    Lang, Moment,
    chart::{Bar, Chart, Words},
    console::usage::Labels,
};

use super::{
    pivot::Names,
    view::{View, value_of},
};

/// Bars of a ranking.
const BARS: usize = 10;

/// Calls per day, then per tool, person, client and department. The days follow the filters as
/// far as days are counted by them: one person, one tool or one client.
/// `placed` are the month's calls by person and department, from which two of them follow.
pub(super) async fn of(
    tx: &TenantTx,
    view: &View,
    names: &Names,
    placed: &[UsageSum],
    lang: Lang,
) -> Result<Vec<Chart>, StoreError> {
    let labels = Labels::of(lang);
    let mut charts = vec![days(tx, view, names, lang).await?];
    let [_, tools, people, clients, departments] = labels.charts();
    for (id, title, dimension) in [
        ("tools", tools, Dimension::Tool),
        ("people", people, Dimension::Member),
        ("clients", clients, Dimension::Client),
        ("departments", departments, Dimension::Department),
    ] {
        let mut sums = match dimension {
            Dimension::Member | Dimension::Department => folded(placed, dimension),
            Dimension::Tool | Dimension::Client => {
                tx.usage().ranking(view.month, dimension).await?
            }
        };
        sums.sort_by_key(|sum| std::cmp::Reverse(sum.tally.calls()));
        sums.truncate(BARS);
        charts.push(ranking(tx, &sums, (id, title), dimension, lang).await?);
    }
    Ok(charts)
}

/// Calls by person and department, by one of the two.
fn folded(placed: &[UsageSum], by: Dimension) -> Vec<UsageSum> {
    let mut sums: BTreeMap<String, UsageSum> = BTreeMap::new();
    for one in placed {
        let sum = sums.entry(value_of(one, by)).or_insert_with(|| UsageSum {
            tally: Tally::default(),
            ..one.clone()
        });
        sum.tally.add(&one.tally);
    }
    sums.into_values().collect()
}

fn legend(labels: Labels) -> Vec<String> {
    let [delivered, free, ..] = labels.measures();
    vec![delivered.to_owned(), free.to_owned()]
}

fn parts(tally: &Tally) -> Vec<u64> {
    vec![tally.delivered, tally.free_calls()]
}

fn gist(labels: Labels, bars: &[Bar]) -> String {
    let part = |place: usize| {
        let parts = bars.iter().filter_map(|bar| bar.parts.get(place));
        parts.sum::<u64>()
    };
    let busiest = bars
        .iter()
        .filter(|bar| bar.parts.iter().any(|part| *part > 0))
        .max_by_key(|bar| bar.parts.iter().sum::<u64>());
    let busiest = busiest.map(|bar| bar.full.as_str());
    labels.gist(part(0), part(1), busiest)
}

async fn days(tx: &TenantTx, view: &View, names: &Names, lang: Lang) -> Result<Chart, StoreError> {
    let labels = Labels::of(lang);
    let set: Vec<_> = Dimension::ALL
        .into_iter()
        .filter_map(|dimension| Some((dimension, view.filter(dimension)?)))
        .collect();
    let filter = view.store_filter();
    let [per_day, ..] = labels.charts();
    let (of, title) = match set[..] {
        [(Dimension::Department, _)] | [] | [_, _, ..] => (DaysOf::All, per_day.to_owned()),
        [(dimension, value)] => {
            let of = match dimension {
                Dimension::Member => filter
                    .members
                    .and_then(|ids| ids.first().copied().flatten())
                    .map_or(DaysOf::All, DaysOf::Member),
                Dimension::Tool => DaysOf::Tool(filter.tool.unwrap_or_default()),
                _ => DaysOf::Client(filter.client.unwrap_or_default()),
            };
            (of, labels.per_day_of(&names.of(dimension, value, labels)))
        }
    };
    let first = view.month.first_day();
    let last = first.plus(view.month.days() - 1);
    let found = tx.usage().days(first, last, &of).await?;
    let bars: Vec<_> = (first.0..=last.0)
        .map(Day)
        .map(|day| {
            let tally = found.iter().find(|(known, _)| *known == day);
            let tally = tally.map(|(_, tally)| *tally).unwrap_or_default();
            Bar {
                label: day.number().to_string(),
                full: views::weekday_and_day(Moment(day.start().millis()), lang),
                parts: parts(&tally),
            }
        })
        .collect();
    let words = Words {
        id: "days".to_owned(),
        title,
        summary: gist(labels, &bars),
        subject: labels.day().to_owned(),
        legend: legend(labels),
    };
    Ok(Chart::columns(words, bars))
}

async fn ranking(
    tx: &TenantTx,
    sums: &[UsageSum],
    (id, title): (&str, &str),
    dimension: Dimension,
    lang: Lang,
) -> Result<Chart, StoreError> {
    let labels = Labels::of(lang);
    let mut names = super::pivot::departments(tx, dimension).await?;
    names.learn(tx, sums).await?;
    let bars: Vec<_> = sums
        .iter()
        .map(|sum| {
            let name = names.of(dimension, &value_of(sum, dimension), labels);
            Bar {
                label: name.clone(),
                full: name,
                parts: parts(&sum.tally),
            }
        })
        .collect();
    let place = Dimension::ALL.iter().position(|one| *one == dimension);
    let subjects = labels.dimensions();
    let subject = place.and_then(|place| subjects.get(place));
    let words = Words {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: gist(labels, &bars),
        subject: subject.copied().unwrap_or_default().to_owned(),
        legend: legend(labels),
    };
    Ok(Chart::ranking(words, bars))
}

#[cfg(test)]
mod tests {
    use model::{MemberId, SeededEntropy, SystemClock};

    use super::*;

    #[test]
    fn people_and_departments_are_summed_from_one_reading() {
        let entropy = SeededEntropy::new(1);
        let (ann, bob) = (
            MemberId::mint(&SystemClock, &entropy),
            MemberId::mint(&SystemClock, &entropy),
        );
        let sum = |member, department: &str, delivered| UsageSum {
            member,
            department: department.to_owned(),
            tool: String::new(),
            client: String::new(),
            tally: Tally {
                delivered,
                ..Tally::default()
            },
        };
        let placed = [
            sum(Some(ann), "law", 1),
            sum(Some(ann), "sales", 2),
            sum(Some(bob), "sales", 4),
            sum(None, "", 8),
        ];
        let delivered = |by| {
            let mut found: Vec<_> = folded(&placed, by)
                .iter()
                .map(|sum| sum.tally.delivered)
                .collect();
            found.sort_unstable();
            found
        };
        assert_eq!(delivered(Dimension::Member), [3, 4, 8]);
        assert_eq!(delivered(Dimension::Department), [1, 6, 8]);
    }
}
