//! Documents for a writer that cannot fill blocks after it has made them.

use feishu::api::docx::{ElementStyle, LinkUrl};

use super::super::{
    code,
    tree::{Inline, Kind, Node, Rich, Source, Warning, Warnings},
};

/// Pictures and files as links, diagrams as code, merged cells as single ones; with warnings.
pub(crate) fn without_fills(nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Node> {
    nodes
        .into_iter()
        .map(|mut node| {
            node.children = without_fills(std::mem::take(&mut node.children), warnings);
            node.kind = match node.kind {
                Kind::Image(image) => {
                    warnings.add(Warning::ImageAsLink);
                    Kind::Text(link(&image.source, &image.caption, "image"))
                }
                Kind::File(file) => {
                    warnings.add(Warning::FileAsLink);
                    Kind::Text(link(&file.source, &file.name, "file"))
                }
                Kind::Diagram(diagram) => {
                    warnings.add(Warning::DiagramAsCode);
                    Kind::Code {
                        language: code::PLAIN,
                        text: diagram.code,
                    }
                }
                Kind::Table(mut table) => {
                    if !table.merges.is_empty() {
                        warnings.add(Warning::CellsNotMerged);
                        table.merges.clear();
                    }
                    Kind::Table(table)
                }
                kind => kind,
            };
            node
        })
        .collect()
}

/// Words that lead to where the bytes are, if a reader can go there.
fn link(source: &Source, words: &str, otherwise: &str) -> Rich {
    let words = if words.is_empty() { otherwise } else { words };
    match source {
        Source::Url(url) => vec![Inline::Text {
            content: words.to_owned(),
            style: ElementStyle {
                link: Some(LinkUrl { url: url.clone() }),
                ..ElementStyle::default()
            },
        }],
        Source::Media(_) | Source::Upload(_) => {
            vec![Inline::plain(format!("{words} ({})", source.target()))]
        }
        Source::Data(_) => vec![Inline::plain(words)],
    }
}
