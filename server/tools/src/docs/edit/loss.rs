//! What a call would take away without saying so: a replacement that leaves out a picture, a board, a
//! table, a file, or much text.

use std::collections::HashSet;

use feishu::api::docx::{Block, BlockKind};
use model::Locale;

use super::{apply_all, ops::Edit};
use crate::{
    ToolCx,
    docs::write::{doc::Doc, draft::Draft, rules},
};

/// So many blocks may become fewer without a question: a section is written shorter.
const UNASKED: usize = 20;

/// What is lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// Names of kinds in both languages, with how many of each.
    things: Vec<(&'static str, &'static str, usize)>,
    /// By how many blocks the document gets smaller.
    blocks: usize,
}

impl Loss {
    /// What the operations take away, if it is worth a question. Operations that do not fit take
    /// nothing away: the call itself says why.
    pub(super) fn of(cx: &ToolCx, doc: &Doc, ops: &[Edit]) -> Option<Self> {
        let mut draft = Draft::of(doc);
        apply_all(cx, &mut draft, ops).ok()?;
        Self::between(&doc.all(), &draft.after())
    }

    fn between(before: &[Block], after: &[Block]) -> Option<Self> {
        let ids = |blocks: &[Block]| -> HashSet<String> {
            blocks.iter().map(|block| block.block_id.clone()).collect()
        };
        let (old, left) = (ids(before), ids(after));
        let mut things: Vec<(&str, &str, usize)> = Vec::new();
        let gone = before.iter().filter(|one| !left.contains(&one.block_id));
        for (en, zh) in gone.filter_map(thing) {
            match things.iter_mut().find(|known| known.0 == en) {
                Some((_, _, count)) => *count += 1,
                None => things.push((en, zh, 1)),
            }
        }
        // A table that is written anew is still a table; other things are not made from words.
        let tables = |block: &&Block| block.kind() == Some(BlockKind::Table);
        let new = after.iter().filter(|one| !old.contains(&one.block_id));
        let new = new.filter(tables).count();
        if let Some((_, _, count)) = things.iter_mut().find(|known| known.0 == TABLE.0) {
            *count = count.saturating_sub(new);
        }
        things.retain(|(_, _, count)| *count > 0);
        let blocks = before.len().saturating_sub(after.len());
        (!things.is_empty() || blocks > UNASKED).then_some(Self { things, blocks })
    }

    /// In the words of a question.
    pub(super) fn words(&self, cx: &ToolCx) -> String {
        let things = self.things.iter().map(|(en, zh, count)| match cx.locale {
            Locale::En => format!("{en} ×{count}"),
            Locale::Zh => format!("{zh}×{count}"),
        });
        let blocks = (self.blocks > UNASKED).then(|| match cx.locale {
            Locale::En => format!("{} blocks in all", self.blocks),
            Locale::Zh => format!("共 {} 个块", self.blocks),
        });
        let all: Vec<String> = things.chain(blocks).collect();
        all.join(", ")
    }
}

const TABLE: (&str, &str) = ("table", "表格");

/// The name of what cannot be written again from its words.
fn thing(block: &Block) -> Option<(&'static str, &'static str)> {
    Some(match block.kind() {
        Some(BlockKind::Image) => ("image", "图片"),
        Some(BlockKind::File) => ("file", "文件"),
        Some(BlockKind::Board) => ("board", "画板"),
        Some(BlockKind::Table) => TABLE,
        Some(BlockKind::Sheet) => ("spreadsheet", "电子表格"),
        Some(BlockKind::Bitable) => ("base", "多维表格"),
        Some(kind) if rules::is_text(kind) => return None,
        Some(
            BlockKind::Page
            | BlockKind::Divider
            | BlockKind::Callout
            | BlockKind::QuoteContainer
            | BlockKind::Grid
            | BlockKind::GridColumn
            | BlockKind::TableCell
            | BlockKind::View,
        ) => return None,
        _ => ("embedded object", "嵌入内容"),
    })
}
