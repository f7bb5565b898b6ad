//! Events of Feishu about files begin rules: in the transaction that marks the event as acted on.

use calls::events::{
    Follower, ThingChanged,
    wire::{Change, How, Touched},
};
use futures::future::BoxFuture;
use model::automation::{Happening, Kind, RecordChange};
use serde_json::json;
use store::{StoreError, TenantTx};

use crate::{Automation, run::moment};

impl Follower for Automation {
    fn keep<'a>(
        &'a self,
        tx: &'a TenantTx,
        change: &'a ThingChanged,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            for event in happenings(change) {
                tx.automations().take(&event).await?;
            }
            Ok(())
        })
    }

    fn kept(&self, change: &ThingChanged) {
        self.wake(change.tenant);
    }
}

/// What an event means to rules: a change of records is one event for each record.
fn happenings(told: &ThingChanged) -> Vec<Happening> {
    let thing = &told.thing;
    let event = |id: String, kind, table: &str, change: Option<RecordChange>, data| Happening {
        id,
        kind,
        place: thing.token.clone(),
        table: table.to_owned(),
        change,
        data,
        at: told.at,
        // Feishu names people only: what the app itself does has nobody behind it.
        by_person: !thing.by.is_empty(),
    };
    match &thing.change {
        Change::Edited { sheet } => vec![event(
            told.event.clone(),
            Kind::Edited,
            "",
            None,
            json!({
                "kind": "edited", "at": moment(told.at), "type": thing.kind,
                "token": thing.token, "by": thing.by, "sheet": sheet,
            }),
        )],
        Change::Records { table, records, .. } => records
            .iter()
            .map(|Touched { id, how }| {
                let change = match how {
                    How::Added => RecordChange::Created,
                    How::Edited => RecordChange::Changed,
                    How::Deleted => RecordChange::Deleted,
                };
                let data = json!({
                    "kind": "record", "at": moment(told.at), "base": thing.token,
                    "table": table, "record_id": id, "change": change.name(), "by": thing.by,
                });
                // A record that is told of twice in one event is one change.
                let own = format!("{}/{id}/{}", told.event, change.name());
                event(own, Kind::Record, table, Some(change), data)
            })
            .collect(),
        _ => Vec::new(),
    }
}
