//! SVG on a board: one node that keeps the drawing as it is.

use feishu::api::board;
use serde_json::json;

use crate::{ToolCx, ToolError};

/// Most bytes of one drawing.
const MAX: usize = 500_000;
/// Side of a drawing that does not tell its size.
const SIDE: f64 = 400.0;

/// Puts a drawing on the board; gives the id of the node.
pub(super) async fn draw(
    cx: &ToolCx,
    board: &str,
    code: &str,
    client_token: &str,
) -> Result<String, ToolError> {
    let (width, height) = size(cx, code)?;
    let node = json!({
        "type": "svg",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "svg": { "svg_code": code },
    });
    let made = board::create_nodes(&cx.feishu, board, &[node], client_token).await;
    let made = made.map_err(|fault| cx.fault(fault))?;
    made.into_iter()
        .next()
        .ok_or_else(|| ToolError::internal(cx.locale))
}

/// Width and height of the drawing, from its root element.
pub(super) fn size(cx: &ToolCx, code: &str) -> Result<(f64, f64), ToolError> {
    let root = code.find("<svg").map(|at| &code[at..]);
    let root = root
        .and_then(|rest| rest.split_once('>'))
        .map(|(tag, _)| tag);
    let Some(root) = root.filter(|_| code.trim_end().ends_with("</svg>")) else {
        return Err(ToolError::invalid(
            cx.say("this is no whole SVG document", "这不是完整的 SVG"),
        ));
    };
    if code.len() > MAX {
        return Err(ToolError::invalid(
            cx.say("the SVG is larger than 500 kB", "SVG 超过 500 kB"),
        ));
    }
    // A board runs nothing, but whoever opens the drawing elsewhere might.
    let lower = code.to_ascii_lowercase();
    if lower.contains("<script") || lower.contains("<foreignobject") {
        return Err(ToolError::invalid(cx.say(
            "scripts and foreign objects are not taken",
            "SVG 不能包含脚本或 foreignObject",
        )));
    }
    let number = |name: &str| {
        let value = attribute(root, name)?;
        let value: f64 = value.trim_end_matches("px").trim().parse().ok()?;
        (value.is_finite() && value >= 1.0).then_some(value)
    };
    let view = attribute(root, "viewBox").map(|view| {
        let parts = view.split([' ', ',']).filter(|part| !part.is_empty());
        parts.filter_map(|part| part.parse().ok()).collect()
    });
    let view: Vec<f64> = view.unwrap_or_default();
    let side = |at: usize| view.get(at).copied().filter(|side| *side >= 1.0);
    let width = number("width").or_else(|| side(2)).unwrap_or(SIDE);
    let height = number("height").or_else(|| side(3)).unwrap_or(SIDE);
    Ok((width, height))
}

/// The value of an attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = after.strip_prefix('=')
        {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value[1..].split_once(quote).map(|(value, _)| value);
        }
        rest = &rest[at + name.len()..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_whole_name() {
        let tag = "<svg stroke-width='3' width = \"120px\" viewBox='0 0 40 30'";
        assert_eq!(attribute(tag, "width"), Some("120px"));
        assert_eq!(attribute(tag, "viewBox"), Some("0 0 40 30"));
        assert_eq!(attribute(tag, "height"), None);
    }
}
