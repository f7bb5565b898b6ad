//! Which events a change of a tenant's people and departments makes.

use serde_json::{Map, Value, json};

use crate::apps::App;
use crate::gateway::scopes::holds_in;
use crate::identity::{Department, IdKind, Identity, Tenant, User, UserStatus};
use crate::ids;

/// Without it an app gets no events about the enterprise.
const SCOPE: &str = "contact:contact.base:readonly";

/// Kind and body of each event that an app is told, in the order of the ids.
pub(crate) fn between(
    identity: &Identity,
    app: &App,
    before: &Tenant,
    after: &Tenant,
) -> Vec<(String, Value)> {
    let mut told = Vec::new();
    if !holds_in(&app.tenant_scopes, SCOPE) {
        return told;
    }
    let viewer = Viewer {
        identity,
        app,
        tenant: &after.key,
    };
    for (key, old) in &before.users {
        match after.users.get(key) {
            Some(new) if is_gone(new) && !is_gone(old) => told.push(viewer.deleted(old, new)),
            Some(new) => told.extend(viewer.updated(old, new)),
            None if is_gone(old) => {}
            None => told.push(viewer.deleted(old, old)),
        }
    }
    for (key, new) in &after.users {
        if !before.users.contains_key(key) {
            told.push(named(
                "contact.user.created_v3",
                json!({"object": viewer.person(new)}),
            ));
        }
    }
    for (key, old) in &before.departments {
        let object = match after.departments.get(key) {
            None => {
                let body = json!({"object": viewer.department(old), "old_object": {
                    "open_department_id": ids::open_department_id(&before.key, key),
                    "status": {"is_deleted": false},
                }});
                told.push(named("contact.department.deleted_v3", body));
                continue;
            }
            Some(new) => viewer.department(new),
        };
        let old = viewer.department(old);
        if object != old {
            let body = json!({"object": object, "old_object": old});
            told.push(named("contact.department.updated_v3", body));
        }
    }
    for (key, new) in &after.departments {
        if !before.departments.contains_key(key) {
            let body = json!({"object": viewer.department(new)});
            told.push(named("contact.department.created_v3", body));
        }
    }
    told
}

fn named(kind: &str, body: Value) -> (String, Value) {
    (kind.to_owned(), body)
}

fn is_gone(user: &User) -> bool {
    user.status == UserStatus::Resigned
}

/// An app that is told.
struct Viewer<'a> {
    identity: &'a Identity,
    app: &'a App,
    tenant: &'a str,
}

impl Viewer<'_> {
    fn sees(&self, scope: &str) -> bool {
        holds_in(&self.app.tenant_scopes, scope)
    }

    fn department_ids(&self, user: &User) -> Value {
        let ids = user.departments.iter().map(|key| match key.as_str() {
            "0" => key.clone(),
            key => ids::open_department_id(self.tenant, key),
        });
        ids.collect::<Vec<_>>().into()
    }

    /// A person with the fields that the app's scopes unlock.
    fn person(&self, user: &User) -> Value {
        let id = |kind| {
            let identity = self.identity;
            identity.app_id_of(&self.app.app_id, self.tenant, &user.key, kind)
        };
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
        put("open_id", id(IdKind::OpenId).into());
        put("union_id", id(IdKind::UnionId).into());
        if self.sees("contact:user.base:readonly") {
            put("name", user.name.clone().into());
            put("en_name", user.en_name.clone().into());
        }
        if self.sees("contact:user.department:readonly") {
            put("department_ids", self.department_ids(user));
        }
        if self.sees("contact:user.employee:readonly") {
            put("status", crate::families::contact::status(user));
        }
        Value::Object(out)
    }

    fn deleted(&self, old: &User, new: &User) -> (String, Value) {
        let mut object = self.person(new);
        if object.get("status").is_some() {
            object["status"]["is_resigned"] = true.into();
        }
        let old = json!({
            "open_id": object["open_id"],
            "department_ids": self.department_ids(old),
        });
        let body = json!({"object": object, "old_object": old});
        named("contact.user.deleted_v3", body)
    }

    /// The fields that differ are in `old_object` too.
    fn updated(&self, old: &User, new: &User) -> Option<(String, Value)> {
        let (object, before) = (self.person(new), self.person(old));
        let mut changed = Map::new();
        for (name, value) in before.as_object()? {
            if object.get(name) != Some(value) {
                changed.insert(name.clone(), value.clone());
            }
        }
        if changed.is_empty() {
            return None;
        }
        changed.insert("open_id".to_owned(), object["open_id"].clone());
        let body = json!({"object": object, "old_object": changed});
        Some(named("contact.user.updated_v3", body))
    }

    fn department(&self, department: &Department) -> Value {
        let id = |key: &str| match key {
            "0" => key.to_owned(),
            key => ids::open_department_id(self.tenant, key),
        };
        json!({
            "open_department_id": id(&department.key),
            "name": department.name,
            "parent_department_id": id(&department.parent),
            "order": department.order,
            "status": {"is_deleted": false},
        })
    }
}
