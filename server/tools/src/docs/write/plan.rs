//! From a draft to the fewest calls: changed texts first, then new blocks, deletions last, so that
//! a plan that stops half-way has lost nothing.

use std::collections::HashSet;

use feishu::api::docx::{Change, Update};

use super::{
    super::markdown::compile::{Batch, Fill, pack_all},
    draft::{Draft, Item, empty_text},
    rules,
};

/// Changes of one call. Feishu allows 200; smaller calls fail less often.
const MAX_UPDATES: usize = 50;

/// New blocks at one place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Insert {
    pub(crate) parent: String,
    /// The block before them; `None` is the start.
    pub(crate) after: Option<String>,
    pub(crate) batches: Vec<Batch>,
}

/// Neighbours that go away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delete {
    pub(crate) parent: String,
    pub(crate) ids: Vec<String>,
}

/// What has to be sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    pub(crate) updates: Vec<Update>,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) deletes: Vec<Delete>,
}

/// One call of a plan. Its number is the same in each attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Update(Vec<Update>),
    /// A batch of an insertion, both by number.
    Insert(usize, usize),
    /// What a new block still needs: the insertion, the batch and the work by number.
    Fill(usize, usize, usize),
    Delete(Delete),
}

impl Plan {
    /// Adds what is left to do for new blocks to the batches that make them.
    pub(crate) fn attach(&mut self, fills: &[Fill]) {
        let batches = self
            .inserts
            .iter_mut()
            .flat_map(|insert| &mut insert.batches);
        for batch in batches {
            let made = |fill: &&Fill| batch.blocks.iter().any(|one| one.block_id == fill.block);
            let own: Vec<Fill> = fills.iter().filter(made).cloned().collect();
            batch.fills.extend(own);
        }
    }

    /// The calls, in the order in which they are sent.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let updates = self.updates.chunks(MAX_UPDATES);
        let mut steps: Vec<Step> = updates.map(|chunk| Step::Update(chunk.to_vec())).collect();
        for (number, insert) in self.inserts.iter().enumerate() {
            steps.extend((0..insert.batches.len()).map(|batch| Step::Insert(number, batch)));
            for (batch, made) in insert.batches.iter().enumerate() {
                steps.extend((0..made.fills.len()).map(|fill| Step::Fill(number, batch, fill)));
            }
        }
        steps.extend(self.deletes.iter().cloned().map(Step::Delete));
        steps
    }
}

impl Draft<'_> {
    /// The fewest calls that make the document what the draft says.
    pub(crate) fn plan(&mut self) -> Plan {
        let mut plan = Plan {
            updates: self.updates(),
            ..Plan::default()
        };
        let doc = self.doc;
        for parent in &doc.order {
            if !self.lists.contains_key(parent) || !self.is_alive(parent) {
                continue;
            }
            let must_hold = doc.kind(parent).is_some_and(rules::needs_child);
            if must_hold && self.list(parent).is_empty() {
                let filler = empty_text(&mut self.next);
                self.append(parent, vec![filler]);
            }
            self.plan_inserts(parent, &mut plan);
            self.plan_deletes(parent, &mut plan);
        }
        plan
    }

    fn updates(&self) -> Vec<Update> {
        let changed = self.texts.iter().filter(|(id, text)| {
            let known = self.doc.elements(id).unwrap_or_default();
            self.is_alive(id) && (!text.fields.is_empty() || text.elements != known)
        });
        changed
            .map(|(id, text)| {
                let same = self.doc.elements(id) == Some(text.elements.as_slice());
                let (style, fields) = (text.style.clone(), text.fields.clone());
                let elements = text.elements.clone();
                let change = match (fields.is_empty(), same) {
                    (true, _) => Change::UpdateTextElements { elements },
                    (false, true) => Change::UpdateTextStyle { style, fields },
                    (false, false) => Change::UpdateText {
                        elements,
                        style,
                        fields,
                    },
                };
                Update {
                    block_id: id.clone(),
                    change,
                }
            })
            .collect()
    }

    fn plan_inserts(&mut self, parent: &str, plan: &mut Plan) {
        let mut after = None;
        let mut new = Vec::new();
        let mut place = |after: &Option<String>, new: &mut Vec<_>| {
            if !new.is_empty() {
                plan.inserts.push(Insert {
                    parent: parent.to_owned(),
                    after: after.clone(),
                    batches: pack_all(std::mem::take(new)),
                });
            }
        };
        for item in self.list(parent).iter().cloned() {
            match item {
                Item::New(built) => new.push(*built),
                Item::Old(id) => {
                    place(&after, &mut new);
                    after = Some(id);
                }
            }
        }
        place(&after, &mut new);
    }

    fn plan_deletes(&mut self, parent: &str, plan: &mut Plan) {
        let kept: HashSet<String> = self.siblings(parent).into_iter().collect();
        let mut run: Vec<String> = Vec::new();
        for id in self.doc.children(parent) {
            if kept.contains(id) {
                if !run.is_empty() {
                    plan.deletes.push(Delete {
                        parent: parent.to_owned(),
                        ids: std::mem::take(&mut run),
                    });
                }
            } else {
                run.push(id.clone());
            }
        }
        if !run.is_empty() {
            plan.deletes.push(Delete {
                parent: parent.to_owned(),
                ids: run,
            });
        }
    }
}
