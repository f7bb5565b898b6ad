//! Making blocks from a request: the children call and the descendant call.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::common::{fault, invalid};
use super::assemble::{assemble, table_size};
use super::kinds::{self, Create};
use super::request::{Budget, Draft, Writer, read};
use super::tree::Document;
use crate::gateway::ApiError;

/// Most children of one children call.
const CHILDREN_MAX: usize = 50;
/// Most blocks of one descendant call.
const DESCENDANTS_MAX: usize = 1_000;
/// The sandbox's own bounds for depth and size; Feishu has both but prints no numbers.
const DEPTH_MAX: usize = 60;
const BLOCKS_MAX: usize = 40_000;

/// What a creating call made.
#[derive(Debug)]
pub(crate) struct Made {
    /// The new direct children, in order.
    pub(crate) top: Vec<String>,
    /// Temporary id → block id, in request order (descendant call only).
    pub(crate) relations: Vec<(String, String)>,
}

impl Document {
    /// The children call: flat siblings only.
    ///
    /// # Errors
    /// The module's codes for a bad index, parent, kind or payload.
    pub(crate) fn create_children(
        &mut self,
        parent: &str,
        children: &[Value],
        index: i64,
        writer: &mut Writer<'_>,
    ) -> Result<Made, ApiError> {
        if children.is_empty() || children.len() > CHILDREN_MAX {
            return Err(invalid(
                "children",
                &format!("the len must be between 1 and {CHILDREN_MAX}"),
            ));
        }
        let holder = self.holder(parent)?;
        let at = position(index, self.block(parent)?.children.len())?;
        let depth = self.depth(parent);
        let mut budget = Budget::default();
        let mut top = Vec::with_capacity(children.len());
        let mut blocks = Vec::with_capacity(children.len());
        for (number, value) in children.iter().enumerate() {
            let draft = read(value, &format!("children[{number}]"), writer, &mut budget)?;
            if !draft.children.is_empty() {
                return Err(fault(1_770_014));
            }
            if draft.kind.create == Create::Inside {
                return Err(fault(1_770_029));
            }
            if !kinds::may_hold(holder, draft.kind.number) {
                return Err(fault(1_770_030));
            }
            let id = writer.mint.token27();
            let id = assemble(id, parent, draft, writer.mint, &mut blocks, true)?;
            top.push(id);
        }
        self.room(depth + 3, blocks.len())?;
        self.graft(parent, at, top.clone(), blocks);
        Ok(Made {
            top,
            relations: Vec::new(),
        })
    }

    /// The descendant call: whole subtrees under temporary ids.
    ///
    /// # Errors
    /// 1770019 for a repeated id, 1770014 for relations that do not fit, and the codes of the children call.
    #[expect(
        clippy::too_many_lines,
        reason = "one pass after the other over the same maps"
    )]
    pub(crate) fn create_descendants(
        &mut self,
        parent: &str,
        top_ids: &[&str],
        descendants: &[Value],
        index: i64,
        writer: &mut Writer<'_>,
    ) -> Result<Made, ApiError> {
        for (name, len) in [
            ("children_id", top_ids.len()),
            ("descendants", descendants.len()),
        ] {
            if len == 0 || len > DESCENDANTS_MAX {
                return Err(invalid(
                    name,
                    &format!("the len must be between 1 and {DESCENDANTS_MAX}"),
                ));
            }
        }
        let holder = self.holder(parent)?;
        let at = position(index, self.block(parent)?.children.len())?;
        let mut budget = Budget::default();
        let mut drafts: HashMap<&str, Draft<'_>> = HashMap::with_capacity(descendants.len());
        let mut relations = Vec::with_capacity(descendants.len());
        let mut order = Vec::with_capacity(descendants.len());
        for (number, value) in descendants.iter().enumerate() {
            let at = format!("descendants[{number}]");
            let draft = read(value, &at, writer, &mut budget)?;
            let Some(temporary) = draft.block_id.filter(|id| !id.is_empty()) else {
                return Err(invalid(&format!("{at}.block_id"), "is required"));
            };
            if drafts.insert(temporary, draft).is_some() {
                return Err(fault(1_770_019));
            }
            relations.push((temporary.to_owned(), writer.mint.token27()));
            order.push(temporary);
        }
        let depth = relate(holder, top_ids, &drafts)?;
        let names: HashMap<&str, String> = order
            .iter()
            .copied()
            .zip(relations.iter().map(|(_, id)| id.clone()))
            .collect();
        let name = |temporary: &str| names.get(temporary).cloned().unwrap_or_default();
        let mut parents: HashMap<&str, String> = HashMap::with_capacity(drafts.len());
        for (temporary, draft) in &drafts {
            for child in &draft.children {
                parents.insert(child, name(temporary));
            }
        }
        let mut blocks = Vec::with_capacity(drafts.len());
        let mut real = HashMap::with_capacity(order.len());
        for temporary in &order {
            let Some(draft) = drafts.remove(temporary) else {
                continue;
            };
            let children: Vec<String> = draft.children.iter().map(|child| name(child)).collect();
            let under = parents
                .remove(temporary)
                .unwrap_or_else(|| parent.to_owned());
            let made = assemble(
                name(temporary),
                &under,
                draft,
                writer.mint,
                &mut blocks,
                false,
            )?;
            if let Some(block) = blocks
                .iter_mut()
                .rev()
                .find(|block| block.id == name(temporary))
                && !children.is_empty()
            {
                block.children = children;
            }
            real.insert(name(temporary), made);
        }
        // A file comes wrapped in a view, so its parent has to point at the wrapper.
        let outer = |id: &String| real.get(id).cloned().unwrap_or_else(|| id.clone());
        for block in &mut blocks {
            if block.kind != kinds::VIEW {
                for child in &mut block.children {
                    *child = outer(child);
                }
            }
        }
        self.room(self.depth(parent) + depth + 2, blocks.len())?;
        let top: Vec<String> = top_ids.iter().map(|id| outer(&name(id))).collect();
        self.graft(parent, at, top.clone(), blocks);
        Ok(Made { top, relations })
    }

    /// The kind of a block that is about to get children.
    fn holder(&self, parent: &str) -> Result<u16, ApiError> {
        let kind = self.block(parent)?.kind;
        if kinds::holds_children(kind) {
            Ok(kind)
        } else {
            Err(fault(1_770_028))
        }
    }

    fn room(&self, depth: usize, more: usize) -> Result<(), ApiError> {
        if depth > DEPTH_MAX {
            return Err(fault(1_770_005));
        }
        if self.blocks.len() + more > BLOCKS_MAX {
            return Err(fault(1_770_004));
        }
        Ok(())
    }
}

/// Where to insert: -1 is the end.
pub(crate) fn position(index: i64, len: usize) -> Result<usize, ApiError> {
    if index == -1 {
        return Ok(len);
    }
    usize::try_from(index)
        .ok()
        .filter(|index| *index <= len)
        .ok_or_else(|| fault(1_770_001))
}

/// Checks that the drafts form trees below `top` that respect every kind's rules. Gives their depth.
fn relate(holder: u16, top: &[&str], drafts: &HashMap<&str, Draft<'_>>) -> Result<usize, ApiError> {
    let mut seen: HashSet<&str> = HashSet::with_capacity(drafts.len());
    let mut deepest = 0;
    let mut stack: Vec<(&str, u16, usize)> = top.iter().map(|id| (*id, holder, 1)).collect();
    while let Some((id, parent, depth)) = stack.pop() {
        let draft = drafts.get(id).ok_or_else(|| fault(1_770_014))?;
        if !seen.insert(id) {
            return Err(fault(1_770_014));
        }
        deepest = deepest.max(depth);
        let number = draft.kind.number;
        if !kinds::may_hold(parent, number) {
            return Err(fault(1_770_030));
        }
        match number {
            kinds::TABLE => {
                let (rows, columns) = table_size(&draft.payload);
                if draft.children.len() != rows.saturating_mul(columns) {
                    return Err(fault(1_770_014));
                }
            }
            kinds::GRID => {
                let columns = draft
                    .payload
                    .get("column_size")
                    .and_then(Value::as_u64)
                    .unwrap_or(0);
                if draft.children.len() as u64 != columns {
                    return Err(fault(1_770_014));
                }
            }
            _ if !draft.children.is_empty() && !kinds::holds_children(number) => {
                return Err(fault(1_770_028));
            }
            _ if draft.children.is_empty() && kinds::needs_child(number) => {
                return Err(fault(1_770_041));
            }
            _ => {}
        }
        stack.extend(
            draft
                .children
                .iter()
                .map(|child| (*child, number, depth + 1)),
        );
    }
    // A block that nobody refers to would vanish silently.
    if seen.len() == drafts.len() {
        Ok(deepest)
    } else {
        Err(fault(1_770_014))
    }
}
