//! Code, diagrams, pictures and files.

use super::{
    block::{Line, Walker},
    escape, inline,
};
use crate::docs::markdown::{
    attrs::Attrs,
    code,
    tree::{Diagram, File, Image, Node, Source},
};

impl Walker<'_> {
    pub(super) fn code(&mut self, node: &Node, language: u16, text: &str, line: &Line) {
        self.fence(node, line, code::word(language), text, false);
    }

    pub(super) fn diagram(&mut self, node: &Node, diagram: &Diagram, line: &Line) {
        self.fence(node, line, diagram.syntax.word(), &diagram.code, false);
    }

    pub(super) fn fence(&mut self, node: &Node, line: &Line, word: &str, text: &str, widget: bool) {
        let attrs = Attrs {
            widget,
            ..self.attrs(node)
        }
        .print();
        let info = format!("{word} {attrs}");
        let fence = escape::fence(text, 3);
        let text = format!("{fence}{}\n{text}\n{fence}", info.trim());
        self.push(node, line, &text, None);
    }

    pub(super) fn image(&mut self, node: &Node, image: &Image, line: &Line) {
        let attrs = Attrs {
            size: image.size,
            left: image.align == Some(1),
            scale: image.scale,
            ..self.attrs(node)
        };
        let attrs = Attrs {
            style: crate::docs::markdown::tree::BlockStyle {
                align: image.align.filter(|align| *align != 1),
                ..attrs.style
            },
            ..attrs
        };
        let text = format!(
            "![{}]({}){}",
            inline::label(&image.caption),
            escape::target(&image.source.target()),
            attrs.print()
        );
        self.push(node, line, &text, None);
    }

    pub(super) fn file(&mut self, node: &Node, file: &File, line: &Line) {
        let source = match &file.source {
            Source::Media(token) => token.clone(),
            other => other.target(),
        };
        let attrs = Attrs {
            preview: file.preview,
            ..self.attrs(node)
        };
        let text = format!(
            "[{}]({}){}",
            inline::label(&file.name),
            escape::target(&format!("file:{source}")),
            attrs.print()
        );
        self.push(node, line, &text, None);
    }
}
