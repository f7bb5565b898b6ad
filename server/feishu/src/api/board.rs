//! Whiteboards (`board/v1`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose;
use crate::{Download, FeishuError, Request, Session};

/// Language of a drawing in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `PlantUML`.
    PlantUml,
    /// Mermaid.
    Mermaid,
}

/// `board.v1.whiteboardNode.createPlantuml`: draws `PlantUML` or Mermaid as nodes of the board and
/// gives the id of the new node. Not repeated: a second drawing would lie over the first.
pub async fn draw(
    session: &Session,
    board: &str,
    syntax: Syntax,
    code: &str,
) -> Result<String, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        plant_uml_code: &'a str,
        /// 1 for nodes that people can edit, 2 for one picture.
        style_type: u8,
        syntax_type: u8,
        /// 0 lets Feishu find out.
        diagram_type: u8,
    }
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        node_id: String,
    }
    let syntax_type = match syntax {
        Syntax::PlantUml => 1,
        Syntax::Mermaid => 2,
    };
    let request = Request::post("/open-apis/board/v1/whiteboards/{whiteboard_id}/nodes/plantuml")
        .path("whiteboard_id", board)?
        .json(&Body {
            plant_uml_code: code,
            style_type: 1,
            syntax_type,
            diagram_type: 0,
        });
    Ok(session.fetch::<Reply>(request).await?.node_id)
}

/// `board.v1.whiteboardNode.list`: all nodes, as Feishu prints them.
pub async fn nodes(session: &Session, board: &str) -> Result<Vec<Map<String, Value>>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        nodes: Vec<Map<String, Value>>,
    }
    let request = Request::get("/open-apis/board/v1/whiteboards/{whiteboard_id}/nodes")
        .path("whiteboard_id", board)?;
    Ok(session.fetch::<Reply>(request).await?.nodes)
}

/// `board.v1.whiteboardNode.create`: new nodes; gives their ids. `client_token` (10 to 64
/// characters) makes a repeated call harmless.
pub async fn create_nodes(
    session: &Session,
    board: &str,
    nodes: &[Value],
    client_token: &str,
) -> Result<Vec<String>, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        nodes: &'a [Value],
    }
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        ids: Vec<String>,
    }
    let request = Request::post("/open-apis/board/v1/whiteboards/{whiteboard_id}/nodes")
        .path("whiteboard_id", board)?
        .query("client_token", client_token)
        .json(&Body { nodes })
        .idempotent(true);
    Ok(session.fetch::<Reply>(request).await?.ids)
}

/// `board.v1.whiteboard.downloadAsImage`: the board as a picture of at most `most` bytes.
pub async fn image(session: &Session, board: &str, most: usize) -> Result<Download, FeishuError> {
    let request = Request::get("/open-apis/board/v1/whiteboards/{whiteboard_id}/download_as_image")
        .path("whiteboard_id", board)?;
    session.download(request, most).await
}
