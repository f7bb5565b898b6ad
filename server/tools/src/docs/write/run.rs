//! Carrying out a plan, and going on with one that was stopped.

use std::collections::HashMap;

use feishu::api::docx::{self, Block, BlockKind, Created, Descendants};

use super::{
    super::markdown::compile::Parent,
    doc::Doc,
    plan::{Delete, Plan, Step},
    resume::{self, Clash},
    send::send,
};
use crate::{ToolCx, ToolError, UploadLink, pace::Api};

/// How often a document that others change is read again before the rest is left to Feishu.
const MAX_RELOADS: usize = 5;

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Changed blocks.
    pub(crate) updated: Vec<String>,
    /// New blocks of the first level of each insertion.
    pub(crate) inserted: Vec<String>,
    /// New blocks in all.
    pub(crate) new_blocks: usize,
    /// Deleted blocks, without those below them.
    pub(crate) deleted: usize,
    /// Calls that this attempt sent.
    pub(crate) sent: usize,
    /// Calls whose effect was there already.
    pub(crate) found: usize,
    /// Real ids of new blocks, by the temporary ones.
    pub(crate) made: HashMap<String, String>,
    /// The revision afterwards.
    pub(crate) revision: i64,
    /// What could not be put into its block, and what to do about it.
    pub(crate) notes: Vec<String>,
    /// Blocks that wait for bytes from the user's computer.
    pub(crate) uploads: Vec<Upload>,
    /// Why it stopped, when it did.
    pub(crate) stopped: Option<ToolError>,
}

/// A link that fills a new block.
#[derive(Debug)]
pub(crate) struct Upload {
    /// What the Markdown calls the file.
    pub(crate) handle: String,
    pub(crate) block: String,
    pub(crate) link: UploadLink,
}

/// How it ended.
pub(crate) enum End {
    /// Done, or stopped on the way.
    Done(Box<Done>),
    /// Feishu knows the first call: an earlier attempt was planned on this revision.
    Begun(i64),
}

/// A plan on its way.
pub(crate) struct Run<'a> {
    pub(super) cx: &'a ToolCx,
    pub(super) base: &'a Doc,
    pub(super) plan: &'a Plan,
    key: &'a str,
    /// Children as they are now, of blocks that were there.
    pub(super) live: HashMap<String, Vec<String>>,
    /// Real ids of new blocks.
    pub(super) made: HashMap<String, String>,
    /// What Feishu keeps under new boards, as far as it was told.
    pub(super) boards: HashMap<String, String>,
    /// The last new block of each insertion.
    pub(super) tail: HashMap<usize, String>,
    /// Steps that need not be sent.
    pub(super) over: Vec<bool>,
    pub(super) done: Done,
    /// An earlier attempt left something behind.
    pub(super) again: bool,
    reloads: usize,
}

impl<'a> Run<'a> {
    /// A plan that was made on `base`. `key` is the same in each attempt at the same call.
    pub(crate) fn of(cx: &'a ToolCx, base: &'a Doc, plan: &'a Plan, key: &'a str) -> Self {
        Self {
            cx,
            base,
            plan,
            key,
            live: HashMap::new(),
            made: HashMap::new(),
            boards: HashMap::new(),
            tail: HashMap::new(),
            over: vec![false; plan.steps().len()],
            done: Done {
                revision: base.revision,
                ..Done::default()
            },
            again: false,
            reloads: 0,
        }
    }

    /// Takes over what is in the document already.
    ///
    /// # Errors
    /// [`Clash`] when somebody else changed what the plan is about.
    pub(crate) fn take_over(&mut self, now: &Doc) -> Result<(), Clash> {
        self.done = Done {
            sent: self.done.sent,
            notes: std::mem::take(&mut self.done.notes),
            revision: now.revision,
            ..Done::default()
        };
        self.again = true;
        resume::inspect(self, now)
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_over(&self) -> bool {
        self.over.iter().all(|over| *over)
    }

    /// Sends what is left.
    pub(crate) async fn finish(mut self) -> End {
        let steps = self.plan.steps();
        let all = u64::try_from(steps.len()).ok();
        for (number, step) in steps.iter().enumerate() {
            if self.over[number] {
                continue;
            }
            let before = self.done.revision;
            let sent = self.step(number, step).await;
            if let Err(stopped) = sent {
                self.done.stopped = Some(stopped);
                break;
            }
            let revision = sent.unwrap_or(before);
            self.over[number] = true;
            if number == 0 && self.done.sent == 1 && revision <= before {
                return End::Begun(revision - 1);
            }
            self.done.revision = revision.max(before);
            self.cx.progress.send(
                u64::try_from(number + 1).unwrap_or(u64::MAX),
                all,
                self.cx.say("writing the document", "正在写入文档"),
            );
            if let Err(stopped) = self.look_again(before, revision).await {
                self.done.stopped = Some(stopped);
                break;
            }
        }
        self.done.made = self.made;
        End::Done(Box::new(self.done))
    }

    /// Somebody else wrote in between: what is left is found anew.
    async fn look_again(&mut self, before: i64, revision: i64) -> Result<(), ToolError> {
        if revision <= before + 1 || self.is_over() || self.reloads == MAX_RELOADS {
            return Ok(());
        }
        self.reloads += 1;
        let now = Doc::load(self.cx, &self.base.id).await?;
        self.take_over(&now).map_err(|Clash| Clash::error(self.cx))
    }

    async fn step(&mut self, number: usize, step: &Step) -> Result<i64, ToolError> {
        self.cx.check()?;
        match step {
            Step::Update(updates) => {
                let token = self.token(number, 0);
                let (cx, document) = (self.cx, &self.base.id);
                let revision = self.done.revision;
                let call = || docx::batch_update(&cx.feishu, document, updates, revision, &token);
                let changed = send(cx, Api::Update, document, call).await?;
                self.done.sent += 1;
                let ids = updates.iter().map(|update| update.block_id.clone());
                self.done.updated.extend(ids);
                Ok(changed.document_revision_id)
            }
            Step::Insert(insert, batch) => self.insert(number, *insert, *batch).await,
            Step::Fill(insert, batch, fill) => {
                let fill = &self.plan.inserts[*insert].batches[*batch].fills[*fill];
                self.fill(number, fill).await
            }
            Step::Delete(delete) => self.delete(number, delete).await,
        }
    }

    async fn insert(&mut self, number: usize, at: usize, batch: usize) -> Result<i64, ToolError> {
        let plan = self.plan;
        let insert = &plan.inserts[at];
        let batch = &insert.batches[batch];
        let (parent, index) = match &batch.parent {
            Parent::Root => {
                let before = self.tail.get(&at).or(insert.after.as_ref()).cloned();
                let list = self.live(&insert.parent);
                let index = before.map_or(Some(0), |id| {
                    list.iter().position(|known| *known == id).map(|at| at + 1)
                });
                let index = index.ok_or_else(|| Clash::error(self.cx))?;
                (insert.parent.clone(), i64::try_from(index).unwrap_or(-1))
            }
            Parent::Made(id) => {
                let made = self.made.get(id);
                let made = made.ok_or_else(|| ToolError::internal(self.cx.locale))?;
                (made.clone(), -1)
            }
        };
        let tree = Descendants {
            children_id: &batch.tops,
            index,
            descendants: &batch.blocks,
        };
        let token = self.token(number, 0);
        let (cx, document, revision) = (self.cx, &self.base.id, self.done.revision);
        let call =
            || docx::insert_descendants(&cx.feishu, document, &parent, &tree, revision, &token);
        let created = send(cx, Api::Insert, document, call).await?;
        self.done.sent += 1;
        self.done.new_blocks += batch.blocks.len();
        if batch.parent == Parent::Root {
            self.placed(
                at,
                &insert.parent,
                usize::try_from(index).unwrap_or(0),
                &created,
            );
        }
        for block in created.children {
            if block.kind() == Some(BlockKind::Board)
                && let Some(token) = block.field("token")
            {
                self.boards.insert(block.block_id.clone(), token.to_owned());
            }
        }
        let relations = created.block_id_relations.into_iter();
        self.made
            .extend(relations.map(|one| (one.temporary_block_id, one.block_id)));
        Ok(created.document_revision_id)
    }

    fn placed(&mut self, at: usize, parent: &str, index: usize, created: &Created) {
        let tops: Vec<String> = created
            .children
            .iter()
            .map(|block: &Block| block.block_id.clone())
            .collect();
        if let Some(last) = tops.last() {
            self.tail.insert(at, last.clone());
        }
        self.done.inserted.extend(tops.iter().cloned());
        let list = self.live(parent);
        let index = index.min(list.len());
        list.splice(index..index, tops);
    }

    /// Neighbours go in one call. When others put something between them, they go in several, the
    /// last first, so that no place moves.
    async fn delete(&mut self, number: usize, delete: &Delete) -> Result<i64, ToolError> {
        let mut revision = self.done.revision;
        let runs = runs(self.live(&delete.parent), &delete.ids);
        for (part, (start, end)) in runs.into_iter().rev().enumerate() {
            let token = self.token(number, part);
            let (cx, document, parent) = (self.cx, &self.base.id, &delete.parent);
            let call = || {
                docx::delete_children(&cx.feishu, document, parent, (start, end), revision, &token)
            };
            let changed = send(cx, Api::Delete, document, call).await?;
            self.done.sent += 1;
            self.done.deleted += end - start;
            self.live(parent).drain(start..end);
            revision = changed.document_revision_id;
        }
        Ok(revision)
    }

    pub(super) fn live(&mut self, parent: &str) -> &mut Vec<String> {
        let base = self.base;
        self.live
            .entry(parent.to_owned())
            .or_insert_with(|| base.children(parent).to_vec())
    }

    pub(super) fn token(&self, step: usize, part: usize) -> String {
        let (step, part) = (step.to_string(), part.to_string());
        docx::client_token(&[self.key, &self.base.id, &step, &part])
    }
}

/// Where these ids stand in a list, as ranges.
fn runs(list: &[String], ids: &[String]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, id) in list.iter().enumerate() {
        if !ids.contains(id) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}
