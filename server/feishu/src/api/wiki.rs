//! Wiki spaces and pages (`wiki/v2`).

mod changes;

use serde::{Deserialize, Serialize};

pub use changes::{
    Entered, Moved, NewPage, Placed, copy_page, create_page, move_in, move_out, move_page,
    moved_in, moved_out, rename_page,
};

use super::loose;
use crate::{FeishuError, Request, Session};

/// A page of a wiki: a place in a tree and an object behind it.
#[derive(Debug, Clone, Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Node {
    /// The space.
    #[serde(default)]
    pub space_id: String,
    /// The place.
    #[serde(default)]
    pub node_token: String,
    /// The object.
    #[serde(default)]
    pub obj_token: String,
    /// Kind of the object.
    #[serde(default)]
    pub obj_type: String,
    /// The place above; empty at the top.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub parent_node_token: String,
    /// Whether pages are below.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_child: bool,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub obj_create_time: i64,
    /// Seconds.
    #[serde(default, deserialize_with = "loose::int")]
    pub obj_edit_time: i64,
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub owner: String,
    /// `origin`, or `shortcut` to a page elsewhere.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub node_type: String,
}

impl Node {
    /// Whether it only leads to a page elsewhere.
    pub fn is_shortcut(&self) -> bool {
        self.node_type == "shortcut"
    }
}

#[derive(Debug, Deserialize)]
struct NodeReply {
    node: Node,
}

/// A wiki space.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Space {
    /// Identity.
    #[serde(default)]
    pub space_id: String,
    /// Name.
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Deserialize)]
struct SpaceReply {
    space: Space,
}

/// One page of child pages.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NodePage {
    /// Pages, in order.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Node>,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// `wiki.v2.space.getNode`: from a page token (`wiki`) or an object token of a kind.
pub async fn get_node(session: &Session, token: &str, kind: &str) -> Result<Node, FeishuError> {
    let request = Request::get("/open-apis/wiki/v2/spaces/get_node")
        .query("token", token)
        .query("obj_type", kind);
    Ok(session.fetch::<NodeReply>(request).await?.node)
}

/// `wiki.v2.space.get`: the name of a space.
pub async fn space(session: &Session, space_id: &str) -> Result<Space, FeishuError> {
    let request =
        Request::get("/open-apis/wiki/v2/spaces/{space_id}").path("space_id", space_id)?;
    Ok(session.fetch::<SpaceReply>(request).await?.space)
}

/// One page of wiki spaces.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SpacePage {
    /// Spaces.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub items: Vec<Space>,
    /// Cursor of the next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub page_token: String,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub has_more: bool,
}

/// `wiki.v2.space.list`: one page of the spaces that the caller can see.
pub async fn spaces(session: &Session, page_token: Option<&str>) -> Result<SpacePage, FeishuError> {
    let mut request = Request::get("/open-apis/wiki/v2/spaces").query("page_size", "50");
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `wiki.v2.spaceNode.list`: a further page of the pages below a page, or (`parent` empty) at the
/// top of a space.
pub async fn pages(
    session: &Session,
    space_id: &str,
    parent: &str,
    page_token: Option<&str>,
) -> Result<NodePage, FeishuError> {
    let mut request = Request::get("/open-apis/wiki/v2/spaces/{space_id}/nodes")
        .path("space_id", space_id)?
        .query("page_size", "50");
    if !parent.is_empty() {
        request = request.query("parent_node_token", parent);
    }
    if let Some(token) = page_token {
        request = request.query("page_token", token);
    }
    session.fetch(request).await
}

/// `wiki.v2.spaceNode.list`: one page of the pages below a page.
pub async fn children(
    session: &Session,
    space_id: &str,
    parent: &str,
) -> Result<NodePage, FeishuError> {
    let request = Request::get("/open-apis/wiki/v2/spaces/{space_id}/nodes")
        .path("space_id", space_id)?
        .query("parent_node_token", parent)
        .query("page_size", "50");
    session.fetch(request).await
}

/// `wiki.v2.spaceNode.create`: a new document as a page below `parent`, or at the top.
pub async fn create_document(
    session: &Session,
    space_id: &str,
    parent: Option<&str>,
    title: &str,
) -> Result<Node, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        obj_type: &'static str,
        node_type: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent_node_token: Option<&'a str>,
        title: &'a str,
    }
    let request = Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes")
        .path("space_id", space_id)?
        .json(&Body {
            obj_type: "docx",
            node_type: "origin",
            parent_node_token: parent,
            title,
        });
    Ok(session.fetch::<NodeReply>(request).await?.node)
}
