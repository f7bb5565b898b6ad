//! What of a plan is in the document already: found out from the document itself, so that it works
//! after a restart and on any replica.

use std::collections::HashSet;

use feishu::api::docx::{Block, BlockKind, Change, NewBlock, Update};
use serde_json::Value;

use super::{
    super::markdown::{
        compile::{Batch, Fill, Parent, With},
        render::{Names, plain_text},
        tree::Merge,
    },
    cells::{self, Plain},
    doc::Doc,
    plan::{Insert, Step},
    run::Run,
};
use crate::{ErrorKind, ToolCx, ToolError};

/// Somebody else changed what the plan is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clash;

impl Clash {
    pub(crate) fn error(cx: &ToolCx) -> ToolError {
        ToolError::new(
            ErrorKind::Conflict,
            cx.say(
                "somebody else changed the same place of the document in between",
                "文档的同一位置在此期间被他人修改",
            ),
        )
        .with_hint(cx.say(
            "Read the document again and make the change on what is there now.",
            "请重新读取文档，并基于当前内容修改。",
        ))
    }
}

/// Compares each step with the document as it is now.
pub(super) fn inspect(run: &mut Run<'_>, now: &Doc) -> Result<(), Clash> {
    run.live.clear();
    run.made.clear();
    run.tail.clear();
    let (base, plan) = (run.base, run.plan);
    for id in &base.order {
        if now.get(id).is_some() {
            run.live.insert(id.clone(), now.children(id).to_vec());
        }
    }
    let gone: HashSet<&String> = plan.deletes.iter().flat_map(|delete| &delete.ids).collect();
    let mut tracks: Vec<Option<Track<'_>>> = plan
        .inserts
        .iter()
        .map(|insert| Track::find(insert, base, now, &gone))
        .collect::<Result<_, _>>()?;
    for (number, step) in plan.steps().iter().enumerate() {
        let over = match step {
            Step::Update(updates) => updated(updates, base, now)?,
            Step::Insert(at, batch) => match &mut tracks[*at] {
                // What it stood behind is gone already, and that comes last.
                None => true,
                Some(track) => {
                    let batch = &plan.inserts[*at].batches[*batch];
                    let there = track.has(batch, now, run)?;
                    if there && batch.parent == Parent::Root {
                        let last = track.found[..track.taken].last().cloned();
                        run.tail.extend(last.map(|last| (*at, last)));
                    }
                    there
                }
            },
            Step::Fill(at, batch, fill) => {
                let fill = &plan.inserts[*at].batches[*batch].fills[*fill];
                let real = run.made.get(&fill.block);
                tracks[*at].is_none()
                    || real
                        .and_then(|real| now.get(real))
                        .is_some_and(|block| is_filled(block, fill))
            }
            Step::Delete(delete) => delete.ids.iter().all(|id| now.get(id).is_none()),
        };
        run.over[number] = over;
        run.done.found += usize::from(over);
    }
    Ok(())
}

/// Whether all changes of a call are there; none are when one is not.
fn updated(updates: &[Update], base: &Doc, now: &Doc) -> Result<bool, Clash> {
    let mut all = true;
    for update in updates {
        let id = &update.block_id;
        let (Some(block), Some(known)) = (now.get(id), base.get(id)) else {
            return Err(Clash);
        };
        let (elements, style) = match &update.change {
            Change::UpdateTextElements { elements } => (Some(elements.as_slice()), None),
            Change::UpdateText {
                elements, style, ..
            } => (Some(elements.as_slice()), Some(style)),
            Change::UpdateTextStyle { style, .. } => (None, Some(style)),
            _ => return Err(Clash),
        };
        let is_new = elements.is_none_or(|new| same_text(new, now.elements(id)))
            && style.is_none_or(|style| {
                let known = block.body().and_then(|body| body.get("style"));
                let differs = |(name, value): (&String, &Value)| {
                    known.and_then(|known| known.get(name)) != Some(value)
                };
                !style.iter().any(differs)
            });
        if is_new {
            continue;
        }
        if !same_text(base.elements(id).unwrap_or_default(), now.elements(id))
            || block.kind() != known.kind()
        {
            return Err(Clash);
        }
        all = false;
    }
    Ok(all)
}

/// Whether two texts read the same and have the same marks; Feishu adds defaults and joins runs.
fn same_text(new: &[Value], now: Option<&[Value]>) -> bool {
    let Some(now) = now else { return false };
    let (new, now) = (cells::read(new), cells::read(now));
    new.len() == now.len() && cells::same(&new, &now)
}

/// The new blocks of an insertion that are in the document, and how many are accounted for.
struct Track<'a> {
    found: Vec<String>,
    taken: usize,
    /// How many children of new blocks are accounted for.
    inner: std::collections::HashMap<String, usize>,
    base: &'a Doc,
}

impl<'a> Track<'a> {
    /// `None` when the place is gone and nothing is left to insert.
    fn find(
        insert: &Insert,
        base: &'a Doc,
        now: &Doc,
        gone: &HashSet<&String>,
    ) -> Result<Option<Self>, Clash> {
        if now.get(&insert.parent).is_none() {
            return Err(Clash);
        }
        let children = now.children(&insert.parent);
        let from = match &insert.after {
            None => 0,
            Some(id) => match children.iter().position(|child| child == id) {
                Some(at) => at + 1,
                None if gone.contains(id) => return Ok(None),
                None => return Err(Clash),
            },
        };
        let found = children[from..]
            .iter()
            .take_while(|id| base.get(id).is_none())
            .cloned()
            .collect();
        Ok(Some(Self {
            found,
            taken: 0,
            inner: std::collections::HashMap::new(),
            base,
        }))
    }

    /// Whether a batch is there; then its ids are noted.
    fn has(&mut self, batch: &Batch, now: &Doc, run: &mut Run<'_>) -> Result<bool, Clash> {
        let (there, taken) = match &batch.parent {
            Parent::Root => (self.found.clone(), self.taken),
            Parent::Made(id) => {
                let Some(real) = run.made.get(id) else {
                    return Ok(false);
                };
                let taken = self.inner.get(id).copied().unwrap_or(0);
                (now.children(real).to_vec(), taken)
            }
        };
        let rest = there.get(taken..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(false);
        }
        // A call is done as a whole or not at all, so a part of it is somebody else's.
        if rest.len() < batch.tops.len() {
            return Err(Clash);
        }
        for (top, real) in batch.tops.iter().zip(rest) {
            self.pair(batch, top, real, now, run)?;
        }
        match &batch.parent {
            Parent::Root => {
                run.done.inserted.extend(rest[..batch.tops.len()].to_vec());
                self.taken += batch.tops.len();
            }
            Parent::Made(id) => *self.inner.entry(id.clone()).or_insert(0) += batch.tops.len(),
        }
        run.done.new_blocks += batch.blocks.len();
        Ok(true)
    }

    /// Notes a new block and those below it, if they are what was sent.
    fn pair(
        &mut self,
        batch: &Batch,
        temporary: &str,
        real: &str,
        now: &Doc,
        run: &mut Run<'_>,
    ) -> Result<(), Clash> {
        let index: std::collections::HashMap<&str, &NewBlock> = batch
            .blocks
            .iter()
            .map(|block| (block.block_id.as_str(), block))
            .collect();
        let mut stack = vec![(temporary.to_owned(), real.to_owned())];
        while let Some((temporary, mut real)) = stack.pop() {
            let sent = index.get(temporary.as_str()).ok_or(Clash)?;
            let mut there = now.get(&real).ok_or(Clash)?;
            // A file comes wrapped in a view.
            if there.kind() == Some(BlockKind::View) && sent.kind == BlockKind::File {
                real = there.children.first().cloned().ok_or(Clash)?;
                there = now.get(&real).ok_or(Clash)?;
            }
            if !is_what_was_sent(sent, there) || there.children.len() < sent.children.len() {
                return Err(Clash);
            }
            let children = sent.children.iter().cloned();
            stack.extend(children.zip(there.children.iter().cloned()));
            self.inner.insert(temporary.clone(), sent.children.len());
            run.made.insert(temporary, real);
        }
        debug_assert!(self.base.get(real).is_none(), "a new block");
        Ok(())
    }
}

/// Whether a block has what it needs, as far as the document tells.
fn is_filled(block: &Block, fill: &Fill) -> bool {
    match &fill.with {
        With::Image(_) | With::File(_) => {
            block.field("token").is_some_and(|token| !token.is_empty())
        }
        With::Diagram(_) => false,
        With::Merge(merges) => merges.iter().all(|merge| is_merged(block, merge)),
    }
}

pub(super) fn is_merged(table: &Block, merge: &Merge) -> bool {
    let property = table.body().and_then(|body| body.get("property"));
    let columns = property.and_then(|property| property.get("column_size")?.as_u64());
    let columns = columns.and_then(|columns| usize::try_from(columns).ok());
    let place = merge.row * columns.unwrap_or(0) + merge.column;
    let info = property.and_then(|property| property.get("merge_info")?.get(place));
    let spans = |name: &str, wanted: usize| {
        info.and_then(|info| info.get(name)?.as_u64())
            .is_some_and(|span| usize::try_from(span) == Ok(wanted))
    };
    spans("row_span", merge.rows) && spans("col_span", merge.columns)
}

fn is_what_was_sent(sent: &NewBlock, there: &Block) -> bool {
    if there.kind() != Some(sent.kind) {
        return false;
    }
    let Some(elements) = sent.payload.get("elements").and_then(Value::as_array) else {
        return true;
    };
    let text = there.text();
    let shown = text.map(|text| plain_text(text, &Names::new()));
    // Mentions and the like read differently once they are in; their number does not.
    let only_text = elements.iter().all(|one| one.get("text_run").is_some());
    !only_text || shown == Some(Plain::of(&cells::read(elements)).text)
}
