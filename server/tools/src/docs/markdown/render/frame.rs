//! What has blocks inside: quotes, callouts, grids, what is indented, blocks without Markdown.

use super::block::{Line, Walker, is_hidden};
use crate::docs::markdown::{
    fields, names,
    tree::{Callout, Kind, Node, Opaque},
};

impl Walker<'_> {
    pub(super) fn quote(&mut self, node: &Node, line: &Line) {
        let attrs = self.attrs(node).print();
        if !attrs.is_empty() {
            self.push(node, line, &attrs, None);
        }
        let from = self.pieces.len();
        let inside = line.inside("> ", false);
        self.children(&node.children, &inside);
        if self.pieces.len() == from {
            self.push(node, line, ">", None);
        }
        self.loosen(from, line);
    }

    pub(super) fn callout(&mut self, node: &Node, callout: &Callout, line: &Line) {
        // A list that cannot interrupt a paragraph cannot follow the word at once.
        let first = node.children.iter().find(|child| !is_hidden(child));
        let late = first.is_some_and(|first| {
            let item = matches!(
                first.kind,
                Kind::Bullet(_) | Kind::Ordered(_) | Kind::Todo(..)
            );
            item && (first.style.number.is_some() || first.rich().is_none_or(Vec::is_empty))
        });
        let Some(word) = callout.word().filter(|_| !late) else {
            let colour = |colour: Option<u8>, word: fn(u8) -> Option<&'static str>| {
                colour.and_then(word).unwrap_or_default().to_owned()
            };
            let fields = [
                ("emoji", callout.emoji.clone()),
                ("bg", colour(callout.background, names::callout_word)),
                ("border", colour(callout.border, names::colour_word)),
                ("color", colour(callout.text, names::colour_word)),
            ];
            return self.framed(node, line, "callout", &fields);
        };
        self.anchored(node, line, &format!("> [!{word}]"));
        let from = self.pieces.len();
        self.children(&node.children, &line.inside("> ", false));
        // The first line inside must follow at once, or the callout would be empty.
        if let Some(first) = self.pieces.get_mut(from) {
            "\n".clone_into(&mut first.gap);
        }
    }

    /// What stands below a text or heading.
    pub(super) fn indented(&mut self, node: &Node, line: &Line, alone: bool) {
        if node.children.iter().all(is_hidden) {
            return;
        }
        let open = match self.id(node).filter(|_| alone) {
            Some(id) => format!("<indent alone id={}>", fields::quoted(&id)),
            None if alone => "<indent alone>".to_owned(),
            None => "<indent>".to_owned(),
        };
        self.wrapped(node, line, &open, "</indent>");
    }

    /// Blocks between two tags. Empty fields are left out.
    pub(super) fn framed(
        &mut self,
        node: &Node,
        line: &Line,
        tag: &str,
        fields: &[(&str, String)],
    ) {
        let open = open_tag(tag, fields, self.id(node).as_deref());
        self.wrapped(node, line, &open, &format!("</{tag}>"));
    }

    fn wrapped(&mut self, node: &Node, line: &Line, open: &str, close: &str) {
        self.push(node, line, open, None);
        let from = self.pieces.len();
        let inside = Line {
            prefix: line.prefix.clone(),
            snug: false,
        };
        self.children(&node.children, &inside);
        if let Some(first) = self.pieces.get_mut(from) {
            "\n".clone_into(&mut first.gap);
        }
        let end = Line {
            prefix: line.prefix.clone(),
            snug: true,
        };
        self.push(node, &end, close, None);
    }

    pub(super) fn opaque(&mut self, node: &Node, opaque: &Opaque, line: &Line) {
        if let Some(code) = opaque.mermaid() {
            return self.fence(node, line, "mermaid", &code, true);
        }
        let id = node
            .id
            .clone()
            .filter(|_| self.style.ids || !opaque.is_portable());
        if node.children.iter().all(is_hidden) {
            let mut fields = opaque.fields.clone();
            fields.extend(id.map(|id| ("id".to_owned(), id)));
            let text = format!("[[{}{}]]", opaque.kind, fields::print(&fields));
            return self.push(node, line, &text, None);
        }
        let mut fields = vec![("kind", opaque.kind.clone())];
        fields.extend(
            opaque
                .fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone())),
        );
        let open = open_tag("block", &fields, id.as_deref());
        self.wrapped(node, line, &open, "</block>");
    }
}

/// `<tag name="value" id="…">`.
pub(super) fn open_tag(tag: &str, fields: &[(&str, String)], id: Option<&str>) -> String {
    let mut text = format!("<{tag}");
    for (name, value) in fields {
        if !value.is_empty() {
            text.push_str(&format!(" {name}={}", fields::quoted(value)));
        }
    }
    if let Some(id) = id {
        text.push_str(&format!(" id={}", fields::quoted(id)));
    }
    text.push('>');
    text
}
