//! The table that is meant, and its cells.

use feishu::api::docx::BlockKind;
use model::Locale;
use serde_json::Value;

use super::{Input, range::Area};
use crate::{ErrorKind, ToolCx, ToolError, docs::write::doc::Doc, render::clean_line};

/// A table of a loaded document.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Table {
    /// Finds it by block id, or by its number in the order of reading.
    pub(super) fn find(cx: &ToolCx, doc: &Doc, wanted: Option<&str>) -> Result<Self, ToolError> {
        let wanted = wanted.map(str::trim).filter(|text| !text.is_empty());
        let wanted = wanted.unwrap_or("1");
        let id = wanted.trim_matches(|c| matches!(c, '{' | '}' | '#'));
        let is_table = |id: &&String| doc.kind(id) == Some(BlockKind::Table);
        let all: Vec<&String> = doc.order.iter().filter(is_table).collect();
        let by_number = wanted
            .parse::<usize>()
            .ok()
            .and_then(|number| all.get(number.checked_sub(1)?).copied());
        let found = all.iter().find(|known| **known == id).copied();
        let Some(id) = found.or(by_number) else {
            let candidates: Vec<String> = all
                .iter()
                .enumerate()
                .take(20)
                .map(|(at, id)| format!("{} · {id} · {}", at + 1, doc.excerpt(id)))
                .collect();
            let count = all.len();
            return Err(ToolError::new(
                ErrorKind::NotFound,
                match cx.locale {
                    Locale::En => format!("no such table; the document has {count}"),
                    Locale::Zh => format!("没有该表格；文档中共有 {count} 个"),
                },
            )
            .with_hint(cx.say(
                "Pass the number or block id of a candidate.",
                "请传入候选项的序号或块 id。",
            ))
            .with_detail("candidates", candidates));
        };
        let body = doc.get(id).and_then(|block| block.body());
        let size = |name: &str| {
            body.and_then(|body| body.get("property")?.get(name)?.as_u64())
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or(0)
        };
        let (rows, columns) = (size("row_size"), size("column_size"));
        if columns == 0 || doc.children(id).len() != rows * columns {
            return Err(ToolError::new(
                ErrorKind::Upstream,
                cx.say(
                    "Feishu described this table wrongly",
                    "飞书返回的表格结构异常",
                ),
            ));
        }
        Ok(Self {
            id: id.clone(),
            rows,
            columns,
        })
    }

    /// The block of a cell.
    pub(super) fn cell<'d>(&self, doc: &'d Doc, row: usize, column: usize) -> Option<&'d str> {
        let place = row * self.columns + column;
        doc.children(&self.id).get(place).map(String::as_str)
    }

    /// The cell that shows what is in this place: of merged cells, only the first is seen.
    pub(super) fn hidden(&self, doc: &Doc, row: usize, column: usize) -> bool {
        let info = doc
            .get(&self.id)
            .and_then(|block| block.body()?.get("property")?.get("merge_info")?.as_array());
        let Some(info) = info else { return false };
        let span = |place: usize, name: &str| {
            info.get(place)
                .and_then(|one| one.get(name).and_then(Value::as_u64))
                .and_then(|span| usize::try_from(span).ok())
                .unwrap_or(1)
        };
        (0..=row).any(|top| {
            (0..=column).any(|left| {
                let place = top * self.columns + left;
                (top, left) != (row, column)
                    && top + span(place, "row_span") > row
                    && left + span(place, "col_span") > column
            })
        })
    }
}

/// The place that the call names.
pub(super) fn area(cx: &ToolCx, input: &Input) -> Result<Option<Area>, ToolError> {
    let Some(text) = input
        .at
        .as_deref()
        .map(str::trim)
        .filter(|at| !at.is_empty())
    else {
        return Ok(None);
    };
    Area::read(text).map(Some).ok_or_else(|| {
        let shown = clean_line(text, 40);
        ToolError::invalid(match cx.locale {
            Locale::En => format!("\"{shown}\" names no cells"),
            Locale::Zh => format!("“{shown}”不是单元格范围"),
        })
        .with_hint(cx.say(
            "A1, B2:C4, rows 3 or 3:5, columns B or B:C.",
            "如 A1、B2:C4、行 3 或 3:5、列 B 或 B:C。",
        ))
    })
}

pub(super) fn outside(cx: &ToolCx, table: &Table) -> ToolError {
    let (rows, columns) = (table.rows, table.columns);
    ToolError::invalid(match cx.locale {
        Locale::En => {
            format!("this is outside of the table, which has {rows} rows and {columns} columns")
        }
        Locale::Zh => format!("超出表格范围：共 {rows} 行 {columns} 列"),
    })
    .with_hint(cx.say(
        "Use add_rows or add_columns first.",
        "请先用 add_rows 或 add_columns 扩展。",
    ))
}
