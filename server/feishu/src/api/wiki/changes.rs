//! Making, naming, copying and moving pages. None of these calls has an idempotency key, so none
//! is repeated after an unclear failure.

use serde::{Deserialize, Serialize};

use super::{Node, NodeReply, loose};
use crate::{FeishuError, Request, Session};

/// Where a page goes: below a page of a space, or at its top.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The space.
    pub space_id: &'a str,
    /// The page above; `None` is the top.
    pub parent: Option<&'a str>,
}

/// A new page.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// Kind of its object.
    pub obj_type: &'a str,
    /// For a shortcut: the page that it leads to.
    pub origin: Option<&'a str>,
    /// Title.
    pub title: &'a str,
}

/// What a move into a wiki came to.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Entered {
    /// The new page, when it is done.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub wiki_token: String,
    /// The task, when it goes on.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub task_id: String,
}

/// How far a move between drive and wiki is.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    /// 0 done, positive running, negative failed.
    pub status: i64,
    /// Feishu's words for it.
    pub message: String,
    /// The page, for a move into a wiki.
    pub node: Option<Node>,
    /// Token of the object, for a move out of a wiki.
    pub obj_token: String,
}

#[derive(Deserialize)]
struct TaskReply {
    task: Task,
}

#[derive(Deserialize)]
struct Task {
    #[serde(default, deserialize_with = "loose::nullable")]
    move_result: Vec<In>,
    #[serde(default, deserialize_with = "loose::nullable")]
    move_wiki_to_docs_result: Out,
}

#[derive(Deserialize)]
struct In {
    #[serde(default)]
    node: Option<Node>,
    #[serde(default, deserialize_with = "loose::int")]
    status: i64,
    #[serde(default, deserialize_with = "loose::nullable")]
    status_msg: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Out {
    #[serde(deserialize_with = "loose::int")]
    status: i64,
    #[serde(deserialize_with = "loose::nullable")]
    status_msg: String,
    #[serde(deserialize_with = "loose::nullable")]
    obj_token: String,
}

/// `wiki.v2.spaceNode.create`: an empty page of a kind, or a shortcut to a page.
pub async fn create_page(
    session: &Session,
    to: Placed<'_>,
    page: NewPage<'_>,
) -> Result<Node, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        obj_type: &'a str,
        node_type: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        origin_node_token: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        parent_node_token: Option<&'a str>,
        title: &'a str,
    }
    let request = Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes")
        .path("space_id", to.space_id)?
        .json(&Body {
            obj_type: page.obj_type,
            node_type: if page.origin.is_some() {
                "shortcut"
            } else {
                "origin"
            },
            origin_node_token: page.origin,
            parent_node_token: to.parent,
            title: page.title,
        });
    Ok(session.fetch::<NodeReply>(request).await?.node)
}

#[derive(Serialize)]
struct Goal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    target_parent_token: Option<&'a str>,
    target_space_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

/// `wiki.v2.spaceNode.copy`: the page alone, without the pages below it.
pub async fn copy_page(
    session: &Session,
    node: &Node,
    to: Placed<'_>,
    title: &str,
) -> Result<Node, FeishuError> {
    let request = Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes/{node_token}/copy")
        .path("space_id", &node.space_id)?
        .path("node_token", &node.node_token)?
        .json(&Goal {
            target_parent_token: to.parent,
            target_space_id: to.space_id,
            title: Some(title),
        });
    Ok(session.fetch::<NodeReply>(request).await?.node)
}

/// `wiki.v2.spaceNode.move`: the page with the pages below it.
pub async fn move_page(
    session: &Session,
    node: &Node,
    to: Placed<'_>,
) -> Result<Node, FeishuError> {
    let request = Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes/{node_token}/move")
        .path("space_id", &node.space_id)?
        .path("node_token", &node.node_token)?
        .json(&Goal {
            target_parent_token: to.parent,
            target_space_id: to.space_id,
            title: None,
        });
    Ok(session.fetch::<NodeReply>(request).await?.node)
}

/// `wiki.v2.spaceNode.updateTitle`: documents and shortcuts only. Repeating it is harmless.
pub async fn rename_page(session: &Session, node: &Node, title: &str) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        title: &'a str,
    }
    let request =
        Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes/{node_token}/update_title")
            .path("space_id", &node.space_id)?
            .path("node_token", &node.node_token)?
            .json(&Body { title })
            .idempotent(true);
    session.call(request).await.map(drop)
}

/// `wiki.v2.spaceNode.moveDocsToWiki`: a thing of the drive becomes a page. No approval is asked
/// for where the caller may not put it.
pub async fn move_in(
    session: &Session,
    (obj_token, obj_type): (&str, &str),
    to: Placed<'_>,
) -> Result<Entered, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        parent_wiki_token: Option<&'a str>,
        obj_type: &'a str,
        obj_token: &'a str,
    }
    let request = Request::post("/open-apis/wiki/v2/spaces/{space_id}/nodes/move_docs_to_wiki")
        .path("space_id", to.space_id)?
        .json(&Body {
            parent_wiki_token: to.parent,
            obj_type,
            obj_token,
        });
    session.fetch(request).await
}

/// `wiki/v2/nodes/:node_token/move_wiki_to_docs`, which Feishu's own clients use: a page becomes a
/// thing of the drive. Gives the task.
pub async fn move_out(
    session: &Session,
    node_token: &str,
    folder: &str,
) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        folder_token: &'a str,
    }
    #[derive(Deserialize)]
    struct Reply {
        task_id: String,
    }
    let request = Request::post("/open-apis/wiki/v2/nodes/{node_token}/move_wiki_to_docs")
        .path("node_token", node_token)?
        .json(&Body {
            folder_token: folder,
        });
    Ok(session.fetch::<Reply>(request).await?.task_id)
}

async fn task(session: &Session, id: &str, kind: &str) -> Result<Task, FeishuError> {
    let request = Request::get("/open-apis/wiki/v2/tasks/{task_id}")
        .path("task_id", id)?
        .query("task_type", kind);
    Ok(session.fetch::<TaskReply>(request).await?.task)
}

/// `wiki.v2.task.get` of [`move_in`].
pub async fn moved_in(session: &Session, task_id: &str) -> Result<Moved, FeishuError> {
    let task = task(session, task_id, "move").await?;
    let first = task.move_result.into_iter().next();
    Ok(first.map_or_else(
        || Moved {
            status: 1,
            ..Moved::default()
        },
        |one| Moved {
            status: one.status,
            message: one.status_msg,
            node: one.node,
            obj_token: String::new(),
        },
    ))
}

/// `wiki.v2.task.get` of [`move_out`].
pub async fn moved_out(session: &Session, task_id: &str) -> Result<Moved, FeishuError> {
    let out = task(session, task_id, "move_wiki_to_docs")
        .await?
        .move_wiki_to_docs_result;
    Ok(Moved {
        status: out.status,
        message: out.status_msg,
        node: None,
        obj_token: out.obj_token,
    })
}
