//! Bases: tables, fields, records, views, forms, roles and dashboards.

pub(crate) mod apps;
mod ask;
pub(crate) mod checks;
mod dashboards;
mod fields;
mod filter;
mod forms;
mod formula;
mod lists;
mod order;
mod print;
mod records;
mod roles;
mod tables;
mod take;
#[cfg(test)]
mod tests;
mod ties;
mod told;
mod views;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::access::{Level, Viewer};
use super::common::{fault, path};
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call};

/// The zone of bases whose maker chose none.
pub(crate) const ZONE: &str = "Asia/Shanghai";
/// Answers that are kept for a repeated `client_token`.
const REMEMBERED: usize = 2_000;

/// A choice of a select field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// `opt…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// 0 to 54.
    pub(crate) color: i64,
}

/// What a lookup field shows: a field of the records behind a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Lookup {
    /// The link field of the same table.
    pub(crate) link: String,
    /// The field of the linked table.
    pub(crate) shown: String,
}

/// One field of a table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Field {
    /// `fld…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// Field type number.
    pub(crate) kind: i64,
    /// Type name as newer clients use it.
    pub(crate) ui: String,
    /// Options of a select field.
    #[serde(default)]
    pub(crate) options: Vec<Choice>,
    /// Everything of `property` but the options.
    #[serde(default)]
    pub(crate) property: Map<String, Value>,
    /// What it is for.
    #[serde(default)]
    pub(crate) description: String,
    /// What a lookup shows.
    #[serde(default)]
    pub(crate) lookup: Option<Lookup>,
    /// The newest number of an auto number.
    #[serde(default)]
    pub(crate) serial: u64,
}

impl Field {
    /// A text of the property; empty when it has none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.property
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Whether several values fit; people, groups and links have several unless told otherwise.
    pub(crate) fn multiple(&self) -> bool {
        self.property.get("multiple") != Some(&Value::Bool(false))
    }

    /// Whether Feishu fills it.
    pub(crate) const fn computed(&self) -> bool {
        matches!(self.kind, 19 | 20 | 24 | 1001..=1005 | 3001)
    }
}

/// One record; its values are kept by field id, in the sandbox's own form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// `rec…`.
    pub(crate) id: String,
    /// By field id: a text, a number, option ids, people's keys …
    pub(crate) values: BTreeMap<String, Value>,
    /// Epoch milliseconds.
    pub(crate) created_ms: i64,
    /// Who made it.
    pub(crate) created_by: String,
    /// Epoch milliseconds.
    pub(crate) modified_ms: i64,
    /// Who changed it last.
    pub(crate) modified_by: String,
}

/// A question of a form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) field: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) visible: bool,
}

/// The form of a form view.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Form {
    pub(crate) description: String,
    pub(crate) shared: bool,
    pub(crate) limit: String,
    pub(crate) once: bool,
    pub(crate) questions: Vec<Question>,
}

/// One view of a table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct View {
    /// `vew…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// `grid`, `kanban`, `gallery`, `gantt`, `form`.
    pub(crate) kind: String,
    /// `filter_info`, `hidden_fields`, `hierarchy_config` as they were set.
    #[serde(default)]
    pub(crate) property: Map<String, Value>,
    /// Of a form view.
    #[serde(default)]
    pub(crate) form: Option<Form>,
}

/// The records that a query found, kept for its next pages.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    key: String,
    revision: i64,
    places: Vec<u64>,
}

/// One table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Table {
    /// `tbl…`.
    pub(crate) id: String,
    /// Shown name.
    pub(crate) name: String,
    /// The first one is the primary field.
    pub(crate) fields: Vec<Field>,
    /// Views in order.
    pub(crate) views: Vec<View>,
    /// Records in the order in which they were made.
    pub(crate) records: BTreeMap<u64, Record>,
    /// The place of the next record.
    pub(crate) next: u64,
    /// Grows with each change of it.
    pub(crate) revision: i64,
    #[serde(skip)]
    pub(crate) places: HashMap<String, u64>,
    #[serde(skip)]
    pub(crate) found: Option<Found>,
}

impl Table {
    /// Counts the places of records anew where they are not known, after a start or a copy.
    pub(crate) fn refresh(&mut self) {
        if self.places.len() != self.records.len() {
            let places = self.records.iter();
            self.places = places.map(|(at, one)| (one.id.clone(), *at)).collect();
        }
    }

    /// The place of a record of a refreshed table.
    pub(crate) fn place(&self, record: &str) -> Option<u64> {
        self.places.get(record).copied()
    }

    /// A record of a refreshed table.
    pub(crate) fn record(&self, id: &str) -> Option<&Record> {
        self.records.get(&self.place(id)?)
    }

    /// Adds a record at the end.
    pub(crate) fn push(&mut self, record: Record) -> u64 {
        let at = self.next;
        self.next += 1;
        self.places.insert(record.id.clone(), at);
        self.records.insert(at, record);
        at
    }

    /// Takes a record out.
    pub(crate) fn take_out(&mut self, at: u64) -> Option<Record> {
        let gone = self.records.remove(&at)?;
        self.places.remove(&gone.id);
        Some(gone)
    }

    /// Names of the fields, then what is in them, as exports print it.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let head = self.fields.iter().map(|field| field.name.clone());
        let body = self.records.values().map(|record| {
            let cells = self.fields.iter().map(|field| {
                let value = record.values.get(&field.id);
                value.map_or_else(String::new, |value| print::plain(field, value))
            });
            cells.collect()
        });
        std::iter::once(head.collect()).chain(body).collect()
    }

    /// A field by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A field by its id.
    pub(crate) fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

/// A role of a base with advanced permissions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tables: Vec<Value>,
    pub(crate) blocks: Vec<Value>,
    /// Kind of id, and id as it was given.
    pub(crate) members: Vec<(String, String)>,
}

/// One base.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Base {
    /// Grows with each change.
    pub(crate) revision: i64,
    /// Its tables in order.
    pub(crate) tables: Vec<Table>,
    /// Advanced permissions are on.
    pub(crate) advanced: bool,
    /// Zone of its dates; empty is [`ZONE`].
    pub(crate) zone: String,
    /// Roles of the advanced permissions.
    pub(crate) roles: Vec<Role>,
    /// Id (`blk…`) and name.
    pub(crate) dashboards: Vec<(String, String)>,
    /// Answers by `client_token`, with what was asked.
    pub(crate) answers: BTreeMap<String, (String, Value)>,
}

impl Base {
    /// Counts the places of all records anew where they are not known.
    pub(crate) fn refresh(&mut self) {
        self.tables.iter_mut().for_each(Table::refresh);
    }

    /// A table by its id.
    pub(crate) fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// A table by its id, to be changed.
    pub(crate) fn table_mut(&mut self, id: &str) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.id == id)
    }

    /// The zone of its dates.
    pub(crate) fn zone(&self) -> &str {
        if self.zone.is_empty() {
            ZONE
        } else {
            &self.zone
        }
    }

    /// The answer that was given to the same question with this token before.
    ///
    /// # Errors
    /// 1254037 for what is no UUID, 1255006 for a token of another question.
    fn answered(&self, token: Option<&str>, asked: &str) -> Result<Option<Value>, ApiError> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        let shape: Vec<usize> = token.split('-').map(str::len).collect();
        let plain = token
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if shape != [8, 4, 4, 4, 12] || !plain {
            return Err(fault(1_254_037));
        }
        match self.answers.get(token) {
            None => Ok(None),
            Some((before, answer)) if before == asked => Ok(Some(answer.clone())),
            Some(_) => Err(fault(1_255_006)),
        }
    }

    fn remember(&mut self, token: Option<&str>, asked: String, answer: &Value) {
        if let Some(token) = token.filter(|token| !token.is_empty()) {
            if self.answers.len() >= REMEMBERED {
                self.answers.pop_first();
            }
            self.answers
                .insert(token.to_owned(), (asked, answer.clone()));
        }
    }
}

/// All bases.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Bases {
    /// By app token.
    pub(crate) apps: HashMap<String, Base>,
}

/// Lets a caller into the base of the path.
///
/// # Errors
/// 1254040 when there is none, 91403 when the caller may not.
pub(crate) fn enter(state: &State, call: &Call<'_>, level: Level) -> Result<String, ApiError> {
    let token = path(call, "app_token");
    let entry = state.drive.entries.get(token);
    entry
        .filter(|entry| !entry.deleted && entry.kind == "bitable")
        .ok_or_else(|| fault(1_254_040))?;
    if state.level(token, &Viewer::of(state, call)) < level {
        return Err(ApiError::new(403, 91_403, "Forbidden"));
    }
    Ok(token.to_owned())
}

/// The table of the path.
pub(crate) fn table_of<'b>(base: &'b Base, call: &Call<'_>) -> Result<&'b Table, ApiError> {
    base.table(path(call, "table_id"))
        .ok_or_else(|| fault(1_254_041))
}

/// The table of the path, to be changed.
pub(crate) fn table_in<'b>(base: &'b mut Base, call: &Call<'_>) -> Result<&'b mut Table, ApiError> {
    base.table_mut(path(call, "table_id"))
        .ok_or_else(|| fault(1_254_041))
}

/// Notes that a base was changed by the caller.
pub(crate) fn touched(state: &mut State, call: &Call<'_>, token: &str) {
    let viewer = Viewer::of(state, call);
    let table = path(call, "table_id");
    if let Some(base) = state.bases.apps.get_mut(token) {
        base.revision += 1;
        if let Some(table) = base.table_mut(table) {
            table.revision += 1;
            table.found = None;
        }
    }
    if let Some(entry) = state.drive.entries.get_mut(token) {
        entry.touched(&viewer.actor, call.now_ms);
    }
}

/// The routes of each part.
pub(crate) const ROUTES: [&[Route]; 9] = [
    apps::ROUTES,
    tables::ROUTES,
    fields::ROUTES,
    records::ROUTES,
    ask::ROUTES,
    views::ROUTES,
    forms::ROUTES,
    roles::ROUTES,
    dashboards::ROUTES,
];
