//! A document as a tree of blocks.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::common::fault;
use super::kinds;
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// How many replies to writes with a client token a document remembers.
const REPLAYS_MAX: usize = 256;
/// How far behind an explicit revision may be.
const REVISION_GAP: i64 = 1_000;

/// One block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// 27 characters; the page block has the document's.
    pub(crate) id: String,
    /// Empty for the page.
    pub(crate) parent: String,
    /// In reading order.
    pub(crate) children: Vec<String>,
    /// `block_type`.
    pub(crate) kind: u16,
    /// What stands under the kind's key.
    pub(crate) payload: Map<String, Value>,
    /// Comments anchored here.
    #[serde(default)]
    pub(crate) comment_ids: Vec<String>,
}

/// A document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Document {
    /// Also the id of the page block.
    pub(crate) id: String,
    /// Grows by one with each write.
    pub(crate) revision: i64,
    /// All blocks by id.
    pub(crate) blocks: HashMap<String, Block>,
    /// Replies to writes that carried a client token, oldest first.
    #[serde(default)]
    replays: VecDeque<(String, Value)>,
    /// What each write replaced, oldest first.
    #[serde(default)]
    pub(super) past: VecDeque<Past>,
    /// Versions that somebody gave a name, oldest first.
    #[serde(default)]
    pub(crate) named: Vec<Named>,
}

/// What one write replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Past {
    /// The revision before the write.
    pub(super) revision: i64,
    /// The blocks as they were; `None` was not there.
    pub(super) blocks: HashMap<String, Option<Block>>,
}

/// A version that somebody gave a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Named {
    /// Its id.
    pub(crate) version: String,
    /// Its name.
    pub(crate) name: String,
    /// Who made it.
    pub(crate) creator: String,
    /// When, in seconds.
    pub(crate) at_s: i64,
    /// What it is a version of.
    pub(crate) revision: i64,
}

impl Document {
    /// A document with a title and nothing else. Its first revision is 1.
    pub(crate) fn new(id: &str, title: &str) -> Self {
        let mut page = Map::new();
        page.insert("style".to_owned(), json!({"align": 1}));
        page.insert("elements".to_owned(), title_elements(title));
        let root = Block {
            id: id.to_owned(),
            parent: String::new(),
            children: Vec::new(),
            kind: kinds::PAGE,
            payload: page,
            comment_ids: Vec::new(),
        };
        Self {
            id: id.to_owned(),
            revision: 1,
            blocks: HashMap::from([(id.to_owned(), root)]),
            replays: VecDeque::new(),
            past: VecDeque::new(),
            named: Vec::new(),
        }
    }

    /// The block, or 1770002.
    pub(crate) fn block(&self, id: &str) -> Result<&Block, ApiError> {
        self.blocks.get(id).ok_or_else(|| fault(1_770_002))
    }

    /// The block to change, or 1770002.
    pub(crate) fn block_mut(&mut self, id: &str) -> Result<&mut Block, ApiError> {
        self.blocks.get_mut(id).ok_or_else(|| fault(1_770_002))
    }

    /// The plain text of the page block.
    pub(crate) fn title(&self) -> String {
        self.blocks
            .get(&self.id)
            .map(|page| plain(&page.payload))
            .unwrap_or_default()
    }

    /// Replaces the title.
    pub(crate) fn set_title(&mut self, title: &str) {
        if let Some(page) = self.blocks.get_mut(&self.id) {
            page.payload
                .insert("elements".to_owned(), title_elements(title));
        }
    }

    /// Checks `document_revision_id`: -1 is the newest, an older one is fine within the gap.
    ///
    /// # Errors
    /// 1770021 when too old, 1770001 when from the future.
    pub(crate) fn check_revision(&self, asked: Option<i64>) -> Result<(), ApiError> {
        match asked {
            None | Some(-1) => Ok(()),
            Some(revision) if revision < -1 || revision > self.revision => Err(fault(1_770_001)),
            Some(revision) if self.revision - revision > REVISION_GAP => Err(fault(1_770_021)),
            Some(_) => Ok(()),
        }
    }

    /// The reply that an earlier write with this client token got.
    pub(crate) fn replay(&self, token: &str) -> Option<&Value> {
        self.replays
            .iter()
            .find(|(known, _)| known == token)
            .map(|(_, reply)| reply)
    }

    /// Keeps a reply for a later repetition of the same write.
    pub(crate) fn remember(&mut self, token: &str, reply: Value) {
        if self.replays.len() >= REPLAYS_MAX {
            self.replays.pop_front();
        }
        self.replays.push_back((token.to_owned(), reply));
    }

    /// `root` and everything below it, in reading order.
    pub(crate) fn preorder(&self, root: &str) -> Vec<&Block> {
        let mut out = Vec::with_capacity(self.blocks.len());
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Some(block) = self.blocks.get(id) {
                out.push(block);
                stack.extend(block.children.iter().rev().map(String::as_str));
            }
        }
        out
    }

    /// The same document under new ids, with another title and without comments.
    pub(crate) fn copy(&self, id: &str, title: &str, ids: &mut IdSource) -> Self {
        let mut names: HashMap<&str, String> = HashMap::with_capacity(self.blocks.len());
        for block in self.preorder(&self.id) {
            let name = if block.id == self.id {
                id.to_owned()
            } else {
                ids.token27()
            };
            names.insert(&block.id, name);
        }
        let name = |old: &str| names.get(old).cloned().unwrap_or_default();
        let blocks = self.blocks.values().map(|block| {
            let mut copy = block.clone();
            copy.id = name(&block.id);
            copy.parent = name(&block.parent);
            copy.children = block.children.iter().map(|child| name(child)).collect();
            copy.comment_ids.clear();
            (copy.id.clone(), copy)
        });
        let mut made = Self {
            id: id.to_owned(),
            revision: 1,
            blocks: blocks.collect(),
            replays: VecDeque::new(),
            past: VecDeque::new(),
            named: Vec::new(),
        };
        made.set_title(title);
        made
    }

    /// How deep a block lies; the page has depth 0.
    pub(crate) fn depth(&self, id: &str) -> usize {
        let mut depth = 0;
        let mut at = self.blocks.get(id);
        while let Some(block) = at.filter(|block| !block.parent.is_empty()) {
            depth += 1;
            at = self.blocks.get(&block.parent);
        }
        depth
    }

    /// Puts finished blocks into the tree and hangs `top` under `parent` at `index`.
    /// The caller has checked everything.
    pub(crate) fn graft(
        &mut self,
        parent: &str,
        index: usize,
        top: Vec<String>,
        blocks: Vec<Block>,
    ) {
        for block in blocks {
            self.blocks.insert(block.id.clone(), block);
        }
        if let Some(holder) = self.blocks.get_mut(parent) {
            let index = index.min(holder.children.len());
            holder.children.splice(index..index, top);
        }
    }

    /// Removes a block with everything below it from the map (not from its parent's list).
    pub(crate) fn forget(&mut self, id: &str) {
        let mut stack = vec![id.to_owned()];
        while let Some(id) = stack.pop() {
            if let Some(block) = self.blocks.remove(&id) {
                stack.extend(block.children);
            }
        }
    }

    /// Removes children `start..end` of a block.
    ///
    /// # Errors
    /// 1770001 for a bad range, 1770031 when the container does not allow it.
    pub(crate) fn delete_children(
        &mut self,
        parent: &str,
        start: usize,
        end: usize,
    ) -> Result<(), ApiError> {
        let holder = self.block(parent)?;
        if !kinds::holds_children(holder.kind) {
            return Err(fault(1_770_031));
        }
        if start >= end || end > holder.children.len() {
            return Err(fault(1_770_001));
        }
        if kinds::needs_child(holder.kind) && end - start == holder.children.len() {
            return Err(fault(1_770_031));
        }
        let gone: Vec<String> = self.block_mut(parent)?.children.drain(start..end).collect();
        for id in gone {
            self.forget(&id);
        }
        Ok(())
    }

    /// How the API prints a block.
    pub(crate) fn render(&self, block: &Block) -> Value {
        Self::render_item(
            block,
            block.kind == kinds::ORDERED && self.starts_list(block),
        )
    }

    /// The ordered items that begin a list, found in one pass over the document.
    pub(crate) fn list_starts(&self) -> HashSet<&str> {
        let mut starts = HashSet::new();
        for block in self.blocks.values() {
            let mut before = None;
            for child in block.children.iter().filter_map(|id| self.blocks.get(id)) {
                if child.kind == kinds::ORDERED && before != Some(kinds::ORDERED) {
                    starts.insert(child.id.as_str());
                }
                before = Some(child.kind);
            }
        }
        starts
    }

    /// How the API prints a block, when it is known whether it begins an ordered list.
    pub(crate) fn render_item(block: &Block, starts: bool) -> Value {
        let mut out = Map::with_capacity(6);
        out.insert("block_id".to_owned(), Value::from(block.id.as_str()));
        out.insert("parent_id".to_owned(), Value::from(block.parent.as_str()));
        if !block.children.is_empty() {
            out.insert("children".to_owned(), Value::from(block.children.clone()));
        }
        out.insert("block_type".to_owned(), Value::from(block.kind));
        let mut payload = block.payload.clone();
        if block.kind == kinds::TABLE {
            payload.insert("cells".to_owned(), Value::from(block.children.clone()));
        }
        if block.kind == kinds::ORDERED
            && let Some(Value::Object(style)) = payload.get_mut("style")
        {
            let sequence = if starts { "1" } else { "auto" };
            style.insert("sequence".to_owned(), Value::from(sequence));
        }
        let key = kinds::by_number(block.kind).map_or("undefined", |kind| kind.key);
        out.insert(key.to_owned(), Value::Object(payload));
        if !block.comment_ids.is_empty() {
            out.insert(
                "comment_ids".to_owned(),
                Value::from(block.comment_ids.clone()),
            );
        }
        Value::Object(out)
    }

    /// Whether an ordered item has no ordered item right before it.
    fn starts_list(&self, block: &Block) -> bool {
        let Some(parent) = self.blocks.get(&block.parent) else {
            return true;
        };
        let mut before: Option<&String> = None;
        for id in &parent.children {
            if *id == block.id {
                break;
            }
            before = Some(id);
        }
        before
            .and_then(|id| self.blocks.get(id))
            .is_none_or(|before| before.kind != kinds::ORDERED)
    }
}

fn title_elements(title: &str) -> Value {
    json!([{"text_run": {"content": title, "text_element_style": plain_style()}}])
}

/// The style Feishu prints for unstyled text.
pub(crate) fn plain_style() -> Value {
    json!({"bold": false, "inline_code": false, "italic": false, "strikethrough": false, "underline": false})
}

/// The text of a `Text` payload without any markup.
pub(crate) fn plain(payload: &Map<String, Value>) -> String {
    let mut out = String::new();
    for element in payload
        .get("elements")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        for key in ["text_run", "equation"] {
            if let Some(text) = element
                .get(key)
                .and_then(|body| body.get("content"))
                .and_then(Value::as_str)
            {
                out.push_str(text);
            }
        }
        if let Some(body) = element.get("mention_doc") {
            out.push_str(
                body.get("title")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            );
        }
        if let Some(body) = element.get("mention_user") {
            out.push('@');
            out.push_str(
                body.get("user_id")
                    .and_then(Value::as_str)
                    .unwrap_or_default(),
            );
        }
    }
    out
}
