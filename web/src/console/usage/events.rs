//! A month's calls as events: a batch of CloudEvents 1.0 in JSON, one event for each call.

use std::collections::VecDeque;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    EntryKind, Month,
    billing::{Charge, charge},
    policy::ReadUsage,
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{BilledCalls, CallCursor, DepartmentHistory, StoreError, StoredEntry, TenantScope};

use crate::{
    WebState,
    console::{Away, csv, enter},
    page::PageFault,
    visit::Visit,
};

/// Content type of a batch (CloudEvents JSON format 1.0, section 4).
const BATCH: &str = "application/cloudevents-batch+json; charset=utf-8";
/// Type of our events. The data of a type never changes its meaning.
const TYPE: &str = "feishu-mcp.usage.call.v1";
/// Calls that are read at a time.
const PART: u64 = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    month: String,
}

/// Sends the events of a month, the oldest first. The `id` of an event is the id of its call:
/// whoever reads twice counts once. The export is written into the ledger.
///
/// Permissions: [`ReadUsage`].
pub(super) async fn send(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ReadUsage>(&state, &visit, &slug).await?;
    let now = Month::of(state.clock.now());
    let month = asked.month.parse().unwrap_or(now);
    let scope = desk.scope(&state);
    let target = format!("month:{month}");
    let entry = desk.entry_of(
        &state,
        "usage.export",
        Some(target),
        &Value::Null,
        &json!({ "month": month, "format": "cloudevents" }),
    );
    state
        .store
        .ledger()
        .record(entry)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let source = state.urls.at(&format!("/t/{}", desk.entry.tenant.slug));
    let body = Body::from_stream(Batch::new(scope, month, source).stream());
    let name = format!("usage-{}-{month}.json", desk.entry.tenant.slug);
    Ok(csv::download(BATCH, &name, body))
}

/// What is still to be sent.
struct Batch {
    scope: TenantScope,
    which: BilledCalls,
    source: String,
    after: Option<CallCursor>,
    began: bool,
    ended: bool,
    ready: VecDeque<String>,
}

impl Batch {
    fn new(scope: TenantScope, month: Month, source: String) -> Self {
        Self {
            scope,
            which: BilledCalls::all(month),
            source,
            after: None,
            began: false,
            ended: false,
            ready: VecDeque::new(),
        }
    }

    /// The pieces of the answer. Each part is read in a transaction of its own, so a reader that
    /// is slow holds nothing open.
    fn stream(self) -> impl futures::Stream<Item = Result<String, StoreError>> {
        futures::stream::try_unfold(self, async |mut batch| {
            if batch.ready.is_empty() && !batch.ended {
                batch.read().await?;
            }
            Ok(batch.ready.pop_front().map(|piece| (piece, batch)))
        })
    }

    async fn read(&mut self) -> Result<(), StoreError> {
        let tx = self.scope.read().await?;
        let calls = tx.billing().calls(&self.which, self.after, PART).await?;
        let departments = tx.usage().departments().await?;
        drop(tx);
        let mut piece = String::new();
        if !self.began && calls.is_empty() {
            piece.push('[');
        }
        for stored in &calls {
            piece.push(if self.began { ',' } else { '[' });
            self.began = true;
            piece.push_str(&event(stored, &departments, &self.source).to_string());
        }
        self.after = calls
            .last()
            .map(|stored| (stored.entry.at.millis(), stored.seq))
            .or(self.after);
        if (calls.len() as u64) < PART {
            piece.push_str("]\n");
            self.ended = true;
        }
        self.ready.push_back(piece);
        Ok(())
    }
}

/// One call.
fn event(stored: &StoredEntry, departments: &DepartmentHistory, source: &str) -> Value {
    let entry = &stored.entry;
    debug_assert_eq!(entry.kind, EntryKind::Call);
    let mut event = json!({
        "specversion": "1.0",
        "id": entry.id.to_string(),
        "source": source,
        "type": TYPE,
        "time": views::machine_time(views::Moment(entry.at.millis())),
        "datacontenttype": "application/json",
        "data": {
            "sequence": stored.seq,
            "tool": entry.action,
            "effect": entry.effect,
            "client": entry.client_name,
            "department": entry.member.map_or("", |id| departments.at(id, stored.seq)),
            "channel": entry.channel.name(),
            "outcome": entry.outcome.name(),
            "counted": charge(entry.outcome) == Some(Charge::Counted),
            "quantity": 1,
            "upstream_calls": entry.upstream_calls,
            "duration_us": entry.duration_us,
        },
    });
    if let (Some(member), Some(fields)) = (entry.member, event.as_object_mut()) {
        fields.insert("subject".to_owned(), json!(member.to_string()));
    }
    event
}
