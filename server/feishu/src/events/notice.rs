//! What an event means to a platform that gives people access by who they are, and tells them what
//! changes.

use serde::Deserialize;
use serde_json::Value;

use super::thing::{self, Thing};
use crate::api::directory::AccountStatus;

/// Events that an app should subscribe to, as the developer console lists them.
pub const SUBSCRIBE: [&str; 14] = [
    "contact.user.deleted_v3",
    "contact.user.updated_v3",
    "contact.department.created_v3",
    "contact.department.updated_v3",
    "contact.department.deleted_v3",
    "contact.scope.updated_v3",
    "application.application.app_version.audit_v6",
    "app_status_change",
    "drive.file.edit_v1",
    "drive.file.title_updated_v1",
    "drive.file.trashed_v1",
    "drive.file.deleted_v1",
    "drive.file.bitable_record_changed_v1",
    "drive.file.bitable_field_changed_v1",
];

/// What an event means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Something about one person changed.
    Person {
        /// Id in the app.
        open_id: String,
        /// Set when the event says that the person works here no more.
        gone: Option<Gone>,
    },
    /// Departments changed, or whom the app may see.
    Enterprise,
    /// The app was stopped, started, or has another version.
    App,
    /// Something was done to a document, a sheet, a base or a file.
    Thing(Thing),
    /// Nothing that is acted on.
    Other,
}

/// How somebody is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Left.
    Left,
    /// An administrator of the enterprise froze the account.
    Frozen,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Change {
    object: Option<Object>,
    old_object: Option<Object>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Object {
    open_id: Option<String>,
    /// Absent without its scope.
    status: Option<AccountStatus>,
}

pub(super) fn of(kind: &str, body: &Value) -> Notice {
    match kind {
        "contact.user.deleted_v3" => person(body, |_| Some(Gone::Left)),
        "contact.user.updated_v3" => person(body, |status| status.and_then(gone)),
        "contact.department.created_v3"
        | "contact.department.updated_v3"
        | "contact.department.deleted_v3"
        | "contact.scope.updated_v3" => Notice::Enterprise,
        "application.application.app_version.audit_v6"
        | "app_status_change"
        | "app_uninstalled" => Notice::App,
        _ => thing::of(kind, body).map_or(Notice::Other, Notice::Thing),
    }
}

fn person(body: &Value, gone: impl Fn(Option<AccountStatus>) -> Option<Gone>) -> Notice {
    let change = Change::deserialize(body).unwrap_or_default();
    let (new, old) = (change.object.unwrap_or_default(), change.old_object);
    let ids = [new.open_id, old.and_then(|old| old.open_id)];
    let known = ids
        .into_iter()
        .flatten()
        .find(|id| id.starts_with("ou_") && id.len() <= super::MAX_ID);
    match known {
        Some(open_id) => Notice::Person {
            open_id,
            gone: gone(new.status),
        },
        // Somebody, and it is not said who: everybody is looked at.
        None => Notice::Enterprise,
    }
}

const fn gone(status: AccountStatus) -> Option<Gone> {
    if status.is_resigned || status.is_exited {
        Some(Gone::Left)
    } else if status.is_frozen {
        Some(Gone::Frozen)
    } else {
        None
    }
}
