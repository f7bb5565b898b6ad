//! Wiki spaces and their trees of nodes.

pub(crate) mod nodes;
pub(crate) mod spaces;
pub(crate) mod transfer;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::fault;
use super::drive::seconds;
use super::people::People;
use crate::State;
use crate::families::Route;
use crate::gateway::ApiError;

/// A space.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Space {
    /// Decimal id.
    pub(crate) id: String,
    /// The tenant that owns it.
    pub(crate) tenant: String,
    /// Shown name.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) description: String,
    /// `team` or `my_library`.
    pub(crate) kind: String,
    /// Whether everybody in the tenant may read.
    pub(crate) public: bool,
    /// Actors with their role; `true` for administrators.
    pub(crate) members: Vec<(String, bool)>,
}

/// A node: a place in the tree that shows an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Node {
    /// The id in `/wiki/` addresses.
    pub(crate) token: String,
    /// The space it stands in.
    pub(crate) space_id: String,
    /// Empty at the top of a space.
    pub(crate) parent: String,
    /// The object's token.
    pub(crate) obj_token: String,
    /// `docx`, `sheet`, `bitable`, …
    pub(crate) obj_type: String,
    /// For a shortcut: the node it points to and that node's space.
    pub(crate) origin: Option<(String, String)>,
    /// Who made the node.
    pub(crate) creator: String,
    /// Epoch milliseconds.
    pub(crate) created_ms: i64,
}

/// A move between drive and wiki that a caller polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    /// The resulting node; of a move out of a wiki, the object.
    pub(crate) node: String,
    /// Whether it leads out of the wiki.
    #[serde(default)]
    pub(crate) out: bool,
    /// How many more polls say that it is running.
    pub(crate) polls: u32,
    /// Who started it.
    pub(crate) actor: String,
}

/// All spaces of all tenants.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Wiki {
    /// By id.
    pub(crate) spaces: BTreeMap<String, Space>,
    /// By node token.
    pub(crate) nodes: HashMap<String, Node>,
    /// Parent node (or space id at the top) → nodes in order.
    pub(crate) children: HashMap<String, Vec<String>>,
    /// Object → its node.
    pub(crate) by_object: HashMap<String, String>,
    /// Moves by task id.
    pub(crate) tasks: HashMap<String, Transfer>,
}

impl Wiki {
    /// The node that shows an object.
    pub(crate) fn node_of(&self, object: &str) -> Option<&Node> {
        self.by_object
            .get(object)
            .and_then(|token| self.nodes.get(token))
    }

    /// What membership of a space gives a viewer.
    pub(crate) fn space_level(&self, space_id: &str, viewer: &Viewer) -> Level {
        let Some(space) = self
            .spaces
            .get(space_id)
            .filter(|space| space.tenant == viewer.tenant)
        else {
            return Level::None;
        };
        let roles = space
            .members
            .iter()
            .filter(|(who, _)| viewer.is(who))
            .map(|(_, admin)| *admin);
        match roles.max() {
            Some(true) => Level::Full,
            Some(false) => Level::Edit,
            None if space.public && !viewer.is_app => Level::View,
            None => Level::None,
        }
    }

    /// Adds a node at the end of its parent's list.
    pub(crate) fn add(&mut self, node: Node) {
        let under = if node.parent.is_empty() {
            node.space_id.clone()
        } else {
            node.parent.clone()
        };
        self.children
            .entry(under)
            .or_default()
            .push(node.token.clone());
        if node.origin.is_none() {
            self.by_object
                .insert(node.obj_token.clone(), node.token.clone());
        }
        self.nodes.insert(node.token.clone(), node);
    }

    /// Takes a node out of its parent's list.
    pub(crate) fn unlink(&mut self, token: &str) {
        for list in self.children.values_mut() {
            list.retain(|child| child != token);
        }
    }

    /// Removes the node of a deleted object; what was below it moves up.
    pub(crate) fn forget_object(&mut self, object: &str) {
        let Some(token) = self.by_object.remove(object) else {
            return;
        };
        let Some(node) = self.nodes.remove(&token) else {
            return;
        };
        self.unlink(&token);
        let orphans = self.children.remove(&token).unwrap_or_default();
        for orphan in &orphans {
            if let Some(child) = self.nodes.get_mut(orphan) {
                child.parent.clone_from(&node.parent);
            }
        }
        let under = if node.parent.is_empty() {
            node.space_id
        } else {
            node.parent
        };
        self.children.entry(under).or_default().extend(orphans);
    }

    /// Whether `node` is `above` or stands below it.
    pub(crate) fn is_below(&self, node: &str, above: &str) -> bool {
        let mut at = Some(node);
        while let Some(token) = at.filter(|token| !token.is_empty()) {
            if token == above {
                return true;
            }
            at = self.nodes.get(token).map(|node| node.parent.as_str());
        }
        false
    }
}

/// The space, after existence and right were checked. `my_library` is the caller's own.
pub(crate) fn space<'s>(
    state: &'s State,
    viewer: &Viewer,
    id: &str,
    need: Level,
) -> Result<&'s Space, ApiError> {
    let own = |space: &&Space| {
        space.kind == "my_library"
            && space.tenant == viewer.tenant
            && space.members.iter().any(|(who, _)| *who == viewer.actor)
    };
    let space = match id {
        "my_library" => state.wiki.spaces.values().find(own),
        _ => state.wiki.spaces.get(id),
    };
    let space = space.ok_or_else(|| fault(131_005))?;
    if state.wiki.space_level(&space.id, viewer) < need {
        Err(fault(131_006))
    } else {
        Ok(space)
    }
}

/// The node, after existence and right were checked.
pub(crate) fn node<'s>(
    state: &'s State,
    viewer: &Viewer,
    token: &str,
    need: Level,
) -> Result<&'s Node, ApiError> {
    let node = state.wiki.nodes.get(token).ok_or_else(|| fault(131_005))?;
    if state.level(&node.obj_token, viewer) < need {
        Err(fault(131_006))
    } else {
        Ok(node)
    }
}

/// How the API prints a node.
pub(crate) fn print(state: &State, people: &People<'_>, node: &Node) -> Value {
    let entry = state.drive.entries.get(&node.obj_token);
    let has_child = state
        .wiki
        .children
        .get(&node.token)
        .is_some_and(|children| !children.is_empty());
    let owner = entry
        .map(|entry| people.id(&entry.owner))
        .unwrap_or_default();
    let (origin_node, origin_space) = node.origin.clone().unwrap_or_default();
    json!({
        "space_id": node.space_id,
        "node_token": node.token,
        "obj_token": node.obj_token,
        "obj_type": node.obj_type,
        "parent_node_token": node.parent,
        "node_type": if node.origin.is_some() { "shortcut" } else { "origin" },
        "origin_node_token": if node.origin.is_some() { &origin_node } else { &node.token },
        "origin_space_id": if node.origin.is_some() { &origin_space } else { &node.space_id },
        "has_child": has_child,
        "title": entry.map(|entry| entry.title.as_str()).unwrap_or_default(),
        "obj_create_time": entry.map(|entry| seconds(entry.created_ms)).unwrap_or_default(),
        "obj_edit_time": entry.map(|entry| seconds(entry.edited_ms)).unwrap_or_default(),
        "node_create_time": seconds(node.created_ms),
        "creator": owner,
        "owner": owner,
        "node_creator": people.id(&node.creator),
    })
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    ("GET", "/open-apis/wiki/v2/spaces", spaces::list),
    ("GET", "/open-apis/wiki/v2/spaces/get_node", nodes::get_node),
    (
        "GET",
        "/open-apis/wiki/v2/spaces/my_library",
        spaces::my_library,
    ),
    ("GET", "/open-apis/wiki/v2/spaces/:space_id", spaces::get),
    (
        "GET",
        "/open-apis/wiki/v2/spaces/:space_id/nodes",
        nodes::list,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/spaces/:space_id/nodes",
        nodes::create,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/spaces/:space_id/nodes/:node_token/copy",
        nodes::copy,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/spaces/:space_id/nodes/:node_token/move",
        nodes::relocate,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/spaces/:space_id/nodes/:node_token/update_title",
        nodes::update_title,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/spaces/:space_id/nodes/move_docs_to_wiki",
        transfer::move_in,
    ),
    (
        "POST",
        "/open-apis/wiki/v2/nodes/:node_token/move_wiki_to_docs",
        transfer::move_out,
    ),
    ("GET", "/open-apis/wiki/v2/tasks/:task_id", transfer::task),
    ("POST", "/open-apis/wiki/v1/nodes/search", nodes::search),
    ("POST", "/open-apis/wiki/v2/nodes/search", nodes::search),
];
