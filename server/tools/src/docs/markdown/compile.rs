//! Tree → requests that fit Feishu's rules and limits.

mod build;
mod cost;
mod element;
mod fill;
mod pack;
mod payload;
mod split;

use feishu::api::docx::NewBlock;
use serde_json::Value;

#[cfg(test)]
pub(crate) use self::build::text_style;
pub(crate) use self::element::elements;
pub(crate) use self::{
    build::Built,
    fill::{Fill, With},
    payload::opaque as opaque_payload,
};
use self::{build::Compiler, cost::Cost};
use super::{
    shape,
    tree::{Node, Rich, Warnings},
};

/// Blocks of one descendant request.
pub(crate) const MAX_BLOCKS: usize = 1000;
/// UTF-16 units of one text.
const MAX_UNITS: usize = 100_000;

/// What a batch goes under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parent {
    /// The document.
    Root,
    /// A block of an earlier batch, by its temporary id.
    Made(String),
}

/// One descendant request; the blocks are appended at the end of the parent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Batch {
    pub(crate) parent: Parent,
    pub(crate) tops: Vec<String>,
    pub(crate) blocks: Vec<NewBlock>,
    /// What is left to do once the blocks are there.
    pub(crate) fills: Vec<Fill>,
    cost: Cost,
}

impl Batch {
    fn under(parent: Parent) -> Self {
        Self {
            parent,
            tops: Vec::new(),
            blocks: Vec::new(),
            fills: Vec::new(),
            cost: Cost::default(),
        }
    }
}

/// Compiles a tree into batches, in the order in which they have to be sent.
pub(crate) fn compile(nodes: Vec<Node>, warnings: &mut Warnings) -> Vec<Batch> {
    pack_all(build(nodes, &mut 0, warnings))
}

/// New blocks of a tree. `next` counts the temporary ids.
pub(crate) fn build(nodes: Vec<Node>, next: &mut usize, warnings: &mut Warnings) -> Vec<Built> {
    let nodes = shape::fit(nodes, warnings);
    let mut compiler = Compiler::new(*next, warnings);
    let built = compiler.build_all(nodes);
    *next = compiler.next;
    built
}

/// Packs new blocks, in the order in which they have to be sent.
pub(crate) fn pack_all(built: Vec<Built>) -> Vec<Batch> {
    let mut batches = Vec::new();
    pack::pack(built, &Parent::Root, &mut batches);
    batches
}

/// Runs as Feishu prints their elements.
pub(crate) fn elements_of(rich: Rich) -> Vec<Value> {
    elements(rich)
        .into_iter()
        .filter_map(|element| serde_json::to_value(element).ok())
        .collect()
}
