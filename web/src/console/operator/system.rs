//! The platform itself: components, key ring, jobs.

use axum::{extract::State, response::Response};
use store::StoreError;
use views::{
    Moment,
    operator::{ComponentRow, ComponentState, JobRow, KeyRow, OperatorTab, SystemPage},
};

use super::enter;
use crate::{
    WebState,
    console::Away,
    health::Looked,
    page::{self, PageFault},
    visit::Visit,
};

/// A database that takes longer is slow.
const SLOW_MS: u128 = 250;
/// Ledger entries that may wait.
const WAITING: usize = 500;

/// Shows the platform.
///
/// Permissions: an operator.
pub(super) async fn show(State(state): State<WebState>, visit: Visit) -> Result<Response, Away> {
    let operator = enter(&state, &visit).await?;
    let keys = async {
        // Reading which master key a data key is under enters one tenant after the other.
        let scope = state.store.platform("which master keys are in use");
        scope.read().await?.tenants().master_keys().await
    };
    let keys: Result<_, StoreError> = keys.await;
    let keys = keys.map_err(|error| PageFault::internal(&error, &visit))?;
    let looked = state.health().await;
    let page = SystemPage {
        console: operator.shell(&visit, OperatorTab::System),
        version: state.options.version.clone(),
        node: state.bus.node().to_string(),
        components: components(&looked),
        keys: keys
            .into_iter()
            .map(|key| KeyRow {
                id: key.id,
                primary: key.primary,
                at_hand: key.at_hand,
                tenants: key.tenants,
            })
            .collect(),
        jobs: jobs(&looked),
        now: Moment(state.clock.now().millis()),
    };
    Ok(page::show(page.render()))
}

/// The components and how they are.
pub(crate) fn components(looked: &Looked) -> Vec<ComponentRow> {
    let row = |name, state, detail: String| ComponentRow {
        name,
        state,
        detail,
    };
    let up = |answers: bool| {
        if answers {
            ComponentState::Up
        } else {
            ComponentState::Down
        }
    };
    let (database, detail) = match &looked.database {
        None => (ComponentState::Down, String::new()),
        Some(health) => {
            let ms = health.round_trip.as_millis();
            let waiting = health.ledger_waiting;
            let state = if ms > SLOW_MS || waiting > WAITING {
                ComponentState::Degraded
            } else {
                ComponentState::Up
            };
            let mut detail = format!("{} · {ms} ms", health.backend);
            if waiting > 0 {
                detail = format!("{detail} · ledger +{waiting}");
            }
            (state, detail)
        }
    };
    let late = looked.jobs.iter().any(|round| looked.is_late(round));
    let jobs = if late || looked.jobs.is_empty() {
        ComponentState::Degraded
    } else {
        ComponentState::Up
    };
    vec![
        row("web", up(looked.database.is_some()), String::new()),
        row("database", database, detail),
        // Without it the replicas are slower, not wrong.
        row(
            "bus",
            if looked.bus {
                ComponentState::Up
            } else {
                ComponentState::Degraded
            },
            String::new(),
        ),
        row("feishu", up(looked.feishu), String::new()),
        row("lark", up(looked.lark), String::new()),
        row("jobs", jobs, String::new()),
    ]
}

fn jobs(looked: &Looked) -> Vec<JobRow> {
    looked
        .jobs
        .iter()
        .map(|round| JobRow {
            name: round.job.clone(),
            node: round
                .node
                .chars()
                .rev()
                .take(6)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect(),
            started: Moment(round.started_at.millis()),
            took: round.ended_at.map(|at| {
                u64::try_from(at.since(round.started_at).as_millis()).unwrap_or_default()
            }),
            next: round.next_at.map(|at| Moment(at.millis())),
            late: looked.is_late(round),
            rounds: (round.rounds, round.failures),
            error: round
                .failed_at
                .map(|at| (round.error.clone(), Moment(at.millis()))),
        })
        .collect()
}
