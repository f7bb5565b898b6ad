//! A table with its fields, as a call works on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use feishu::api::bitable::{
    self, Table,
    fields::{self, Field},
    records::{self, Record},
};
use jiff::tz::TimeZone;

use super::{
    cell::{Cell, Look, kind},
    near,
    place::Place,
    time,
};
use crate::{ToolCx, ToolError};

/// Most linked records whose names one answer looks up.
const MAX_LINKED: usize = 300;

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    pub(crate) app: String,
    pub(crate) table: Table,
    pub(crate) fields: Vec<Field>,
    pub(crate) zone: TimeZone,
    pub(crate) zone_name: String,
}

impl Grid {
    /// Opens the table that is meant, with its fields and the zone of its dates.
    pub(crate) async fn open(
        cx: &ToolCx,
        place: &Place,
        asked: Option<&str>,
    ) -> Result<Self, ToolError> {
        let (table, app) = futures::join!(
            place.table(cx, asked),
            bitable::app(&cx.feishu, place.app())
        );
        let table = table?;
        let fields = fields::list(&cx.feishu, place.app(), &table.table_id).await;
        let fields = fields.map_err(|fault| cx.fault(fault))?;
        let own = app.map(|app| app.time_zone).unwrap_or_default();
        let (zone, zone_name) = time::zone(&own, &cx.facts.time_zone);
        Ok(Self {
            app: place.app().to_owned(),
            table,
            fields,
            zone,
            zone_name,
        })
    }

    /// The table in calls.
    pub(crate) fn at(&self) -> (&str, &str) {
        (&self.app, &self.table.table_id)
    }

    /// The field of this name.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] with names that are like it.
    pub(crate) fn field(&self, cx: &ToolCx, name: &str) -> Result<&Field, ToolError> {
        near::pick(
            &self.fields,
            name,
            |one| &one.field_id,
            |one| &one.field_name,
        )
        .ok_or_else(|| self.no_field(cx, name))
    }

    pub(crate) fn no_field(&self, cx: &ToolCx, name: &str) -> ToolError {
        let names = self.fields.iter().map(|field| field.field_name.as_str());
        near::unknown(cx, cx.say("field", "字段"), name, names)
    }

    /// The first column.
    pub(crate) fn primary(&self) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.is_primary)
            .or_else(|| self.fields.first())
    }

    /// How its cells are shown.
    pub(crate) const fn look<'l>(
        &'l self,
        linked: Option<&'l HashMap<String, String>>,
    ) -> Look<'l> {
        Look {
            zone: &self.zone,
            dates_only: true,
            linked,
        }
    }
}

/// A value of a record.
pub(crate) fn cell(field: &Field, record: &Record) -> Cell {
    let value = record.fields.get(&field.field_name);
    value.map_or(Cell::Empty, |value| Cell::read(field.kind, value))
}

/// Names of the records that cells link to. What cannot be read keeps its id.
pub(crate) async fn linked(
    cx: &ToolCx,
    app: &str,
    fields: &[&Field],
    records: &[Record],
) -> HashMap<String, String> {
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for field in fields {
        if !matches!(field.kind, kind::LINK | kind::DUPLEX) {
            continue;
        }
        let ids = wanted.entry(field.setting("table_id")).or_default();
        for record in records {
            if let Cell::Items(items) = cell(field, record) {
                ids.extend(items.into_iter().map(|item| item.id));
            }
        }
    }
    let mut names = HashMap::new();
    for (table, ids) in wanted {
        let ids: Vec<String> = ids.into_iter().take(MAX_LINKED).collect();
        if ids.is_empty() || table.is_empty() {
            continue;
        }
        let Ok(fields) = fields::list(&cx.feishu, app, table).await else {
            continue;
        };
        let Some(primary) = fields.into_iter().find(|field| field.is_primary) else {
            continue;
        };
        let parts = ids.chunks(records::MAX_GET);
        let parts = parts.map(|part| records::get(&cx.feishu, (app, table), part));
        for got in futures::future::join_all(parts).await.into_iter().flatten() {
            for record in got.records {
                let name = cell(&primary, &record).show(&Look::plain());
                if !name.is_empty() {
                    names.insert(record.record_id, name);
                }
            }
        }
    }
    names
}
