//! Usage as a file.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{Month, policy::ReadUsage};
use store::{Dimension, StoreError, TenantTx, UsageFilter};
use views::console::usage::Labels;

use super::{
    pivot::{self, Part},
    view::{Asked, View, value_of},
};
use crate::{
    WebState,
    console::{Away, csv::Csv, enter},
    page::PageFault,
    visit::Visit,
};

/// Sends the table as shown, with all its rows and columns; or, with `flat=1`, a line for every
/// combination of person, department, tool and client.
///
/// Permissions: [`ReadUsage`].
pub(super) async fn send(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let view = View::of(&asked, Month::of(state.clock.now()), desk.path("/usage"));
    let labels = Labels::of(visit.lang());
    let made = async {
        let tx = desk.scope(&state).read().await?;
        if asked.flat.is_empty() {
            table(&tx, &view, labels).await
        } else {
            flat(&tx, &view, labels).await
        }
    };
    let csv = made
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let kind = if asked.flat.is_empty() { "" } else { "-all" };
    let name = format!("usage-{}-{}{kind}.csv", desk.entry.tenant.slug, view.month);
    Ok(csv.download(&name))
}

async fn table(tx: &TenantTx, view: &View, labels: Labels) -> Result<Csv, StoreError> {
    let pivot = pivot::table(tx, view, labels, Part::All, None).await?;
    let beside = !pivot.beside_name.is_empty();
    let mut csv = Csv::new();
    let mut head = vec![pivot.row_name.as_str()];
    if beside {
        head.push(&pivot.beside_name);
    }
    head.push(labels.total());
    head.extend(pivot.columns.iter().map(String::as_str));
    csv.line(head);
    for row in &pivot.rows {
        let mut line = vec![row.label.clone()];
        if beside {
            line.push(row.beside.clone());
        }
        line.push(row.total.to_string());
        line.extend(row.cells.iter().map(u64::to_string));
        csv.line(line);
    }
    let mut foot = vec![labels.total().to_owned()];
    if beside {
        foot.push(String::new());
    }
    foot.push(pivot.total.to_string());
    foot.extend(pivot.sums.iter().map(u64::to_string));
    csv.line(foot);
    Ok(csv)
}

async fn flat(tx: &TenantTx, view: &View, labels: Labels) -> Result<Csv, StoreError> {
    let filter: UsageFilter = view.store_filter();
    let sums = tx
        .usage()
        .sums(view.month, &Dimension::ALL, &filter)
        .await?;
    let mut names = pivot::departments(tx, Dimension::Department).await?;
    names.learn(tx, &sums).await?;
    let mut csv = Csv::new();
    let [delivered, free, all, feishu] = labels.measures();
    let head = labels
        .dimensions()
        .into_iter()
        .chain([all, delivered, free]);
    csv.line(head.chain(labels.free()).chain([feishu]));
    for sum in &sums {
        let values =
            Dimension::ALL.map(|dimension| names.of(dimension, &value_of(sum, dimension), labels));
        let tally = &sum.tally;
        let counts = [tally.calls(), tally.delivered, tally.free_calls()];
        let counts = counts
            .into_iter()
            .chain(tally.free)
            .chain([tally.upstream_calls]);
        csv.line(
            values
                .into_iter()
                .chain(counts.map(|count| count.to_string())),
        );
    }
    Ok(csv)
}
