//! Which events a change of a document, sheet, base or file makes.
//!
//! Whoever changes one says so with [`State::changed`] (see there); the apps that subscribed to
//! it are told once the request is done.

use serde_json::{Map, Value, json};

use crate::State;
use crate::apps::App;
use crate::events::Event;
use crate::gateway::scopes::holds_in;
use crate::identity::{IdKind, Identity};
use crate::ids::IdSource;

/// What was done to a thing.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    /// Content of a document, a file or a board.
    Edited,
    /// Cells of a sheet, in this tab.
    SheetEdited(String),
    /// It has another title.
    Renamed,
    /// It went to the trash.
    Trashed,
    /// Records of a base.
    Records {
        /// The table.
        table: String,
        /// The revision of the table after it.
        revision: i64,
        /// Each record once.
        rows: Vec<Row>,
    },
    /// Fields of a base.
    Fields {
        /// The table.
        table: String,
        /// The revision of the table after it.
        revision: i64,
        /// Each field once.
        rows: Vec<Row>,
    },
}

/// A record or field that changed: without `before` it is new, without `after` it is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `rec…` or `fld…`.
    pub id: String,
    /// Of a record an object of values by field id, as the records API prints them; of a field its
    /// `{id, name, type, description, property}`.
    pub before: Option<Value>,
    /// The same after the change.
    pub after: Option<Value>,
}

/// A change that nobody was told of yet.
#[derive(Debug)]
pub(crate) struct News {
    token: String,
    editor: String,
    change: ChangeKind,
    at_ms: i64,
}

impl State {
    /// Says that `editor` (a person's key or an app's id) changed the thing `token`: the object,
    /// not the wiki page in front of it. To be called once per request and thing, when the change
    /// is made; nothing else is to be done. It sets when and by whom the thing was last changed,
    /// and what becomes of it are the events that the platform sends for such a change.
    pub(crate) fn changed(&mut self, token: &str, editor: &str, change: ChangeKind, at_ms: i64) {
        if let Some(entry) = self.drive.entries.get_mut(token) {
            entry.touched(editor, at_ms);
        }
        // Only what somebody waits for.
        if self.subscriptions.has(token) {
            self.news.push(News {
                token: token.to_owned(),
                editor: editor.to_owned(),
                change,
                at_ms,
            });
        }
    }
}

/// The events for all news: the app that is told, and what it is told.
pub(crate) fn take(state: &mut State, ids: &mut IdSource) -> Vec<(String, Event)> {
    let mut told = Vec::new();
    for one in std::mem::take(&mut state.news) {
        for (app_id, subscribers) in state.subscriptions.of(&one.token) {
            let Some(app) = state.apps.get(app_id).filter(|app| listens(app)) else {
                continue;
            };
            let Some(entry) = state.drive.entries.get(&one.token) else {
                continue;
            };
            // Managers hear of less than owners.
            let owned = subscribers
                .iter()
                .any(|who| *who == entry.owner || *who == *app_id);
            let (kind, scopes) = names(&one.change);
            let rest = matches!(one.change, ChangeKind::Renamed | ChangeKind::Trashed);
            if (rest && !owned) || !scopes.iter().any(|one| holds_in(&app.tenant_scopes, one)) {
                continue;
            }
            let teller = Teller {
                identity: &state.identity,
                app,
            };
            let event = Event {
                id: ids.hex(32),
                kind: kind.to_owned(),
                body: teller.body(&one, &entry.kind, subscribers.iter()),
                at_ms: one.at_ms,
            };
            told.push((app_id.clone(), event));
        }
    }
    told
}

fn listens(app: &App) -> bool {
    app.enabled && app.in_force() && !app.event_url.is_empty()
}

/// The event, and the scopes of which an app needs one.
const fn names(change: &ChangeKind) -> (&'static str, &'static [&'static str]) {
    const EDITED: &[&str] = &[
        "drive:drive",
        "docs:doc",
        "sheets:spreadsheet",
        "docs:event.document_edited:read",
    ];
    const DELETED: &[&str] = &[
        "drive:drive",
        "docs:doc",
        "sheets:spreadsheet",
        "docs:event.document_deleted:read",
    ];
    match change {
        ChangeKind::Edited | ChangeKind::SheetEdited(_) => ("drive.file.edit_v1", EDITED),
        ChangeKind::Renamed => ("drive.file.title_updated_v1", EDITED),
        ChangeKind::Trashed => ("drive.file.trashed_v1", DELETED),
        ChangeKind::Records { .. } => (
            "drive.file.bitable_record_changed_v1",
            &["base:record:read", "bitable:app", "drive:drive"],
        ),
        ChangeKind::Fields { .. } => (
            "drive.file.bitable_field_changed_v1",
            &["base:field:read", "bitable:app", "drive:drive"],
        ),
    }
}

struct Teller<'a> {
    identity: &'a Identity,
    app: &'a App,
}

impl Teller<'_> {
    /// The ids of a person in the app; of an app that acts for itself there are none.
    fn user(&self, key: &str) -> Value {
        let tenant = &self.app.tenant_key;
        let mut out = Map::new();
        if self.identity.user(tenant, key).is_some() {
            let id = |kind| self.identity.app_id_of(&self.app.app_id, tenant, key, kind);
            out.insert("union_id".to_owned(), id(IdKind::UnionId).into());
            out.insert("open_id".to_owned(), id(IdKind::OpenId).into());
            if holds_in(&self.app.tenant_scopes, "contact:user.employee_id:readonly") {
                out.insert("user_id".to_owned(), id(IdKind::UserId).into());
            }
        }
        Value::Object(out)
    }

    fn body<'s>(
        &self,
        news: &News,
        file_type: &str,
        subscribers: impl Iterator<Item = &'s String>,
    ) -> Value {
        let subscribers: Value = subscribers.map(|key| self.user(key)).collect();
        let mut out = json!({ "file_type": file_type, "file_token": news.token });
        let operator = self.user(&news.editor);
        match &news.change {
            ChangeKind::Edited | ChangeKind::SheetEdited(_) => {
                out["operator_id_list"] = json!([operator]);
                out["subscriber_id_list"] = subscribers;
                if let ChangeKind::SheetEdited(sheet) = &news.change {
                    out["sheet_id"] = sheet.as_str().into();
                }
            }
            ChangeKind::Renamed | ChangeKind::Trashed => out["operator_id"] = operator,
            ChangeKind::Records {
                table,
                revision,
                rows,
            } => {
                let rows = rows.iter().map(|row| {
                    json!({ "record_id": row.id, "action": action(row, "record"),
                        "before_value": values(row.before.as_ref()),
                        "after_value": values(row.after.as_ref()) })
                });
                out["action_list"] = rows.collect();
                in_table(&mut out, news, (table, *revision), operator, subscribers);
            }
            ChangeKind::Fields {
                table,
                revision,
                rows,
            } => {
                let rows = rows.iter().map(|row| {
                    let mut out = json!({ "field_id": row.id, "action": action(row, "field") });
                    for (name, side) in [("before_value", &row.before), ("after_value", &row.after)]
                    {
                        if let Some(side) = side {
                            out[name] = side.clone();
                        }
                    }
                    out
                });
                out["action_list"] = rows.collect();
                in_table(&mut out, news, (table, *revision), operator, subscribers);
            }
        }
        out
    }
}

fn in_table(
    out: &mut Value,
    news: &News,
    (table, revision): (&str, i64),
    operator: Value,
    subscribers: Value,
) {
    out["table_id"] = table.into();
    out["revision"] = revision.into();
    out["operator_id"] = operator;
    out["subscriber_id_list"] = subscribers;
    out["update_time"] = (news.at_ms / 1_000).into();
}

fn action(row: &Row, of: &str) -> String {
    let how = match (&row.before, &row.after) {
        (None, _) => "added",
        (_, None) => "deleted",
        _ => "edited",
    };
    format!("{of}_{how}")
}

/// Values by field: each is a JSON text.
fn values(side: Option<&Value>) -> Value {
    let fields = side.and_then(Value::as_object).into_iter().flatten();
    let fields =
        fields.map(|(id, value)| json!({ "field_id": id, "field_value": value.to_string() }));
    fields.collect()
}
