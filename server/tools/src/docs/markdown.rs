//! The Markdown engine: documents ⇄ Markdown dialect.
//!
//! Reading: [`render`] turns Feishu's blocks into pieces of Markdown, one per block.
//! Writing: [`parse`] turns Markdown into a [`tree`] that fits Feishu's rules of nesting, and
//! [`compile`] turns the tree into requests that fit its limits. None of them does I/O, and none
//! of them fails: what cannot be represented becomes text and a warning.

pub(crate) mod code;
pub(crate) mod compile;
pub(crate) mod inline;
pub(crate) mod parse;
pub(crate) mod render;
pub(crate) mod shape;
pub(crate) mod tree;

#[cfg(test)]
mod tests;
