//! Documents as people write them. Together they hold every type of block.

use std::{collections::BTreeSet, fs, path::Path};

use feishu::api::docx::{Block, BlockKind};

use super::{feishu_side::blocks, without_ids};
use crate::docs::markdown::{
    lift::lift,
    parse::parse,
    render::{Names, Style, join, print, render},
    tree::{Kind, Node, Opaque},
};

/// Names and texts of the documents.
pub(super) fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs/markdown/tests/corpus");
    let mut documents: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    documents.sort();
    documents
}

fn names() -> Names {
    Names::from([("ou_ann12345".to_owned(), "Ann Lee".to_owned())])
}

#[test]
fn every_document_is_printed_as_it_was_written() {
    let documents = corpus();
    assert!(documents.len() >= 40, "{} documents", documents.len());
    for (name, text) in documents {
        let parsed = parse(&text);
        let shown: Vec<_> = parsed.warnings.iter().collect();
        assert!(shown.is_empty(), "{name}: {shown:?}");
        let printed = join(&print(&parsed.nodes, &names(), Style::default()));
        assert_eq!(printed.trim_end(), text.trim_end(), "{name}");
    }
}

/// A board does not keep the text that it was drawn from; the widget does.
fn drawn(nodes: Vec<Node>) -> Vec<Node> {
    nodes
        .into_iter()
        .map(|node| match node.kind {
            Kind::Diagram(diagram) => Node::leaf(Kind::Opaque(Opaque::drawn(&diagram.code))),
            kind => Node {
                kind,
                children: drawn(node.children),
                ..node
            },
        })
        .collect()
}

#[test]
fn every_document_is_read_from_blocks_as_it_was_written() {
    for (name, text) in corpus() {
        let tree = drawn(parse(&text).nodes);
        let text = join(&print(&tree, &names(), Style::default()));
        let blocks: Vec<Block> = serde_json::from_value(blocks(&tree)).unwrap();
        assert_eq!(without_ids(lift(&blocks)), without_ids(tree), "{name}");
        let read = join(&render(&blocks, &names(), Style::default()));
        assert_eq!(read.trim_end(), text.trim_end(), "{name}");
        let with_ids = join(&render(&blocks, &names(), Style { ids: true }));
        assert_eq!(
            without_ids(parse(&with_ids).nodes),
            without_ids(parse(&text).nodes),
            "{name}"
        );
    }
}

#[test]
fn the_documents_hold_every_type_of_block() {
    let mut seen = BTreeSet::new();
    for (_, text) in corpus() {
        let blocks: Vec<Block> = serde_json::from_value(blocks(&parse(&text).nodes)).unwrap();
        seen.extend(blocks.iter().map(|block| block.block_type));
    }
    let missing: Vec<_> = BlockKind::ALL
        .iter()
        .filter(|kind| !seen.contains(&kind.number()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(seen.contains(&777), "and one that nobody knows");
}
