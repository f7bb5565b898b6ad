//! A statement as a file.

use axum::{
    extract::{Path, State},
    response::Response,
};
use model::{Month, policy::ReadUsage};
use store::StoreError;
use views::{Lang, console::billing::Labels, error::Trouble};

use super::{
    month_name,
    statement::{find, name, parse},
};
use crate::{
    WebState,
    console::{Away, Desk, csv::Csv, enter},
    page::PageFault,
    visit::Visit,
};

/// Sends a statement with its credit notes as CSV. Amounts are decimal numbers.
///
/// Permissions: [`ReadUsage`].
pub(super) async fn send(
    State(state): State<WebState>,
    Path((slug, month)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let month = parse(&month, &visit)?;
    let csv = build(&state, &desk, month, visit.lang())
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let Some(csv) = csv else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    let name = format!("statement-{}-{month}.csv", desk.entry.tenant.slug);
    Ok(csv.download(&name))
}

async fn build(
    state: &WebState,
    desk: &Desk<ReadUsage>,
    month: Month,
    lang: Lang,
) -> Result<Option<Csv>, StoreError> {
    let tx = desk.scope(state).read().await?;
    let Some(found) = find(state, &tx, month).await? else {
        return Ok(None);
    };
    let statement = &found.statement;
    let credits = tx.billing().credits(month).await?;
    let (labels, currency) = (Labels::of(lang), statement.currency.code());
    let in_words = month_name(month, lang);
    let mut csv = Csv::new();
    csv.line(labels.csv().into_iter().chain([currency]));
    let mut line = |label: &str, quantity: &str, unit: &str, minor: i64| {
        csv.line([&in_words, label, quantity, unit, &decimal(minor), currency]);
    };
    for one in &statement.lines {
        let (label, unit) = (name(one, statement).label(lang), one.unit.to_string());
        line(&label, &one.quantity.to_string(), &unit, one.amount_minor);
    }
    let [total, credit, after] = labels.sums();
    line(total, "", "", statement.total_minor);
    let mut left = statement.total_minor;
    for note in &credits {
        left -= note.amount_minor;
        let label = format!("{credit} {}: {}", note.number, note.reason);
        line(&label, "", "", -note.amount_minor);
    }
    if !credits.is_empty() {
        line(after, "", "", left);
    }
    Ok(Some(csv))
}

/// Minor units as a decimal number.
fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let size = minor.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn amounts_are_decimal_numbers() {
        assert_eq!(
            [0, 7, -1_250, 30_146].map(decimal),
            ["0.00", "0.07", "-12.50", "301.46"]
        );
    }
}
