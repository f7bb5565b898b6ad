//! Markdown → tree.
//!
//! CommonMark with tables, task lists, strikethrough, formulas, `> [!NOTE]` callouts,
//! `@[name](user:ou_…)` mentions, attributes in braces, and tags and placeholders for what
//! Markdown has no marks for. The stack is explicit and bounded, so no input can exhaust it.

mod blocks;
mod builder;
mod close;
mod frame;
mod html;
mod lines;
mod media;
mod rows;
mod spans;

use pulldown_cmark::{Options, Parser};

use self::builder::Builder;
use super::{
    render::Place,
    tree::{BlockStyle, Kind, Node, Rich, Warnings, clean},
};

/// A parsed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) nodes: Vec<Node>,
    pub(crate) warnings: Warnings,
}

/// Parses. Every text is a document; what has no counterpart is kept as text with a warning.
pub(crate) fn parse(markdown: &str) -> Parsed {
    let cleaned = clean(markdown);
    let mut builder = Builder::default();
    let rest = builder.take_frontmatter(&cleaned);
    let lines = lines::take_out(rest);
    builder.taken = lines.taken;
    run(&mut builder, &lines.body);
    builder.finish()
}

fn run(builder: &mut Builder, body: &str) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let bytes = body.as_bytes();
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let before = bytes[..range.start].iter().rev();
        let escaped = before.take_while(|b| **b == b'\\').count() % 2 == 1;
        builder.event(event, escaped);
    }
}

/// The runs of a text that is nothing but one text, there where it stands.
pub(super) fn rich_of(text: &str, place: Place) -> Option<Rich> {
    if place != Place::Cell && !lines::is_text(text) {
        return None;
    }
    let around = match place {
        Place::Block => text.to_owned(),
        Place::Heading => format!("# {text}"),
        Place::Cell => format!("| {text} |\n| --- |"),
    };
    let mut nodes = parse(&around).nodes;
    let node = nodes.pop().filter(|_| nodes.is_empty())?;
    match (node.kind, place) {
        (Kind::Text(rich), Place::Block) | (Kind::Heading(1, rich), Place::Heading)
            if node.children.is_empty() && node.style == BlockStyle::default() =>
        {
            (node.id.is_none()).then_some(rich)
        }
        (Kind::Table(table), Place::Cell) if table.rows * table.columns == 1 => {
            let mut inside = node.children.into_iter().next()?.children;
            match inside.pop().filter(|_| inside.is_empty())?.kind {
                Kind::Text(rich) => Some(rich),
                _ => None,
            }
        }
        _ => None,
    }
}
