//! People as a caller names them and as the sandbox stores them.

use serde_json::Value;

use crate::State;
use crate::gateway::{Call, Caller};
use crate::identity::{IdKind, Identity};
use crate::ids;

/// Translates between stored keys and the ids of one request.
#[derive(Clone, Copy)]
pub(crate) struct People<'p> {
    identity: &'p Identity,
    caller: &'p Caller,
    kind: IdKind,
}

impl<'p> People<'p> {
    /// For one request.
    pub(crate) fn of(state: &'p State, call: &Call<'p>) -> Self {
        Self {
            identity: &state.identity,
            caller: call.caller,
            kind: call.user_id_kind(),
        }
    }

    /// The id to print for a stored actor. Apps are printed as they are.
    pub(crate) fn id(&self, actor: &str) -> String {
        if self.identity.user(&self.caller.tenant_key, actor).is_some() {
            self.identity.id_of(self.caller, actor, self.kind)
        } else {
            actor.to_owned()
        }
    }

    /// The stored key of an id in the request's kind.
    pub(crate) fn find(&self, id: &str) -> Option<String> {
        self.identity.resolve(self.caller, id, self.kind).ok()
    }

    /// The stored key of an id whose kind is given by a permission call's `member_type`.
    pub(crate) fn find_as(&self, id: &str, member_type: &str) -> Option<String> {
        let kind = match member_type {
            "unionid" => IdKind::UnionId,
            "userid" => IdKind::UserId,
            "email" => {
                let users = self
                    .identity
                    .tenant(&self.caller.tenant_key)
                    .map(|tenant| &tenant.users);
                return users?
                    .values()
                    .find(|user| user.email == id)
                    .map(|user| user.key.clone());
            }
            _ => IdKind::OpenId,
        };
        self.identity.resolve(self.caller, id, kind).ok()
    }

    /// The name to print for a stored actor.
    pub(crate) fn name(&self, actor: &str, english: bool) -> String {
        match self.identity.user(&self.caller.tenant_key, actor) {
            Some(user) if english => user.en_name.clone(),
            Some(user) => user.name.clone(),
            None => actor.to_owned(),
        }
    }

    /// Replaces stored keys in a printed block by ids.
    pub(crate) fn print_block(&self, block: &mut Value) {
        for member in block
            .as_object_mut()
            .into_iter()
            .flat_map(|block| block.values_mut())
        {
            let elements = member.get_mut("elements").and_then(Value::as_array_mut);
            for element in elements.into_iter().flatten() {
                for (kind, key) in [("mention_user", "user_id"), ("reminder", "create_user_id")] {
                    if let Some(Value::String(id)) =
                        element.get_mut(kind).and_then(|body| body.get_mut(key))
                    {
                        *id = self.id(id);
                    }
                }
            }
        }
    }

    /// The same for a reply that holds blocks under any of the keys that writes use.
    pub(crate) fn print(&self, data: &mut Value) {
        for key in ["children", "blocks"] {
            let blocks = data.get_mut(key).and_then(Value::as_array_mut);
            blocks
                .into_iter()
                .flatten()
                .for_each(|block| self.print_block(block));
        }
        if let Some(block) = data.get_mut("block") {
            self.print_block(block);
        }
    }
}

/// Groups and departments that a person belongs to, as collaborator ids.
pub(crate) fn circles(identity: &Identity, tenant_key: &str, user_key: &str) -> Vec<String> {
    let Some(tenant) = identity.tenant(tenant_key) else {
        return Vec::new();
    };
    let departments = tenant
        .users
        .get(user_key)
        .map(|user| user.departments.as_slice())
        .unwrap_or_default();
    let groups = tenant.groups.values().filter(|group| {
        group.users.iter().any(|key| key == user_key)
            || group
                .departments
                .iter()
                .any(|key| departments.contains(key))
    });
    groups
        .map(|group| group.id.clone())
        .chain(
            departments
                .iter()
                .map(|key| ids::open_department_id(tenant_key, key)),
        )
        .collect()
}

impl State {
    /// Where a browser opens an object.
    pub(crate) fn web_url(&self, tenant_key: &str, kind: &str, token: &str) -> String {
        let domain = self
            .identity
            .tenant(tenant_key)
            .map_or("feishu.cn", |tenant| tenant.domain.as_str());
        let place = match kind {
            "sheet" => "sheets",
            "bitable" => "base",
            "folder" => "drive/folder",
            "mindnote" => "mindnotes",
            "shortcut" => "docx",
            other => other,
        };
        format!("https://{domain}/{place}/{token}")
    }
}
