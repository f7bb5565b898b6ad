//! Where a comment goes: a block of a document, a cell of a sheet.

use feishu::api::{docx, sheets};

use super::super::{markdown::render::plain_text, outline};
use crate::{
    ErrorKind, ToolCx, ToolError,
    args::{kind::Kind, resolve::Target},
    render::clean_line,
};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Feishu's anchor: a block id, or `SHEET_ID!B2`.
    pub(super) anchor: String,
    /// Its first words.
    pub(super) quote: String,
    /// Threads that are there; `None` when Feishu does not tell.
    pub(super) threads: Option<Vec<String>>,
}

/// Finds the place that `at` names.
pub(super) async fn place(cx: &ToolCx, target: &Target, at: &str) -> Result<Place, ToolError> {
    match target.kind {
        Kind::Docx => block(cx, target, at).await,
        Kind::Sheet => cell(cx, target, at).await,
        _ => Err(ToolError::invalid(cx.say(
            "`at` works in documents and sheets only",
            "`at` 仅支持文档与电子表格",
        ))
        .with_hint(cx.say(
            "Leave it out to comment on the whole.",
            "不传 `at` 即为全文评论。",
        ))),
    }
}

async fn block(cx: &ToolCx, target: &Target, at: &str) -> Result<Place, ToolError> {
    let blocks = docx::blocks(&cx.feishu, &target.token, -1)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let id = outline::bare_id(at);
    let names = std::collections::HashMap::new();
    let words = |block: &docx::Block| {
        block
            .text()
            .map(|text| plain_text(text, &names))
            .unwrap_or_default()
    };
    let here = |block: &docx::Block| Place {
        anchor: block.block_id.clone(),
        quote: clean_line(&words(block), 80),
        threads: Some(block.comment_ids.clone()),
    };
    if let Some(block) = blocks.items.iter().find(|block| block.block_id == id) {
        return Ok(here(block));
    }
    let wanted = at.trim_matches(['"', '“', '”']).to_lowercase();
    let found: Vec<&docx::Block> = blocks
        .items
        .iter()
        .skip(1)
        .filter(|block| words(block).to_lowercase().contains(&wanted))
        .collect();
    match found.as_slice() {
        [block] => Ok(here(block)),
        [] => Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say("no block has this id or text", "没有块匹配该 id 或文字"),
        )
        .with_hint(cx.say(
            "Find the place with doc_read view=find, and pass the block id.",
            "请用 doc_read 的 view=find 定位，并传入块 id。",
        ))
        .with_detail("candidates", headings(&blocks.items))),
        several => Err(ToolError::new(
            ErrorKind::Ambiguous,
            cx.say("the text occurs in several blocks", "该文字出现在多个块中"),
        )
        .with_hint(cx.say("Pass the id of one as `at`.", "请将其中一个 id 传给 `at`。"))
        .with_detail(
            "candidates",
            several
                .iter()
                .take(10)
                .map(|block| format!("{{#{}}} {}", block.block_id, clean_line(&words(block), 80)))
                .collect::<Vec<_>>(),
        )),
    }
}

fn headings(blocks: &[docx::Block]) -> Vec<String> {
    outline::pieces(blocks)
        .iter()
        .filter_map(|piece| {
            Some(format!(
                "{{#{}}} {}",
                piece.id,
                clean_line(&piece.heading.as_ref()?.1, 80)
            ))
        })
        .take(10)
        .collect()
}

/// `TAB!B2`, by the tab's title or id; `B2` alone is the first tab's.
async fn cell(cx: &ToolCx, target: &Target, at: &str) -> Result<Place, ToolError> {
    let (tab, cell) = at.rsplit_once('!').unwrap_or(("", at));
    let tab = tab.trim().trim_matches('\'');
    let Some(cell) = cell_name(cell) else {
        return Err(ToolError::invalid(cx.say(
            "in a sheet `at` names one cell",
            "电子表格中 `at` 需为单个单元格",
        ))
        .with_hint("Sheet1!B2"));
    };
    let tabs = sheets::tabs(&cx.feishu, &target.token)
        .await
        .map_err(|fault| cx.fault(fault))?;
    let found = if tab.is_empty() {
        tabs.first()
    } else {
        tabs.iter()
            .find(|one| one.sheet_id == tab || one.title == tab)
    };
    let Some(found) = found else {
        let candidates: Vec<String> = tabs
            .iter()
            .take(20)
            .map(|one| format!("{} {}", one.sheet_id, clean_line(&one.title, 80)))
            .collect();
        return Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say("the sheet has no such tab", "没有该工作表"),
        )
        .with_detail("candidates", candidates));
    };
    Ok(Place {
        anchor: format!("{}!{cell}", found.sheet_id),
        quote: format!("{}!{cell}", clean_line(&found.title, 80)),
        threads: None,
    })
}

/// A cell's name without dollar signs, in capitals.
fn cell_name(text: &str) -> Option<String> {
    let name: String = text
        .trim()
        .chars()
        .filter(|c| *c != '$')
        .collect::<String>()
        .to_ascii_uppercase();
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = name.get(letters..)?;
    let fits = (1..=3).contains(&letters)
        && (1..=7).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::cell_name;

    #[test]
    fn a_cell_is_one_cell() {
        assert_eq!(cell_name(" $b$12 ").as_deref(), Some("B12"));
        for wrong in ["", "B", "12", "B0", "A1:B2", "ABCD1", "B2x", "表1"] {
            assert_eq!(cell_name(wrong), None, "{wrong}");
        }
    }
}
