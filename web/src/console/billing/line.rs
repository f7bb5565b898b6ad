//! The ledger entries behind a line of a statement: exactly those.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    Month, Outcome,
    billing::LineKind,
    policy::{ReadLedger, ReadUsage},
};
use serde::Deserialize;
use store::{BilledCalls, CallCursor, StoreError, TenantTx};
use views::{
    Moment,
    console::{
        Tab,
        statement::{BilledCall, LinePage},
    },
    error::Trouble,
};

use super::{
    month_name,
    statement::{Found, find, name, parse},
};
use crate::{
    WebState,
    console::{Away, Desk, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// Calls of one part of the list.
const PART: u64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
    check: String,
}

/// Shows the calls that a line counts; with `check=1` it counts them again in the ledger.
///
/// Permissions: [`ReadUsage`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, month, line)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let month = parse(&month, &visit)?;
    let missing = || PageFault::new(Trouble::NotFound, &visit);
    let place = line.parse::<usize>().map_err(|_| missing())?;
    let page = build(&state, &visit, &desk, month, (place, &asked))
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.ok_or_else(missing)?.render()))
}

/// A place in the list, as it stands in the address.
fn cursor(text: &str) -> Option<CallCursor> {
    let (at, seq) = text.split_once('.')?;
    Some((at.parse().ok()?, seq.parse().ok()?))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ReadUsage>,
    month: Month,
    (place, asked): (usize, &Asked),
) -> Result<Option<LinePage>, StoreError> {
    let tx = desk.scope(state).read().await?;
    let Some(mut found) = find(state, &tx, month).await? else {
        return Ok(None);
    };
    if found.closed.is_none() {
        let from = tx.billing().overage_from(&found.statement).await?;
        found.statement.overage_from_seq = from;
    }
    let line = place
        .checked_sub(1)
        .and_then(|place| found.statement.lines.get(place));
    let Some(line) = line else { return Ok(None) };
    let Some(which) = calls_of(&tx, &found, line.kind).await? else {
        return Ok(None);
    };
    let billing = tx.billing();
    let mut calls = billing
        .calls(&which, cursor(&asked.after), PART + 1)
        .await?;
    let more = calls.len() as u64 > PART;
    calls.truncate(usize::try_from(PART).unwrap_or_default());
    let here = desk.path(&format!("/billing/statements/{month}"));
    let last = calls.last().filter(|_| more);
    let next = last.map(|last| {
        let at = last.entry.at.millis();
        format!("{here}/lines/{place}?after={at}.{}", last.seq)
    });
    let recounted = if asked.check.is_empty() {
        None
    } else {
        Some(billing.count_calls(&which).await?)
    };
    let people: Vec<_> = calls.iter().filter_map(|call| call.entry.member).collect();
    let names = tx.usage().names(&people).await?;
    let entries = desk.may::<ReadLedger>();
    let calls = calls.into_iter().map(|stored| BilledCall {
        path: entries.then(|| desk.path(&format!("/audit/{}", stored.seq))),
        seq: stored.seq,
        at: Moment(stored.entry.at.millis()),
        who: stored
            .entry
            .member
            .and_then(|id| names.get(&id).cloned())
            .unwrap_or_default(),
        tool: stored.entry.action,
        client: stored.entry.client_name,
        partial: stored.entry.outcome == Outcome::Partial,
    });
    Ok(Some(LinePage {
        console: desk.shell(visit, Tab::Billing),
        month: month_name(month, visit.lang()),
        name: name(line, &found.statement),
        quantity: line.quantity,
        recounted,
        recount: format!("{here}/lines/{place}?check=1"),
        calls: calls.collect(),
        next,
        back: here,
    }))
}

/// The entries of a line. Late ones stand after the place at which the month before was closed.
async fn calls_of(
    tx: &TenantTx,
    found: &Found,
    kind: LineKind,
) -> Result<Option<BilledCalls>, StoreError> {
    let Some(which) = BilledCalls::of_line(&found.statement, kind) else {
        return Ok(None);
    };
    if kind != LineKind::Late {
        return Ok(Some(which));
    }
    let before = tx.billing().statement(which.month).await?;
    Ok(before.map(|before| BilledCalls {
        from_seq: before.statement.through_seq + 1,
        ..which
    }))
}

#[cfg(test)]
mod tests {
    use super::cursor;

    #[test]
    fn a_place_that_cannot_be_read_begins_anew() {
        assert_eq!(cursor("1700000000000.42"), Some((1_700_000_000_000, 42)));
        for wrong in ["", "1", "a.b", "1.-1", "1.2.3", "99999999999999999999.1"] {
            assert_eq!(cursor(wrong), None, "{wrong}");
        }
    }
}
