//! Files and folders: what every kind of object has in common, and the drive endpoints.

pub(crate) mod files;
pub(crate) mod folders;
pub(crate) mod jobs;
pub(crate) mod metas;
pub(crate) mod permissions;
mod routes;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::fault;
use super::people::People;
use crate::State;
use crate::gateway::ApiError;
use crate::ids::IdSource;
pub(crate) use routes::ROUTES;

/// How an object is shared by its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    /// Only collaborators.
    #[default]
    Closed,
    /// Everybody in the tenant may read.
    TenantReadable,
    /// Everybody in the tenant may change.
    TenantEditable,
    /// Everybody may read, in other tenants too.
    AnyoneReadable,
    /// Everybody may change, in other tenants too.
    AnyoneEditable,
}

impl Link {
    /// From the API's word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [
            Self::Closed,
            Self::TenantReadable,
            Self::TenantEditable,
            Self::AnyoneReadable,
            Self::AnyoneEditable,
        ]
        .into_iter()
        .find(|link| link.word() == word)
    }

    /// Whether it reaches people of other tenants.
    pub(crate) const fn reaches_outside(self) -> bool {
        matches!(self, Self::AnyoneReadable | Self::AnyoneEditable)
    }

    /// The API's word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::TenantReadable => "tenant_readable",
            Self::TenantEditable => "tenant_editable",
            Self::AnyoneReadable => "anyone_readable",
            Self::AnyoneEditable => "anyone_editable",
        }
    }
}

/// A collaborator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    /// A person's key, an app's id, a group's or a department's id.
    pub(crate) who: String,
    /// `openid`, `appid`, `groupid`, `opendepartmentid`, `openchat`, …
    pub(crate) kind: String,
    /// What it may do.
    pub(crate) level: Level,
    /// `container` or `single_page`.
    pub(crate) perm_type: String,
}

/// An object of the cloud space.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its token.
    pub(crate) token: String,
    /// The tenant that owns it.
    pub(crate) tenant: String,
    /// `docx`, `sheet`, `bitable`, `folder`, `file`, `mindnote`, `slides`, `shortcut`.
    pub(crate) kind: String,
    /// Shown name.
    pub(crate) title: String,
    /// A person's key or an app's id.
    pub(crate) owner: String,
    /// The folder it lies in; none for root folders and for wiki pages.
    pub(crate) parent: Option<String>,
    /// Epoch milliseconds.
    pub(crate) created_ms: i64,
    /// Epoch milliseconds of the newest change.
    pub(crate) edited_ms: i64,
    /// Who made the newest change.
    pub(crate) editor: String,
    /// In the trash.
    #[serde(default)]
    pub(crate) deleted: bool,
    /// Collaborators besides the owner.
    #[serde(default)]
    pub(crate) members: Vec<Member>,
    /// Link sharing.
    #[serde(default)]
    pub(crate) link: Link,
    /// Whether people of other tenants may be let in.
    #[serde(default)]
    pub(crate) external: bool,
    /// What a shortcut points to: kind and token.
    #[serde(default)]
    pub(crate) target: Option<(String, String)>,
    /// How often it was opened.
    #[serde(default)]
    pub(crate) views: u64,
}

impl Entry {
    /// A new object owned by the viewer.
    pub(crate) fn new(
        token: &str,
        kind: &str,
        title: &str,
        viewer: &Viewer,
        parent: Option<String>,
        now_ms: i64,
    ) -> Self {
        Self {
            token: token.to_owned(),
            tenant: viewer.tenant.clone(),
            kind: kind.to_owned(),
            title: title.to_owned(),
            owner: viewer.actor.clone(),
            parent,
            created_ms: now_ms,
            edited_ms: now_ms,
            editor: viewer.actor.clone(),
            deleted: false,
            members: Vec::new(),
            link: Link::Closed,
            external: false,
            target: None,
            views: 0,
        }
    }

    /// Notes a change.
    pub(crate) fn touched(&mut self, editor: &str, now_ms: i64) {
        editor.clone_into(&mut self.editor);
        self.edited_ms = now_ms;
    }

    /// What link sharing gives a viewer. Apps have to be collaborators.
    pub(crate) fn link_level(&self, viewer: &Viewer) -> Level {
        let inside = self.tenant == viewer.tenant;
        if viewer.is_app || !(inside || self.external && self.link.reaches_outside()) {
            return Level::None;
        }
        match self.link {
            Link::Closed => Level::None,
            Link::TenantReadable | Link::AnyoneReadable => Level::View,
            Link::TenantEditable | Link::AnyoneEditable => Level::Edit,
        }
    }

    /// What ownership and the list of collaborators give a viewer.
    pub(crate) fn member_level(&self, viewer: &Viewer) -> Level {
        if self.tenant != viewer.tenant {
            return Level::None;
        }
        if self.owner == viewer.actor {
            return Level::Full;
        }
        let levels = self
            .members
            .iter()
            .filter(|member| viewer.is(&member.who))
            .map(|member| member.level);
        levels.max().unwrap_or(Level::None)
    }
}

/// A job that a caller polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    /// Who started it.
    pub(crate) actor: String,
    /// How many more polls say that it is running.
    pub(crate) polls: u32,
}

/// All objects of all tenants.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Drive {
    /// By token.
    pub(crate) entries: HashMap<String, Entry>,
    /// `tenant/actor` → root folder.
    pub(crate) roots: HashMap<String, String>,
    /// Folder moves and deletions by task id.
    pub(crate) tasks: HashMap<String, Task>,
    /// Exports by ticket.
    #[serde(default)]
    pub(crate) exports: HashMap<String, jobs::Export>,
    /// Results of exports by their token.
    #[serde(default)]
    pub(crate) exported: HashMap<String, jobs::Exported>,
    /// Imports by ticket.
    #[serde(default)]
    pub(crate) imports: HashMap<String, jobs::Import>,
}

impl Drive {
    /// Adds an object.
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.insert(entry.token.clone(), entry);
    }

    /// The viewer's root folder, made when first asked for.
    pub(crate) fn root_of(&mut self, viewer: &Viewer, ids: &mut IdSource, now_ms: i64) -> String {
        let key = format!("{}/{}", viewer.tenant, viewer.actor);
        if let Some(token) = self.roots.get(&key) {
            return token.clone();
        }
        let token = ids.token27();
        self.add(Entry::new(&token, "folder", "", viewer, None, now_ms));
        self.roots.insert(key, token.clone());
        token
    }

    /// Live objects directly inside a folder.
    pub(crate) fn inside<'d>(&'d self, folder: &'d str) -> impl Iterator<Item = &'d Entry> {
        self.entries
            .values()
            .filter(move |entry| !entry.deleted && entry.parent.as_deref() == Some(folder))
    }

    /// Moves an object and everything inside it to the trash. Gives the tokens.
    pub(crate) fn trash(&mut self, token: &str) -> Vec<String> {
        let mut gone = vec![token.to_owned()];
        let mut next = 0;
        while let Some(folder) = gone.get(next).cloned() {
            let inside: Vec<String> = self
                .inside(&folder)
                .map(|entry| entry.token.clone())
                .collect();
            gone.extend(inside);
            next += 1;
        }
        for token in &gone {
            if let Some(entry) = self.entries.get_mut(token) {
                entry.deleted = true;
            }
        }
        gone
    }

    /// Whether `folder` is `inside` or lies below it.
    pub(crate) fn is_below(&self, folder: &str, inside: &str) -> bool {
        let mut at = Some(folder);
        while let Some(token) = at {
            if token == inside {
                return true;
            }
            at = self
                .entries
                .get(token)
                .and_then(|entry| entry.parent.as_deref());
        }
        false
    }
}

/// The object, after existence and the caller's right were checked with drive's codes.
pub(crate) fn reach<'s>(
    state: &'s State,
    viewer: &Viewer,
    token: &str,
    need: Level,
) -> Result<&'s Entry, ApiError> {
    let entry = state
        .drive
        .entries
        .get(token)
        .ok_or_else(|| fault(1_061_003))?;
    if entry.deleted {
        return Err(fault(1_061_007));
    }
    if state.level(token, viewer) < need {
        return Err(fault(1_061_004));
    }
    Ok(entry)
}

/// Seconds as the string that drive prints.
pub(crate) fn seconds(ms: i64) -> String {
    (ms / 1_000).to_string()
}

/// How drive prints an object.
pub(crate) fn file(state: &State, people: &People<'_>, entry: &Entry) -> Value {
    let mut out = json!({
        "token": entry.token,
        "name": entry.title,
        "type": entry.kind,
        "parent_token": entry.parent.as_deref().unwrap_or_default(),
        "url": state.web_url(&entry.tenant, &entry.kind, &entry.token),
        "created_time": seconds(entry.created_ms),
        "modified_time": seconds(entry.edited_ms),
        "owner_id": people.id(&entry.owner),
    });
    if let (Some((kind, token)), Some(out)) = (&entry.target, out.as_object_mut()) {
        out.insert(
            "shortcut_info".to_owned(),
            json!({ "target_type": kind, "target_token": token }),
        );
    }
    out
}
