//! Subtrees → batches, as few as the limits allow.

use feishu::api::docx::{BlockKind, NewBlock};
use serde_json::json;

use super::{Batch, Parent, build::Built, cost::Cost};

/// What is sent later, and under which block.
type Later = Vec<(String, Vec<Built>)>;

/// Packs siblings. A subtree that is too large for one request is sent with as little below it as
/// Feishu allows; the rest follows under it.
pub(super) fn pack(siblings: Vec<Built>, parent: &Parent, batches: &mut Vec<Batch>) {
    let mut batch = Batch::under(parent.clone());
    for built in siblings {
        if !batch.cost.plus(built.cost).fits() && !batch.blocks.is_empty() {
            batches.push(std::mem::replace(&mut batch, Batch::under(parent.clone())));
        }
        if built.cost.fits() {
            emit(built, &mut batch);
            continue;
        }
        let (light, later) = lighten(built);
        emit(light, &mut batch);
        batches.push(std::mem::replace(&mut batch, Batch::under(parent.clone())));
        for (id, rest) in later {
            pack(rest, &Parent::Made(id), batches);
        }
    }
    if !batch.blocks.is_empty() {
        batches.push(batch);
    }
}

/// A subtree with as little below its top as may be, and what was taken off.
fn lighten(built: Built) -> (Built, Later) {
    let mut later = Later::new();
    let Built {
        block,
        children,
        fills,
        ..
    } = built;
    let kept = match block.kind {
        BlockKind::Table | BlockKind::Grid => {
            let light: Vec<Built> = children
                .into_iter()
                .map(|part| first_only(part, &mut later, false))
                .collect();
            if total(&light, &block).fits() {
                light
            } else {
                light
                    .into_iter()
                    .map(|part| first_only(part, &mut later, true))
                    .collect()
            }
        }
        BlockKind::Callout | BlockKind::QuoteContainer => {
            let mut children = children.into_iter();
            let first: Vec<Built> = children
                .next()
                .map(|first| lightened(first, &mut later))
                .into_iter()
                .collect();
            later.push((block.block_id.clone(), children.collect()));
            first
        }
        _ => {
            later.push((block.block_id.clone(), children));
            Vec::new()
        }
    };
    later.retain(|(_, rest)| !rest.is_empty());
    (Built::of(block, kept, fills), later)
}

fn lightened(built: Built, later: &mut Later) -> Built {
    let (light, more) = lighten(built);
    later.extend(more);
    light
}

/// A cell or column with its first block only. With `bare`, with an empty text if that block is
/// more than a plain one.
fn first_only(part: Built, later: &mut Later, bare: bool) -> Built {
    let Built {
        block,
        children,
        fills,
        ..
    } = part;
    let mut children = children.into_iter();
    let first = children.next();
    let id = block.block_id.clone();
    let kept = match first {
        Some(first) if bare && !(first.children.is_empty() && first.cost.is_plain()) => {
            // What was taken off the cell before comes after this block.
            let at = later.iter().position(|(under, _)| *under == id);
            match at.and_then(|at| later.get_mut(at)) {
                Some((_, rest)) => rest.insert(0, first),
                None => later.insert(0, (id.clone(), vec![first])),
            }
            vec![empty(&id)]
        }
        Some(first) => vec![lightened(first, later)],
        None => Vec::new(),
    };
    let rest: Vec<Built> = children.collect();
    if !rest.is_empty() {
        later.push((id, rest));
    }
    Built::of(block, kept, fills)
}

fn empty(under: &str) -> Built {
    let block = NewBlock {
        block_id: format!("{under}e"),
        kind: BlockKind::Text,
        payload: json!({"elements": [{"text_run": {"content": ""}}]}),
        children: Vec::new(),
    };
    Built::of(block, Vec::new(), Vec::new())
}

fn total(children: &[Built], block: &NewBlock) -> Cost {
    children
        .iter()
        .fold(Cost::of(block), |sum, child| sum.plus(child.cost))
}

/// Puts a subtree into a batch, in pre-order.
fn emit(built: Built, batch: &mut Batch) {
    batch.tops.push(built.block.block_id.clone());
    let mut stack = vec![built];
    while let Some(Built {
        mut block,
        children,
        fills,
        ..
    }) = stack.pop()
    {
        block.children = children
            .iter()
            .map(|child| child.block.block_id.clone())
            .collect();
        batch.cost = batch.cost.plus(Cost::of(&block));
        batch.blocks.push(block);
        batch.fills.extend(fills);
        stack.extend(children.into_iter().rev());
    }
}
