//! One statement: closed, or the draft of a month that goes on.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    Month,
    billing::{FreeCalls, Line, LineKind, Statement},
    policy::{Action, ManageBilling, ReadUsage},
};
use serde::Deserialize;
use store::{ClosedStatement, StoreError, TenantTx};
use views::{
    Moment,
    console::{
        Tab, Tone,
        billing::Labels,
        statement::{Credit, CreditForm, LineName, StatementLine, StatementPage},
    },
    error::Trouble,
};

use super::{month_name, plan_name};
use crate::{
    WebState,
    console::{Away, Desk, enter},
    page::{self, PageFault},
    visit::Visit,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// A statement, and whether it is closed.
pub(super) struct Found {
    pub(super) statement: Statement,
    pub(super) closed: Option<ClosedStatement>,
}

/// Shows a statement.
///
/// Permissions: [`ReadUsage`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, month)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let month = parse(&month, &visit)?;
    let page = build(&state, &visit, &desk, month)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let Some(mut page) = page else {
        return Err(PageFault::new(Trouble::NotFound, &visit).into());
    };
    if let Some(words) = Labels::of(visit.lang()).done(&asked.done) {
        page.console = page.console.with_notice(Tone::Good, words);
    }
    Ok(page::show(page.render()))
}

/// The month of a path.
pub(super) fn parse(month: &str, visit: &Visit) -> Result<Month, PageFault> {
    month
        .parse()
        .map_err(|_| PageFault::new(Trouble::NotFound, visit))
}

/// The statement of a month that has one, or has calls to draft one from: an outline, when it is
/// not closed.
pub(super) async fn find(
    state: &WebState,
    tx: &TenantTx,
    month: Month,
) -> Result<Option<Found>, StoreError> {
    let closed = tx.billing().statement(month).await?;
    if let Some(closed) = closed {
        return Ok(Some(Found {
            statement: closed.statement.clone(),
            closed: Some(closed),
        }));
    }
    let current = month == Month::of(state.clock.now());
    if !current && tx.usage().month(month).await?.calls() == 0 {
        return Ok(None);
    }
    let tenant = tx.billing().tenant_now().await?;
    Ok(Some(Found {
        statement: tx.billing().outline(month, &tenant.contract).await?,
        closed: None,
    }))
}

/// The page; `None` for a month without calls.
pub(super) async fn build<A: Action<Target = ()>>(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<A>,
    month: Month,
) -> Result<Option<StatementPage>, StoreError> {
    let tx = desk.scope(state).read().await?;
    let Some(found) = find(state, &tx, month).await? else {
        return Ok(None);
    };
    let credits = tx.billing().credits(month).await?;
    let given: i64 = credits.iter().map(|note| note.amount_minor).sum();
    let statement = &found.statement;
    let here = desk.path(&format!("/billing/statements/{month}"));
    let left_minor = statement.total_minor - given;
    let gives = found.closed.is_some() && left_minor > 0 && desk.may::<ManageBilling>();
    let form = gives.then(|| CreditForm {
        action: format!("{here}/credit"),
        number: credits.len() as u64 + 1,
        left_minor,
        amount: String::new(),
        reason: String::new(),
        fault: None,
    });
    Ok(Some(StatementPage {
        console: desk.shell(visit, Tab::Billing),
        now: Moment(state.clock.now().millis()),
        month: month_name(month, visit.lang()),
        plan: plan_name(statement.plan),
        currency: statement.currency.code(),
        lines: lines(statement, &here),
        total_minor: statement.total_minor,
        closed: found
            .closed
            .as_ref()
            .map(|closed| Moment(closed.closed_at.millis())),
        hash: found.closed.map(|closed| (closed.hash, closed.intact)),
        credits: credits
            .into_iter()
            .map(|note| Credit {
                number: note.number,
                amount_minor: note.amount_minor,
                reason: note.reason,
                by: note.issued_by,
                at: Moment(note.issued_at.millis()),
            })
            .collect(),
        form,
        csv: format!("{here}/csv"),
        events: desk.path(&format!("/usage/events?month={month}")),
        back: desk.path("/billing"),
    }))
}

fn lines(statement: &Statement, here: &str) -> Vec<StatementLine> {
    statement
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| StatementLine {
            name: name(line, statement),
            quantity: line.quantity,
            unit: line.unit.to_string(),
            amount_minor: line.amount_minor,
            calls: (line.kind != LineKind::Base).then(|| format!("{here}/lines/{}", place + 1)),
        })
        .collect()
}

/// What a line is called.
pub(super) fn name(line: &Line, statement: &Statement) -> LineName {
    match line.kind {
        LineKind::Base => LineName::Base(plan_name(statement.plan)),
        LineKind::Included => LineName::Included,
        LineKind::Overage => LineName::Overage,
        LineKind::Late => LineName::Late,
        LineKind::Free(why) => {
            let place = FreeCalls::ALL.iter().position(|known| *known == why);
            LineName::Free(place.unwrap_or_default())
        }
    }
}
