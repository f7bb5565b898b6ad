//! Feishu's rules of what may stand where, and what can be made anew.

use feishu::api::docx::{Block, BlockKind};
use serde_json::Value;

use super::{cells, doc::Doc};

/// Whether blocks of this kind may get children.
pub(crate) const fn holds(kind: BlockKind) -> bool {
    kind.heading_level().is_some()
        || matches!(
            kind,
            BlockKind::Page
                | BlockKind::Text
                | BlockKind::Bullet
                | BlockKind::Ordered
                | BlockKind::Todo
                | BlockKind::Task
                | BlockKind::TableCell
                | BlockKind::GridColumn
                | BlockKind::Callout
                | BlockKind::QuoteContainer
        )
}

/// Whether it must not be without a child.
pub(crate) const fn needs_child(kind: BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::TableCell
            | BlockKind::GridColumn
            | BlockKind::Callout
            | BlockKind::QuoteContainer
    )
}

/// Whether `child` may stand directly under `parent`.
pub(crate) const fn may_hold(parent: BlockKind, child: BlockKind) -> bool {
    match parent {
        BlockKind::Table => matches!(child, BlockKind::TableCell),
        BlockKind::Grid => matches!(child, BlockKind::GridColumn),
        BlockKind::TableCell => !matches!(
            child,
            BlockKind::Table
                | BlockKind::Sheet
                | BlockKind::Bitable
                | BlockKind::Okr
                | BlockKind::TableCell
                | BlockKind::GridColumn
        ),
        BlockKind::GridColumn => !matches!(
            child,
            BlockKind::Grid
                | BlockKind::Bitable
                | BlockKind::Okr
                | BlockKind::TableCell
                | BlockKind::GridColumn
        ),
        BlockKind::Callout => {
            child.heading_level().is_some()
                || matches!(
                    child,
                    BlockKind::Text
                        | BlockKind::Ordered
                        | BlockKind::Bullet
                        | BlockKind::Task
                        | BlockKind::Todo
                        | BlockKind::Quote
                        | BlockKind::QuoteContainer
                )
        }
        parent => holds(parent) && !matches!(child, BlockKind::TableCell | BlockKind::GridColumn),
    }
}

/// Whether a kind carries text.
pub(crate) const fn is_text(kind: BlockKind) -> bool {
    kind.heading_level().is_some()
        || matches!(
            kind,
            BlockKind::Page
                | BlockKind::Text
                | BlockKind::Bullet
                | BlockKind::Ordered
                | BlockKind::Code
                | BlockKind::Quote
                | BlockKind::Todo
        )
}

/// Why a block cannot be made anew without losing something; `None` when it can.
pub(crate) fn obstacle(doc: &Doc, id: &str) -> Option<String> {
    doc.below(id).into_iter().find_map(|block| {
        let commented = !block.comment_ids.is_empty() || has_comments(block);
        let lost = if commented { "comments" } else { lost(block)? };
        Some(format!("{lost} {{#{}}}", block.block_id))
    })
}

/// Why a block cannot be made anew at all.
pub(crate) fn unmakeable(doc: &Doc, id: &str) -> Option<String> {
    doc.below(id).into_iter().find_map(|block| {
        let lost = lost(block)?;
        Some(format!("{lost} {{#{}}}", block.block_id))
    })
}

/// Whether a block has no fields of its own that a reader sees.
pub(crate) fn holds_only(block: &Block) -> bool {
    matches!(
        block.kind(),
        Some(BlockKind::TableCell | BlockKind::QuoteContainer | BlockKind::Divider)
    )
}

fn lost(block: &Block) -> Option<&'static str> {
    let Some(kind) = block.kind() else {
        return Some("unknown block");
    };
    match kind {
        kind if is_text(kind) => {
            let elements = block.body()?.get("elements")?.as_array()?;
            (!cells::writable(elements)).then_some("inline object")
        }
        BlockKind::Callout
        | BlockKind::Divider
        | BlockKind::QuoteContainer
        | BlockKind::Grid
        | BlockKind::GridColumn
        | BlockKind::Table
        | BlockKind::TableCell
        | BlockKind::Iframe
        | BlockKind::AddOns
        | BlockKind::ChatCard => None,
        kind => Some(kind.key()),
    }
}

fn has_comments(block: &Block) -> bool {
    let elements = block.body().and_then(|body| body.get("elements"));
    let elements = elements.and_then(Value::as_array);
    elements.into_iter().flatten().any(|element| {
        element.as_object().is_some_and(|object| {
            object.values().any(|body| {
                body.pointer("/text_element_style/comment_ids")
                    .and_then(Value::as_array)
                    .is_some_and(|ids| !ids.is_empty())
            })
        })
    })
}
