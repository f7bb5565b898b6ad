//! Blocks → tree.
//!
//! Nothing is left out: what has no kind of its own becomes [`Kind::Opaque`] with the id of its
//! block, and keeps what is below it.

mod block;
mod inline;
mod opaque;
mod table;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use feishu::api::docx::{Block, BlockKind};

use super::tree::{Kind, Node};

/// Deepest nesting that is kept; what is deeper stands beside what it was in.
const MAX_DEPTH: usize = 40;
/// Deepest nesting that is followed at all.
const MAX_FOLLOWED: usize = 200;

/// The blocks of a document as a tree; every node has the id of its block.
pub(crate) fn lift(blocks: &[Block]) -> Vec<Node> {
    let Some(root) = blocks
        .iter()
        .find(|block| block.kind() == Some(BlockKind::Page))
        .or_else(|| blocks.first())
    else {
        return Vec::new();
    };
    Lift::of(blocks).children(root, 0)
}

/// The blocks by their ids.
struct Lift<'a> {
    blocks: HashMap<&'a str, &'a Block>,
    /// Blocks that stand in the tree already: no block stands in it twice.
    placed: RefCell<HashSet<&'a str>>,
}

impl<'a> Lift<'a> {
    fn of(blocks: &'a [Block]) -> Self {
        Self {
            blocks: blocks
                .iter()
                .map(|block| (block.block_id.as_str(), block))
                .collect(),
            placed: RefCell::default(),
        }
    }

    /// A block that is not in the tree yet.
    fn get(&self, id: &str) -> Option<&'a Block> {
        let block = self.blocks.get(id).copied()?;
        self.placed
            .borrow_mut()
            .insert(block.block_id.as_str())
            .then_some(block)
    }

    /// The blocks below one, in order.
    fn children(&self, parent: &Block, depth: usize) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::with_capacity(parent.children.len());
        if depth > MAX_FOLLOWED {
            return nodes;
        }
        let mut last = None;
        for id in &parent.children {
            let Some(block) = self.get(id) else {
                continue;
            };
            let mut node = self.node(block, depth + 1);
            last = number(block, &mut node, last);
            if depth >= MAX_DEPTH {
                let below = std::mem::take(&mut node.children);
                nodes.push(node);
                nodes.extend(below);
            } else {
                nodes.push(node);
            }
        }
        nodes
    }

    /// The blocks below one that may not be empty.
    fn filled(&self, parent: &Block, depth: usize) -> Vec<Node> {
        let mut nodes = self.children(parent, depth);
        if nodes.is_empty() {
            nodes.push(Node::leaf(Kind::Text(Vec::new())));
        }
        nodes
    }
}

/// The number of an ordered item, and whether it has to be said. Feishu says `auto`, or a number.
fn number(block: &Block, node: &mut Node, last: Option<u64>) -> Option<u64> {
    if block.kind() != Some(BlockKind::Ordered) {
        return None;
    }
    let told = block
        .text()
        .and_then(|text| text.style.as_ref()?.sequence.as_ref()?.parse::<u64>().ok())
        .filter(|number| *number < 1_000_000_000);
    let next = last.map_or(1, |last| last + 1);
    node.style.number = told.filter(|told| *told != next);
    Some(told.unwrap_or(next))
}
