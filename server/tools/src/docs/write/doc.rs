//! A document as it was loaded: its blocks by id, at one revision.

use std::collections::HashMap;

use feishu::api::docx::{self, Block, BlockKind};
use serde_json::{Map, Value, json};

use super::super::markdown::render::{Names, Style, join, plain_text, render};
use crate::{ToolCx, ToolError, render::clean_line};

/// All blocks of a document at one revision.
#[derive(Debug, Clone)]
pub(crate) struct Doc {
    /// The document, and its root block.
    pub(crate) id: String,
    pub(crate) revision: i64,
    /// Ids in the order of reading.
    pub(crate) order: Vec<String>,
    blocks: HashMap<String, Block>,
}

impl Doc {
    /// Loads the newest revision.
    ///
    /// # Errors
    /// Feishu's, and [`crate::ErrorKind::Invalid`] for a document that is too long to be loaded.
    pub(crate) async fn load(cx: &ToolCx, document: &str) -> Result<Self, ToolError> {
        let head = docx::get(&cx.feishu, document)
            .await
            .map_err(|fault| cx.fault(fault))?;
        Self::load_at(cx, document, head.revision_id).await
    }

    /// Loads a given revision.
    ///
    /// # Errors
    /// As [`Self::load`]; [`crate::ErrorKind::Conflict`] when Feishu no longer has the revision.
    pub(crate) async fn load_at(
        cx: &ToolCx,
        document: &str,
        revision: i64,
    ) -> Result<Self, ToolError> {
        cx.check()?;
        let blocks = docx::blocks(&cx.feishu, document, revision)
            .await
            .map_err(|fault| cx.fault(fault))?;
        if blocks.truncated {
            return Err(ToolError::invalid(cx.say(
                "the document has more than 20,000 blocks, which is too long to be changed here",
                "文档超过 20,000 个块，无法在此修改",
            ))
            .with_hint(cx.say("Divide it in Feishu.", "请先在飞书中拆分文档。")));
        }
        Ok(Self::of(document, revision, blocks.items))
    }

    /// The document of these blocks.
    pub(crate) fn of(document: &str, revision: i64, items: Vec<Block>) -> Self {
        let order = items.iter().map(|block| block.block_id.clone()).collect();
        let blocks = items
            .into_iter()
            .map(|block| (block.block_id.clone(), block))
            .collect();
        Self {
            id: document.to_owned(),
            revision,
            order,
            blocks,
        }
    }

    /// A document in which nothing has been written yet.
    pub(crate) fn empty(document: &str, revision: i64) -> Self {
        let page = block(document, "", BlockKind::Page, Map::new(), &[]);
        Self::of(document, revision, page.into_iter().collect())
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Block> {
        self.blocks.get(id)
    }

    pub(crate) fn children(&self, id: &str) -> &[String] {
        self.blocks
            .get(id)
            .map_or(&[], |block| block.children.as_slice())
    }

    pub(crate) fn kind(&self, id: &str) -> Option<BlockKind> {
        self.blocks.get(id)?.kind()
    }

    /// The block above, as the tree says it.
    pub(crate) fn parent(&self, id: &str) -> Option<&str> {
        let parent = self.blocks.get(id)?.parent_id.as_str();
        self.blocks.contains_key(parent).then_some(parent)
    }

    /// The elements of a block of text, as Feishu printed them.
    pub(crate) fn elements(&self, id: &str) -> Option<&[Value]> {
        let elements = self.blocks.get(id)?.body()?.get("elements")?;
        elements.as_array().map(Vec::as_slice)
    }

    pub(crate) fn title(&self) -> String {
        let page = self.blocks.get(&self.id).and_then(Block::text);
        page.map(|text| clean_line(&plain_text(text, &Names::new()), 200))
            .unwrap_or_default()
    }

    /// A block and all below it, in the order of reading.
    pub(crate) fn below(&self, root: &str) -> Vec<&Block> {
        let mut found = Vec::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Some(block) = self.blocks.get(id) {
                found.push(block);
                stack.extend(block.children.iter().rev().map(String::as_str));
            }
        }
        found
    }

    /// The Markdown of some siblings.
    pub(crate) fn markdown_of(&self, ids: &[String]) -> String {
        let page = block("page", "", BlockKind::Page, Map::new(), ids);
        let mut blocks: Vec<Block> = page.into_iter().collect();
        for id in ids {
            blocks.extend(self.below(id).into_iter().cloned());
        }
        join(&render(&blocks, &Names::new(), Style::default()))
    }

    /// All blocks, in the order of reading.
    pub(crate) fn all(&self) -> Vec<Block> {
        self.below(&self.id).into_iter().cloned().collect()
    }

    /// The first words of a block, for messages.
    pub(crate) fn excerpt(&self, id: &str) -> String {
        clean_line(&self.markdown_of(&[id.to_owned()]), 80)
    }
}

/// A block as Feishu would print it; `None` cannot happen for a known kind.
pub(crate) fn block(
    id: &str,
    parent: &str,
    kind: BlockKind,
    body: Map<String, Value>,
    children: &[String],
) -> Option<Block> {
    let mut printed = json!({
        "block_id": id,
        "parent_id": parent,
        "block_type": kind.number(),
        "children": children,
    });
    printed
        .as_object_mut()?
        .insert(kind.key().to_owned(), Value::Object(body));
    serde_json::from_value(printed).ok()
}
