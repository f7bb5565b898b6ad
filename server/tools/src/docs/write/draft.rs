//! Changes to a loaded document, before anything is sent.

use std::collections::{BTreeMap, HashMap};

use feishu::api::docx::{Block, BlockKind};
use serde_json::{Map, Value};

use super::{
    super::markdown::compile::Built,
    doc::{Doc, block},
};

/// A child of a block: one that is there, or a new one.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Old(String),
    New(Box<Built>),
}

impl Item {
    pub(crate) fn is(&self, id: &str) -> bool {
        matches!(self, Self::Old(known) if known == id)
    }
}

/// Other text of a block, and the fields of its style that change with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewText {
    pub(crate) elements: Vec<Value>,
    pub(crate) style: Map<String, Value>,
    /// Feishu's numbers of the fields of the style.
    pub(crate) fields: Vec<u8>,
}

/// The document as it will be.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'d> {
    pub(crate) doc: &'d Doc,
    pub(super) lists: HashMap<String, Vec<Item>>,
    pub(super) texts: BTreeMap<String, NewText>,
    /// Temporary ids given so far.
    pub(crate) next: usize,
}

impl<'d> Draft<'d> {
    /// Nothing has changed yet.
    pub(crate) fn of(doc: &'d Doc) -> Self {
        Self {
            doc,
            lists: HashMap::new(),
            texts: BTreeMap::new(),
            next: 0,
        }
    }

    /// The children of a block, to be changed.
    pub(crate) fn list(&mut self, parent: &str) -> &mut Vec<Item> {
        let doc = self.doc;
        self.lists.entry(parent.to_owned()).or_insert_with(|| {
            let children = doc.children(parent).iter();
            children.map(|id| Item::Old(id.clone())).collect()
        })
    }

    /// Whether a block of the loaded document is still in its place.
    pub(crate) fn is_alive(&self, id: &str) -> bool {
        let mut at = id;
        while at != self.doc.id {
            let Some(parent) = self.doc.parent(at) else {
                return false;
            };
            if let Some(list) = self.lists.get(parent)
                && !list.iter().any(|item| item.is(at))
            {
                return false;
            }
            at = parent;
        }
        true
    }

    /// Whether nothing has changed in a block and below it.
    pub(crate) fn is_as_loaded(&self, id: &str) -> bool {
        self.doc.below(id).into_iter().all(|block| {
            let id = &block.block_id;
            !self.texts.contains_key(id) && !self.lists.contains_key(id)
        })
    }

    /// The siblings of the loaded document that are still there.
    pub(crate) fn siblings(&self, parent: &str) -> Vec<String> {
        match self.lists.get(parent) {
            Some(list) => list
                .iter()
                .filter_map(|item| match item {
                    Item::Old(id) => Some(id.clone()),
                    Item::New(_) => None,
                })
                .collect(),
            None => self.doc.children(parent).to_vec(),
        }
    }

    /// The elements of a block as they will be.
    pub(crate) fn elements(&self, id: &str) -> Option<&[Value]> {
        match self.texts.get(id) {
            Some(text) => Some(&text.elements),
            None => self.doc.elements(id),
        }
    }

    /// Gives a block other elements.
    pub(crate) fn set_elements(&mut self, id: &str, elements: Vec<Value>) {
        let text = self.texts.entry(id.to_owned()).or_insert_with(|| NewText {
            elements: Vec::new(),
            style: Map::new(),
            fields: Vec::new(),
        });
        text.elements = elements;
    }

    /// Gives a block another value of a field of its style.
    pub(crate) fn set_style(&mut self, id: &str, (number, name): (u8, &str), value: Value) {
        let elements = self.elements(id).unwrap_or_default().to_vec();
        let text = self.texts.entry(id.to_owned()).or_insert_with(|| NewText {
            elements,
            style: Map::new(),
            fields: Vec::new(),
        });
        text.style.insert(name.to_owned(), value);
        if !text.fields.contains(&number) {
            text.fields.push(number);
        }
    }

    /// Puts new blocks right after a block, behind those that were put there before.
    pub(crate) fn insert_after(&mut self, parent: &str, id: &str, new: Vec<Built>) {
        let list = self.list(parent);
        let Some(at) = list.iter().position(|item| item.is(id)) else {
            return;
        };
        let more = list[at + 1..]
            .iter()
            .take_while(|item| matches!(item, Item::New(_)))
            .count();
        put(list, at + 1 + more, new);
    }

    /// Puts new blocks right before a block.
    pub(crate) fn insert_before(&mut self, parent: &str, id: &str, new: Vec<Built>) {
        let list = self.list(parent);
        if let Some(at) = list.iter().position(|item| item.is(id)) {
            put(list, at, new);
        }
    }

    /// Puts new blocks at a place among the children; at the end without one.
    pub(crate) fn insert_at(&mut self, parent: &str, index: Option<i64>, new: Vec<Built>) {
        let list = self.list(parent);
        let index = index.and_then(|index| usize::try_from(index).ok());
        let index = index.map_or(list.len(), |index| index.min(list.len()));
        put(list, index, new);
    }

    /// Puts new blocks at the end of a block.
    pub(crate) fn append(&mut self, parent: &str, new: Vec<Built>) {
        let list = self.list(parent);
        let end = list.len();
        put(list, end, new);
    }

    /// Takes children away.
    pub(crate) fn remove(&mut self, parent: &str, ids: &[String]) {
        self.list(parent)
            .retain(|item| !matches!(item, Item::Old(id) if ids.contains(id)));
    }

    /// The blocks as they will be, in the order of reading.
    pub(crate) fn after(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut stack = vec![Item::Old(self.doc.id.clone())];
        while let Some(item) = stack.pop() {
            match item {
                Item::Old(id) => {
                    let Some(known) = self.doc.get(&id) else {
                        continue;
                    };
                    let items: Vec<Item> = match self.lists.get(&id) {
                        Some(list) => list.clone(),
                        None => known.children.iter().cloned().map(Item::Old).collect(),
                    };
                    blocks.push(self.printed(known, items.iter().map(id_of).collect()));
                    stack.extend(items.into_iter().rev());
                }
                Item::New(built) => {
                    let body = built.block.payload.as_object().cloned();
                    let ids = built.children.iter();
                    let ids: Vec<String> = ids.map(|child| child.block.block_id.clone()).collect();
                    let (id, kind) = (&built.block.block_id, built.block.kind);
                    blocks.extend(block(id, "", kind, body.unwrap_or_default(), &ids));
                    let children = built.children.into_iter().rev();
                    stack.extend(children.map(|child| Item::New(Box::new(child))));
                }
            }
        }
        blocks
    }

    fn printed(&self, known: &Block, children: Vec<String>) -> Block {
        let mut copy = match (self.texts.get(&known.block_id), known.kind()) {
            (Some(text), Some(kind)) => {
                let mut body = known.body().cloned().unwrap_or_default();
                body.insert("elements".to_owned(), Value::from(text.elements.clone()));
                if let Some(Value::Object(style)) = body.get_mut("style") {
                    style.extend(text.style.clone());
                }
                block(&known.block_id, &known.parent_id, kind, body, &[])
                    .unwrap_or_else(|| known.clone())
            }
            _ => known.clone(),
        };
        copy.children = children;
        copy
    }
}

fn put(list: &mut Vec<Item>, at: usize, new: Vec<Built>) {
    let new = new.into_iter().map(|built| Item::New(Box::new(built)));
    list.splice(at..at, new);
}

fn id_of(item: &Item) -> String {
    match item {
        Item::Old(id) => id.clone(),
        Item::New(built) => built.block.block_id.clone(),
    }
}

/// An empty paragraph, for what must not be empty.
pub(super) fn empty_text(next: &mut usize) -> Built {
    *next += 1;
    Built::leaf(
        format!("n{next}"),
        BlockKind::Text,
        serde_json::json!({ "elements": [{ "text_run": { "content": "" } }] }),
    )
}
