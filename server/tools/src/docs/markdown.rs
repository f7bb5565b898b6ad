//! The Markdown engine: documents ⇄ Markdown dialect.
//!
//! Reading: [`lift`] turns Feishu's blocks into a [`tree`], [`render`] prints it in pieces of
//! Markdown, one per block. Writing: [`parse`] turns Markdown into the same tree, [`shape`] makes
//! it fit Feishu's rules of nesting, and [`compile`] turns it into requests that fit its limits.
//! None of them does I/O, and none of them fails: what cannot be represented becomes text and a
//! warning. What is printed is parsed back as the tree that it was.

mod attrs;
pub(crate) mod code;
pub(crate) mod compile;
mod emoji;
mod fields;
pub(crate) mod inline;
pub(crate) mod lift;
mod names;
pub(crate) mod parse;
mod refs;
pub(crate) mod render;
pub(crate) mod shape;
pub(crate) mod tree;

#[cfg(test)]
mod tests;
