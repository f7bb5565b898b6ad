//! Whiteboards: what is drawn on the board blocks of documents.

mod drawing;
mod png;

use std::collections::HashMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::{Level, Viewer};
use super::common::{body_text, fault, invalid, optional, path};
use super::docx::kinds;
use super::drive::reach;
use crate::State;
use crate::families::Route;
use crate::gateway::{ApiError, Call, Reply};

/// Types of nodes (`Node.type`).
const TYPES: [&str; 16] = [
    "image",
    "text_shape",
    "group",
    "composite_shape",
    "svg",
    "connector",
    "table",
    "life_line",
    "activation",
    "section",
    "table_uml",
    "table_er",
    "sticky_note",
    "mind_map",
    "paint",
    "combined_fragment",
];
/// Names of themes.
const THEMES: [&str; 6] = [
    "classic",
    "minimalist_gray",
    "retro",
    "vibrant_color",
    "minimalist_blue",
    "default",
];

/// One board.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Board {
    nodes: Vec<Value>,
    theme: Option<String>,
    last: u64,
    /// Answers by `client_token`.
    replies: HashMap<String, Value>,
}

/// All boards that something was drawn on.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Boards {
    /// By token.
    boards: HashMap<String, Board>,
}

/// The token of the board, after the caller's right to its document was checked.
fn board(state: &State, call: &Call<'_>, level: Level) -> Result<String, ApiError> {
    let token = path(call, "whiteboard_id").to_owned();
    let document = state.docx.documents.values().find(|document| {
        document.blocks.values().any(|block| {
            block.kind == kinds::BOARD
                && block.payload.get("token").and_then(Value::as_str) == Some(&token)
        })
    });
    let document = document.ok_or_else(|| fault(2_890_003))?.id.clone();
    let viewer = Viewer::of(state, call);
    reach(state, &viewer, &document, level).map_err(|error| match error.code {
        1_061_004 => fault(2_890_005),
        _ => fault(2_890_003),
    })?;
    Ok(token)
}

/// `GET board/v1/whiteboards/:whiteboard_id/nodes`.
fn list(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::View)?;
    let nodes = state.boards.boards.get(&token).map(|board| &board.nodes);
    Ok(Reply::Data(match nodes {
        Some(nodes) if !nodes.is_empty() => json!({ "nodes": nodes }),
        _ => json!({}),
    }))
}

/// `POST …/nodes`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::Edit)?;
    let nodes = call.body.get("nodes").and_then(Value::as_array);
    let nodes = nodes.filter(|nodes| (1..=3_000).contains(&nodes.len()));
    let nodes = nodes.ok_or_else(|| invalid("nodes", "the len must be between 1 and 3000"))?;
    let key = optional(call, "client_token").map(str::to_owned);
    if key
        .as_ref()
        .is_some_and(|key| !(10..=64).contains(&key.len()))
    {
        return Err(invalid("client_token", "the len must be between 10 and 64"));
    }
    for node in nodes {
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        if !TYPES.contains(&kind) {
            return Err(fault(2_890_002));
        }
        let code = node.get("svg").and_then(|svg| svg.get("svg_code"));
        if kind == "svg" && !code.and_then(Value::as_str).is_some_and(is_svg) {
            return Err(fault(2_890_001));
        }
    }
    let made = call.ids.uuid();
    let board = state.boards.boards.entry(token).or_default();
    if let Some(reply) = key.as_ref().and_then(|key| board.replies.get(key)) {
        return Ok(Reply::Data(reply.clone()));
    }
    let ids: Vec<Value> = nodes.iter().map(|node| board.add(node.clone())).collect();
    let reply = json!({ "ids": ids, "client_token": key.clone().unwrap_or(made) });
    if let Some(key) = key {
        board.replies.insert(key, reply.clone());
    }
    Ok(Reply::Data(reply))
}

fn is_svg(code: &str) -> bool {
    let code = code.trim();
    code.contains("<svg") && code.ends_with("</svg>")
}

impl Board {
    /// Puts a node on the board under a new id.
    fn add(&mut self, mut node: Value) -> Value {
        self.last += 1;
        let id = Value::from(format!("o1:{}", self.last));
        if let Some(node) = node.as_object_mut() {
            node.insert("id".to_owned(), id.clone());
        }
        self.nodes.push(node);
        id
    }
}

/// `POST …/nodes/plantuml`.
fn draw(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::Edit)?;
    let code = body_text(call, "plant_uml_code")?;
    let number = |name: &str| call.body.get(name).and_then(Value::as_i64);
    let mermaid = number("syntax_type") == Some(2);
    let Some(drawing) = drawing::read(code, mermaid) else {
        return Err(fault(2_890_001));
    };
    let board = state.boards.boards.entry(token).or_default();
    let style = number("style_type").unwrap_or(2);
    let syntax = json!({
        "syntax_type": if mermaid { 2 } else { 1 }, "code": code, "style_type": style,
    });
    let whole = board.add(json!({ "type": "group", "x": 0, "y": 0, "syntax": syntax }));
    if style == 1 {
        drawing.put(&whole, |node| board.add(node));
    }
    Ok(Reply::Data(json!({ "node_id": whole })))
}

/// `GET …/download_as_image`: white, with a grey box for each shape.
fn image(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::View)?;
    let nodes = state.boards.boards.get(&token).map(|board| &board.nodes);
    let boxes = nodes.into_iter().flatten().filter_map(|node| {
        let side = |name: &str| node.get(name).and_then(Value::as_f64);
        Some([side("x")?, side("y")?, side("width")?, side("height")?])
    });
    Ok(Reply::Bytes {
        content_type: "image/png".to_owned(),
        body: Bytes::from(png::boxes(boxes)),
    })
}

/// `GET …/theme`.
fn theme(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::View)?;
    let board = state.boards.boards.get(&token);
    let theme = board.and_then(|board| board.theme.as_deref());
    Ok(Reply::Data(json!({ "theme": theme.unwrap_or("default") })))
}

/// `POST …/update_theme`.
fn update_theme(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let token = board(state, call, Level::Edit)?;
    let theme = body_text(call, "theme")?;
    if !THEMES.contains(&theme) {
        return Err(fault(2_890_002));
    }
    let board = state.boards.boards.entry(token).or_default();
    board.theme = Some(theme.to_owned());
    Ok(Reply::Data(json!({})))
}

/// Method, path and handler of each endpoint.
pub(crate) const ROUTES: &[Route] = &[
    (
        "GET",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/nodes",
        list,
    ),
    (
        "POST",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/nodes",
        create,
    ),
    (
        "POST",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/nodes/plantuml",
        draw,
    ),
    (
        "GET",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/download_as_image",
        image,
    ),
    (
        "GET",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/theme",
        theme,
    ),
    (
        "POST",
        "/open-apis/board/v1/whiteboards/:whiteboard_id/update_theme",
        update_theme,
    ),
];

#[cfg(test)]
mod tests {
    use super::super::testkit::Kit;
    use super::*;
    use crate::demo::{ADMIN, END_USER};

    const BOARDS: &str = "/board/v1/whiteboards";

    fn board(kit: &mut Kit) -> String {
        let body = json!({ "title": "Boards" });
        let made = kit
            .call(ADMIN, "POST /docx/v1/documents", &body)
            .expect("made");
        let doc = made["document"]["document_id"]
            .as_str()
            .expect("id")
            .to_owned();
        let line = format!("POST /docx/v1/documents/{doc}/blocks/{doc}/children");
        let block = json!({ "children": [{ "block_type": 43, "board": { "align": 2 } }] });
        let made = kit.call(ADMIN, &line, &block).expect("made");
        made["children"][0]["board"]["token"]
            .as_str()
            .expect("token")
            .to_owned()
    }

    #[test]
    fn text_is_drawn_as_shapes_and_read_back() {
        let mut kit = Kit::new();
        let token = board(&mut kit);
        let line = format!("POST {BOARDS}/{token}/nodes/plantuml");
        let body = json!({
            "plant_uml_code": "graph TD\nA[Start] -->|yes| B[End]", "syntax_type": 2, "style_type": 1,
        });
        let whole = kit.call(ADMIN, &line, &body).expect("drawn")["node_id"].clone();
        let list = format!("GET {BOARDS}/{token}/nodes");
        let nodes = kit.call(ADMIN, &list, &Value::Null).expect("nodes")["nodes"].clone();
        let nodes = nodes.as_array().expect("list");
        assert_eq!(nodes[0]["id"], whole);
        let texts: Vec<_> = nodes
            .iter()
            .filter_map(|node| node["text"]["text"].as_str())
            .collect();
        assert_eq!(texts, ["Start", "End"]);
        let arrow = nodes
            .iter()
            .find(|node| node["type"] == "connector")
            .expect("arrow");
        assert_eq!(
            arrow["connector"]["start"]["attached_object"]["id"],
            nodes[1]["id"]
        );
        let bad = json!({ "plant_uml_code": "this is nothing", "syntax_type": 2 });
        assert_eq!(kit.code(ADMIN, &line, &bad), 2_890_001);
        assert_eq!(kit.code(END_USER, &list, &Value::Null), 2_890_005);
        let nowhere = format!("GET {BOARDS}/{}/nodes", "x".repeat(27));
        assert_eq!(kit.code(ADMIN, &nowhere, &Value::Null), 2_890_003);
    }

    #[test]
    fn nodes_themes_and_pictures_are_kept() {
        let mut kit = Kit::new();
        let token = board(&mut kit);
        let line = format!("POST {BOARDS}/{token}/nodes?client_token=0123456789");
        let svg = json!({ "nodes": [{ "type": "svg", "x": 1, "y": 2, "width": 30, "height": 20,
            "svg": { "svg_code": "<svg></svg>" } }] });
        let once = kit.call(ADMIN, &line, &svg).expect("made");
        assert_eq!(kit.call(ADMIN, &line, &svg).expect("again"), once);
        let wrong = json!({ "nodes": [{ "type": "picture" }] });
        let other = format!("POST {BOARDS}/{token}/nodes");
        assert_eq!(kit.code(ADMIN, &other, &wrong), 2_890_002);
        let theme = format!("POST {BOARDS}/{token}/update_theme");
        assert_eq!(kit.code(ADMIN, &theme, &json!({ "theme": "retro" })), 0);
        assert_eq!(
            kit.code(ADMIN, &theme, &json!({ "theme": "loud" })),
            2_890_002
        );
        let told = kit.call(ADMIN, &format!("GET {BOARDS}/{token}/theme"), &Value::Null);
        assert_eq!(told.expect("theme")["theme"], "retro");
        let image = format!("GET {BOARDS}/{token}/download_as_image");
        let bytes = kit.call(ADMIN, &image, &Value::Null).expect("picture");
        assert_eq!(bytes[1], b'P');
    }
}
