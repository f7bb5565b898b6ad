//! The nodes of a board as lines: what a person sees on it, without its looks.

use std::collections::{HashMap, HashSet};

use feishu::api::board;
use model::Locale;
use serde_json::{Map, Value, json};

use crate::{ToolCx, ToolError, ToolOutput, render::clean_line};

/// Characters of one node's text.
const TEXT_MAX: usize = 400;
/// Nodes of one answer.
const NODES: usize = 150;
/// Deepest nesting that is shown by indenting.
const DEEPEST: usize = 8;

type Node = Map<String, Value>;

/// Reads the board from the node at `cursor` on.
pub(super) async fn read(
    cx: &ToolCx,
    board: &str,
    cursor: Option<&str>,
) -> Result<ToolOutput, ToolError> {
    let from = match cursor.map(str::trim).filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => cursor.parse::<usize>().map_err(|_no| {
            ToolError::invalid(cx.say(
                "`cursor` is not one of this tool",
                "`cursor` 不是本工具返回的值",
            ))
        })?,
    };
    let nodes = board::nodes(&cx.feishu, board).await;
    let nodes = nodes.map_err(|fault| cx.fault(fault))?;
    let order = order(&nodes);
    let count = order.len();
    let page: Vec<_> = order.into_iter().skip(from).take(NODES).collect();
    let next = (from + page.len() < count).then(|| (from + page.len()).to_string());
    let mut lines = vec![match cx.locale {
        Locale::En => format!("board:{board} · {count} nodes"),
        Locale::Zh => format!("board:{board} · {count} 个节点"),
    }];
    lines.extend(page.iter().map(|(depth, node)| {
        let indent = "  ".repeat((*depth).min(DEEPEST));
        format!("{indent}{}", line(node))
    }));
    if let Some(next) = &next {
        lines.push(format!("{}: cursor=\"{next}\"", cx.say("more", "更多内容")));
    }
    Ok(ToolOutput::text(lines.join("\n")).with_structured(json!({
        "nodes": count,
        "next": next,
        "truncated": next.is_some(),
    })))
}

/// Parents before their children, each with its depth.
fn order(nodes: &[Node]) -> Vec<(usize, &Node)> {
    let known: HashSet<&str> = nodes.iter().map(|node| text(node, "id")).collect();
    let mut below: HashMap<&str, Vec<&Node>> = HashMap::new();
    for node in nodes {
        let parent = text(node, "parent_id");
        let parent = if known.contains(parent) && parent != text(node, "id") {
            parent
        } else {
            ""
        };
        below.entry(parent).or_default().push(node);
    }
    let mut ordered = Vec::with_capacity(nodes.len());
    let mut open: Vec<(usize, &Node)> = Vec::new();
    let push = |open: &mut Vec<_>, depth, nodes: Vec<_>| {
        open.extend(nodes.into_iter().rev().map(|node| (depth, node)));
    };
    push(&mut open, 0, below.remove("").unwrap_or_default());
    while let Some((depth, node)) = open.pop() {
        ordered.push((depth, node));
        if let Some(children) = below.remove(text(node, "id")) {
            push(&mut open, depth + 1, children);
        }
    }
    // A ring of parents belongs to nobody, and is still on the board.
    let mut rest: Vec<&Node> = below.into_values().flatten().collect();
    rest.sort_by_key(|node| text(node, "id"));
    ordered.extend(rest.into_iter().map(|node| (0, node)));
    ordered
}

/// One node.
fn line(node: &Node) -> String {
    let kind = clean_line(text(node, "type"), 40);
    let mut parts = vec![format!("- {}", clean_line(text(node, "id"), 40))];
    match kind.as_str() {
        "composite_shape" => parts.push(nested(node, "composite_shape", "type", "shape")),
        "connector" => parts.push(connection(node)),
        "section" => parts.push(format!(
            "section {}",
            quoted(&nested(node, "section", "title", ""))
        )),
        "table" => parts.push(table(node)),
        _ => parts.push(kind),
    }
    let said = said(node.get("text"));
    if !said.is_empty() {
        parts.push(quoted(&said));
    }
    if let Some(code) = node.get("syntax").and_then(|syntax| syntax.get("code")) {
        let code = clean_line(code.as_str().unwrap_or_default(), TEXT_MAX);
        parts.push(format!("code {}", quoted(&code)));
    }
    if let Some(place) = place(node) {
        parts.push(place);
    }
    parts.join(" ")
}

fn connection(node: &Node) -> String {
    let Some(connector) = node.get("connector").and_then(Value::as_object) else {
        return "connector".to_owned();
    };
    let end = |new: &str, old: &str| {
        let attached = connector
            .get(new)
            .and_then(|end| end.get("attached_object"));
        let object = attached.or_else(|| connector.get(old));
        let id = object.and_then(|object| object.get("id"));
        let id = clean_line(id.and_then(Value::as_str).unwrap_or_default(), 40);
        if id.is_empty() { "?".to_owned() } else { id }
    };
    let (from, to) = (end("start", "start_object"), end("end", "end_object"));
    let captions = connector.get("captions").and_then(|all| all.get("data"));
    let captions = captions.and_then(Value::as_array).into_iter().flatten();
    let captions: Vec<String> = captions
        .map(|caption| said(Some(caption)))
        .filter(|caption| !caption.is_empty())
        .collect();
    let gap = if captions.is_empty() { "" } else { " " };
    let captions = if captions.is_empty() {
        String::new()
    } else {
        quoted(&captions.join(" · "))
    };
    format!("{from} → {to}{gap}{captions}")
}

fn table(node: &Node) -> String {
    let Some(table) = node.get("table").and_then(Value::as_object) else {
        return "table".to_owned();
    };
    let meta = |name: &str| {
        let meta = table.get("meta").and_then(|meta| meta.get(name));
        meta.and_then(Value::as_u64).unwrap_or_default()
    };
    let cells = table.get("cells").and_then(Value::as_array);
    let cells: Vec<String> = cells
        .into_iter()
        .flatten()
        .map(|cell| said(cell.get("text")))
        .filter(|cell| !cell.is_empty())
        .collect();
    let title = table
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let cells = clean_line(&cells.join(" | "), TEXT_MAX);
    format!(
        "table {}x{} {} {cells}",
        meta("row_num"),
        meta("col_num"),
        quoted(&clean_line(title, 80))
    )
}

/// The words of a text, rich or plain.
fn said(text: Option<&Value>) -> String {
    let Some(text) = text else {
        return String::new();
    };
    let plain = text.get("text").and_then(Value::as_str).unwrap_or_default();
    if !plain.trim().is_empty() {
        return clean_line(plain, TEXT_MAX);
    }
    let paragraphs = text
        .get("rich_text")
        .and_then(|rich| rich.get("paragraphs"));
    let elements = paragraphs
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|paragraph| paragraph.get("elements")?.as_array())
        .flatten();
    let words: Vec<&str> = elements
        .filter_map(|element| {
            let inner = ["text_element", "link_element"];
            let inner = inner.iter().find_map(|name| element.get(name))?;
            inner.get("text")?.as_str()
        })
        .collect();
    clean_line(&words.join(" "), TEXT_MAX)
}

fn place(node: &Node) -> Option<String> {
    let number = |name: &str| node.get(name).and_then(Value::as_f64);
    let (x, y) = number("x").zip(number("y"))?;
    let size = number("width").zip(number("height"));
    let size = size.map_or_else(String::new, |(width, height)| {
        format!(" {width:.0}x{height:.0}")
    });
    Some(format!("@{x:.0},{y:.0}{size}"))
}

fn nested(node: &Node, outer: &str, inner: &str, otherwise: &str) -> String {
    let value = node.get(outer).and_then(|outer| outer.get(inner));
    let value = value.and_then(Value::as_str).unwrap_or(otherwise);
    clean_line(value, 80)
}

fn text<'n>(node: &'n Node, name: &str) -> &'n str {
    node.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(value: Value) -> Vec<Node> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn shapes_texts_and_connectors_are_lines() {
        let nodes = nodes(json!([
            {"id": "o1:2", "type": "composite_shape", "parent_id": "o1:1", "x": 1.4, "y": 2,
             "width": 100, "height": 50, "composite_shape": {"type": "rect"},
             "text": {"text": "Start\u{202e}\n \"now\""}},
            {"id": "o1:1", "type": "section", "section": {"title": "Flow"}},
            {"id": "o1:3", "type": "sticky_note", "text": {"rich_text": {"paragraphs": [
                {"elements": [{"element_type": 0, "text_element": {"text": "Hi"}}]}]}}},
            {"id": "o1:4", "type": "connector", "connector": {
                "start": {"attached_object": {"id": "o1:2"}}, "end_object": {"id": "o1:3"},
                "captions": {"data": [{"text": "yes"}]}}},
        ]));
        let lines: Vec<String> = order(&nodes)
            .iter()
            .map(|(depth, node)| format!("{}{}", "  ".repeat(*depth), line(node)))
            .collect();
        assert_eq!(
            lines,
            [
                "- o1:1 section \"Flow\"",
                "  - o1:2 rect \"Start 'now'\" @1,2 100x50",
                "- o1:3 sticky_note \"Hi\"",
                "- o1:4 o1:2 → o1:3 \"yes\"",
            ]
        );
    }

    #[test]
    fn a_ring_of_parents_does_not_hang() {
        let nodes = nodes(json!([
            {"id": "a", "parent_id": "b", "type": "group"},
            {"id": "b", "parent_id": "a", "type": "group"},
            {"id": "c", "parent_id": "c", "type": "group"},
        ]));
        assert_eq!(order(&nodes).len(), 3);
    }
}
