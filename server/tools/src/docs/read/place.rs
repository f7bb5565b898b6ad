//! From what a caller calls a place to the pieces that it means.

use std::ops::Range;

use super::{super::outline, page::Page};
use crate::{ErrorKind, ToolCx, ToolError, render::clean_line};

impl Page {
    /// The piece of a block; of a block inside a piece (a cell of a table), the piece around it.
    pub(super) fn piece_of(&self, id: &str) -> Option<usize> {
        let mut id = id;
        for _ in 0..40 {
            if let Some(index) = self.pieces.iter().position(|piece| piece.id == id) {
                return Some(index);
            }
            let block = self.blocks.iter().find(|block| block.block_id == id)?;
            // The page itself is no piece.
            if block.parent_id.is_empty() {
                return None;
            }
            id = &block.parent_id;
        }
        None
    }

    /// The section that `at` names: a heading or a block.
    pub(super) fn section(&self, cx: &ToolCx, at: Option<&str>) -> Result<Range<usize>, ToolError> {
        let Some(at) = at else {
            return Err(ToolError::invalid(cx.say(
                "view=section needs `at`: a heading or a block id",
                "view=section 需要 `at`：标题或块 id",
            ))
            .with_hint(cx.say(
                "See the headings with view=outline.",
                "用 view=outline 查看标题。",
            )));
        };
        Ok(self.around(self.index(cx, at)?))
    }

    /// `FROM..TO`, each a heading or a block; an empty one is the document's end on that side. A
    /// heading at the end brings its section.
    pub(super) fn range(&self, cx: &ToolCx, at: Option<&str>) -> Result<Range<usize>, ToolError> {
        let ends = at.and_then(|at| at.split_once(".."));
        let Some((from, to)) = ends.map(|(from, to)| (from.trim(), to.trim())) else {
            return Err(ToolError::invalid(cx.say(
                "view=range needs `at` as FROM..TO",
                "view=range 需要 `at`，格式为 起点..终点",
            ))
            .with_hint(cx.say(
                "Each is a heading or a block id; leave one empty for the start or end.",
                "两端为标题或块 id，留空表示开头或结尾。",
            )));
        };
        let start = if from.is_empty() {
            0
        } else {
            self.index(cx, from)?
        };
        let end = if to.is_empty() {
            self.pieces.len()
        } else {
            let last = self.index(cx, to)?;
            if self.is_heading(last) {
                outline::section(&self.pieces, last).end
            } else {
                last + 1
            }
        };
        if start < end {
            return Ok(start..end);
        }
        Err(ToolError::invalid(cx.say(
            "the end of the range stands before its start",
            "终点在起点之前",
        ))
        .with_hint(cx.say("Change them around.", "请交换两端。")))
    }

    /// The section of a heading; of another block, from there to the next heading.
    fn around(&self, index: usize) -> Range<usize> {
        if self.is_heading(index) {
            outline::section(&self.pieces, index)
        } else {
            outline::own_part(&self.pieces, index)
        }
    }

    fn is_heading(&self, index: usize) -> bool {
        self.pieces
            .get(index)
            .is_some_and(|piece| piece.heading.is_some())
    }

    /// The piece that a heading's text or a block id names.
    fn index(&self, cx: &ToolCx, at: &str) -> Result<usize, ToolError> {
        if let Some(index) = self.piece_of(outline::bare_id(at)) {
            return Ok(index);
        }
        let wanted = at.trim_start_matches('#').trim().to_lowercase();
        let headings: Vec<(usize, &str)> = self
            .pieces
            .iter()
            .enumerate()
            .filter_map(|(index, piece)| Some((index, piece.heading.as_ref()?.1.as_str())))
            .collect();
        let matching = |test: &dyn Fn(&str) -> bool| -> Vec<(usize, &str)> {
            headings
                .iter()
                .filter(|(_, title)| test(&title.to_lowercase()))
                .copied()
                .collect()
        };
        let mut found = matching(&|title| title == wanted);
        if found.is_empty() {
            found = matching(&|title| title.contains(&wanted));
        }
        match found.as_slice() {
            [(index, _)] => Ok(*index),
            [] => Err(ToolError::new(
                ErrorKind::NotFound,
                format!(
                    "{}: {}",
                    cx.say("no such heading", "没有该标题"),
                    clean_line(at, 80)
                ),
            )
            .with_hint(cx.say(
                "Take one of these headings, or view=find for text.",
                "请选择以下标题之一，或用 view=find 查找文字。",
            ))
            .with_detail("candidates", self.candidates(&headings))),
            several => Err(ToolError::new(
                ErrorKind::Ambiguous,
                cx.say("several headings fit", "有多个匹配的标题"),
            )
            .with_hint(cx.say("Pass the id of one as `at`.", "请将其中一个 id 传给 `at`。"))
            .with_detail("candidates", self.candidates(several))),
        }
    }

    fn candidates(&self, some: &[(usize, &str)]) -> Vec<String> {
        some.iter()
            .take(20)
            .filter_map(|(index, title)| {
                let id = &self.pieces.get(*index)?.id;
                Some(format!("{} {{#{id}}}", clean_line(title, 80)))
            })
            .collect()
    }
}
