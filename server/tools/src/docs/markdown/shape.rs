//! Feishu's rules of nesting, applied to the tree before it is compiled.
//!
//! A callout holds text, headings, lists and quotes only; a table must stand where a table may
//! stand; a quote holds text. What may not stay is moved behind the block, or becomes text.

use feishu::api::docx::ElementStyle;

use super::tree::{Inline, Kind, Node, Rich, Warning, Warnings};

/// Whether the text is one of the lines that reading prints for blocks without Markdown.
pub(super) fn is_placeholder(rich: &Rich) -> bool {
    match rich.as_slice() {
        [Inline::Text { content, .. }] => content.starts_with("[[") && content.ends_with("]]"),
        _ => false,
    }
}

/// Makes every node fit the place that it stands in.
pub(super) fn fit(nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Node> {
    let mut fitted = Vec::with_capacity(nodes.len());
    for node in nodes {
        let mut lifted = Vec::new();
        fitted.push(settle(node, Place::Free, &mut lifted, warnings));
        fitted.append(&mut lifted);
    }
    fitted
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the document, or in list items of it.
    Free,
    /// Somewhere inside a quote.
    Quote,
    /// Somewhere inside a callout.
    Callout,
}

fn settle(mut node: Node, place: Place, lifted: &mut Vec<Node>, warnings: &mut Warnings) -> Node {
    let inner = match (&node.kind, place) {
        (Kind::Callout(_), _) | (_, Place::Callout) => Place::Callout,
        (Kind::Quote, _) | (_, Place::Quote) => Place::Quote,
        _ => Place::Free,
    };
    let container = matches!(node.kind, Kind::Callout(_) | Kind::Quote);
    let mut children = Vec::with_capacity(node.children.len());
    for child in std::mem::take(&mut node.children) {
        match child.kind {
            // Of these, none is allowed in a callout, and none is sure to be allowed in a list.
            Kind::Table(_) | Kind::Divider | Kind::Callout(_) => {
                warnings.add(Warning::BlockLifted);
                let mut deeper = Vec::new();
                let settled = settle(child, Place::Free, &mut deeper, warnings);
                lifted.push(settled);
                lifted.append(&mut deeper);
            }
            Kind::Code { text, .. } if inner == Place::Callout => {
                warnings.add(Warning::CodeInCallout);
                children.push(Node::leaf(Kind::Text(inline_code(text))));
            }
            _ => children.push(settle(child, inner, lifted, warnings)),
        }
    }
    // A callout needs a child, and an empty quote would be invisible.
    if container && children.is_empty() {
        children.push(Node::leaf(Kind::Text(Vec::new())));
    }
    Node { children, ..node }
}

fn inline_code(text: String) -> Rich {
    vec![Inline::Text {
        content: text,
        style: ElementStyle {
            inline_code: true,
            ..ElementStyle::default()
        },
    }]
}
