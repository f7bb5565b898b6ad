//! Places in a document: blocks that hold something, and gaps between blocks.

use feishu::api::docx::{self, Block, BlockKind};
use model::{Capability, Locale, policy::Reason};
use serde_json::{Value, json};

use crate::{ErrorKind, ToolCx, ToolError, args::resolve::Target, render::clean_line};

/// Candidates that an ambiguity lists.
const CANDIDATES: usize = 20;

/// Makes one block in a gap. The same key makes it once.
pub(super) async fn create(
    cx: &ToolCx,
    target: &Target,
    gap: &Gap,
    new: Value,
    key: &str,
) -> Result<Block, ToolError> {
    let new = [new];
    let made = docx::create_children(&cx.feishu, &target.token, &gap.parent, gap.index, &new, key);
    let made = made.await.map_err(|fault| cx.fault(fault))?;
    let block = made.children.into_iter().next();
    block.ok_or_else(|| ToolError::internal(cx.locale))
}

/// A block by its id, or by its kind and number (`image:2`).
pub(super) async fn block(cx: &ToolCx, document: &str, at: &str) -> Result<Block, ToolError> {
    let at = at.trim().trim_start_matches('#');
    if let Some((word, number)) = at.split_once(':') {
        let kinds = kinds_of(word).ok_or_else(|| no_spot(cx))?;
        let number: usize = number.trim().parse().map_err(|_no| no_spot(cx))?;
        let all = of_kinds(cx, document, kinds).await?;
        let count = all.len();
        let found = number.checked_sub(1).and_then(|at| all.into_iter().nth(at));
        return found.ok_or_else(|| {
            ToolError::new(
                ErrorKind::NotFound,
                match cx.locale {
                    Locale::En => {
                        format!("the document has {count} of this kind, no {word}:{number}")
                    }
                    Locale::Zh => format!("文档中此类块共 {count} 个，没有 {word}:{number}"),
                },
            )
        });
    }
    let found = docx::one_block(&cx.feishu, document, at).await;
    found.map_err(|fault| {
        let error = cx.fault(fault);
        match error.kind {
            ErrorKind::NotFound | ErrorKind::Invalid => error.with_hint(cx.say(
                "Take block ids from doc_read with format=md+ids, or count: image:1, file:1, \
                 board:1.",
                "块 id 可用 doc_read 的 format=md+ids 获取，也可按序号：image:1、file:1、board:1。",
            )),
            _ => error,
        }
    })
}

/// The only block of some kinds.
pub(super) async fn only(
    cx: &ToolCx,
    document: &str,
    kinds: &[BlockKind],
) -> Result<Block, ToolError> {
    let mut all = of_kinds(cx, document, kinds).await?;
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say(
                "the document holds nothing of this kind",
                "文档中没有此类内容",
            ),
        )),
        many => {
            let candidates: Vec<Value> = numbered(&all).into_iter().take(CANDIDATES).collect();
            Err(ToolError::new(
                ErrorKind::Ambiguous,
                match cx.locale {
                    Locale::En => format!("the document holds {many} of them"),
                    Locale::Zh => format!("文档中共有 {many} 个"),
                },
            )
            .with_hint(cx.say("Choose one with `at`.", "请用 `at` 选择其一。"))
            .with_detail("candidates", candidates))
        }
    }
}

/// `image:1 · block id · name` of each.
fn numbered(blocks: &[Block]) -> Vec<Value> {
    let mut counts = [0_usize; 3];
    let lines = blocks.iter().map(|block| {
        let (word, slot) = match block.kind() {
            Some(BlockKind::Image) => ("image", 0),
            Some(BlockKind::File) => ("file", 1),
            _ => ("board", 2),
        };
        counts[slot] += 1;
        let name = clean_line(block.field("name").unwrap_or_default(), 80);
        let gap = if name.is_empty() { "" } else { " · " };
        json!(format!(
            "{word}:{} · {}{gap}{name}",
            counts[slot], block.block_id
        ))
    });
    lines.collect()
}

fn kinds_of(word: &str) -> Option<&'static [BlockKind]> {
    Some(match word.trim() {
        "image" => &[BlockKind::Image],
        "file" => &[BlockKind::File],
        "board" => &[BlockKind::Board],
        _ => return None,
    })
}

async fn of_kinds(
    cx: &ToolCx,
    document: &str,
    kinds: &[BlockKind],
) -> Result<Vec<Block>, ToolError> {
    let all = docx::blocks(&cx.feishu, document, -1).await;
    let mut all = all.map_err(|fault| cx.fault(fault))?.items;
    all.retain(|block| block.kind().is_some_and(|kind| kinds.contains(&kind)));
    Ok(all)
}

fn no_spot(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say(
        "`at` is a block id, or image:N, file:N, board:N",
        "`at` 应为块 id，或 image:N、file:N、board:N",
    ))
}

/// A gap where a new block goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) parent: String,
    /// Among the children; -1 is the end.
    pub(super) index: i64,
}

/// The end of a document.
pub(super) fn end(document: &str) -> Gap {
    Gap {
        parent: document.to_owned(),
        index: -1,
    }
}

/// The gap behind a block.
pub(super) async fn behind(cx: &ToolCx, document: &str, block: &Block) -> Result<Gap, ToolError> {
    if block.parent_id.is_empty() {
        return Ok(end(document));
    }
    let parent = docx::one_block(&cx.feishu, document, &block.parent_id).await;
    let parent = parent.map_err(|fault| cx.fault(fault))?;
    let at = parent.children.iter().position(|id| *id == block.block_id);
    let index = at.and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(-1);
    Ok(Gap {
        parent: parent.block_id,
        index,
    })
}

/// New blocks change the document, whatever they hold.
pub(super) fn may_write(cx: &ToolCx) -> Result<(), ToolError> {
    if cx.facts.capabilities.contains(&Capability::DocsWrite) {
        return Ok(());
    }
    Err(ToolError::refused(Reason::CapabilityOff, cx.locale))
}

/// The token in a block that holds a picture, a file or a board.
pub(super) fn token(block: &Block) -> Option<&str> {
    block.field("token").filter(|token| !token.is_empty())
}

/// A page that shows a block.
pub(super) fn page(cx: &ToolCx, target: &Target, block: &str) -> String {
    format!("{}#{block}", target.page(cx))
}
