//! Tenants, people, departments and user groups.

mod department;
mod group;
mod user;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use department::Department;
pub use group::UserGroup;
pub(crate) use user::IdKind;
pub use user::{User, UserStatus};

use crate::gateway::{ApiError, Caller};
use crate::ids;

/// One organisation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tenant {
    /// 16 hexadecimal characters.
    pub key: String,
    /// Display name.
    pub name: String,
    /// Web host of its documents, like `acme.feishu.cn`.
    pub domain: String,
    /// People by their key.
    pub users: BTreeMap<String, User>,
    /// Departments by their key; the root `0` is implied.
    pub departments: BTreeMap<String, Department>,
    /// User groups by id.
    pub groups: BTreeMap<String, UserGroup>,
    /// Whether its administrators let documents be shared with other tenants.
    #[serde(default)]
    pub shares_outside: bool,
}

impl Tenant {
    /// A department and everything below it; `0` is the whole tenant.
    pub(crate) fn below<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        let mut found = vec![key];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            let children = self
                .departments
                .values()
                .filter(|child| child.parent == parent);
            // A cycle in test data must not hang the sandbox.
            let fresh: Vec<&str> = children
                .map(|child| child.key.as_str())
                .filter(|key| !found.contains(key))
                .collect();
            found.extend(fresh);
            next += 1;
        }
        found
    }

    /// Whether a person belongs to a group, directly or through a department.
    pub(crate) fn belongs(&self, user_key: &str, group: &UserGroup) -> bool {
        if group.users.iter().any(|key| key == user_key) {
            return true;
        }
        let Some(user) = self.users.get(user_key) else {
            return false;
        };
        group.departments.iter().any(|top| {
            let below = self.below(top);
            top == "0"
                || user
                    .departments
                    .iter()
                    .any(|key| below.contains(&key.as_str()))
        })
    }
}

/// All organisations.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Identity {
    pub(crate) tenants: BTreeMap<String, Tenant>,
}

impl Identity {
    /// A tenant by its key.
    pub(crate) fn tenant(&self, tenant_key: &str) -> Option<&Tenant> {
        self.tenants.get(tenant_key)
    }

    /// A person of a tenant.
    pub(crate) fn user(&self, tenant_key: &str, user_key: &str) -> Option<&User> {
        self.tenants.get(tenant_key)?.users.get(user_key)
    }

    /// A person's display name; the key when unknown.
    pub(crate) fn name_of(&self, tenant_key: &str, user_key: &str) -> String {
        self.user(tenant_key, user_key)
            .map_or_else(|| user_key.to_owned(), |user| user.name.clone())
    }

    /// The id under which an app knows a person.
    pub(crate) fn id_of(&self, caller: &Caller, user_key: &str, kind: IdKind) -> String {
        self.app_id_of(&caller.app_id, &caller.tenant_key, user_key, kind)
    }

    /// As [`Identity::id_of`], for an app that is not calling.
    pub(crate) fn app_id_of(
        &self,
        app_id: &str,
        tenant_key: &str,
        user_key: &str,
        kind: IdKind,
    ) -> String {
        match kind {
            IdKind::OpenId => ids::open_id(app_id, tenant_key, user_key),
            IdKind::UnionId => ids::union_id(tenant_key, tenant_key, user_key),
            IdKind::UserId => self
                .user(tenant_key, user_key)
                .map_or_else(String::new, |user| user.user_id.clone()),
        }
    }

    /// The key of the person an id names for this caller.
    /// 99992361 for an open_id of another app, 99992351 for an id nobody has.
    pub(crate) fn resolve(
        &self,
        caller: &Caller,
        id: &str,
        kind: IdKind,
    ) -> Result<String, ApiError> {
        let tenant = self.tenant(&caller.tenant_key);
        let known = tenant
            .into_iter()
            .flat_map(|tenant| tenant.users.keys())
            .find(|key| self.id_of(caller, key, kind) == id);
        if let Some(key) = known {
            return Ok(key.clone());
        }
        Err(match kind {
            IdKind::OpenId if id.starts_with("ou_") && id.len() == 35 => {
                ApiError::with(99_992_361, "open_id cross app")
            }
            IdKind::OpenId => {
                ApiError::with(99_992_351, format!("these open ids not existed: [{id}]"))
            }
            _ => ApiError::with(99_992_360, "Your request contains not existed id."),
        })
    }
}
