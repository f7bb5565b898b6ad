//! `sheet_read`: cells of a spreadsheet as a compact table, found text, or what lies around the
//! cells.
//!
//! Endpoints: `sheets.v3.spreadsheetSheet.query` for the tabs,
//! `sheets.v2.spreadsheets.values_batch_get.get` for the cells, `sheets.v3.spreadsheetSheet.find`,
//! and for the layout the reading endpoints of protections, filters, filter views, dropdowns,
//! conditional formats and pictures. Feishu does not tell fonts and colours of cells.

mod found;
mod layout;
mod table;

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{book, grid::View};
use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec};

pub(crate) struct SheetRead;

/// How the cells are seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shown {
    #[default]
    Values,
    Formatted,
    Formulas,
    Layout,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    #[serde(default)]
    range: Option<String>,
    #[serde(default, rename = "as")]
    shown: Option<Shown>,
    #[serde(default)]
    find: Option<String>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

impl Tool for SheetRead {
    const SPEC: ToolSpec = ToolSpec {
        name: "sheet_read",
        title: Text::new("Read a spreadsheet", "读取电子表格"),
        description: Text::new(
            "Reads a Feishu spreadsheet as tab-separated rows with row numbers and column letters: \
             the whole first tab, or a range. Dates are ISO 8601; a leading ' marks text that looks \
             like a number or formula. find lists the rows that hold a text. help topic: sheets.",
            "读取飞书电子表格，返回带行号、列字母的制表符分隔行。日期为 ISO 8601；前缀 ' 表示文本。详见 help 的 sheets 主题。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link (also a wiki page), sheet:TOKEN or token.",
                    "飞书链接（含知识库页面）、sheet:TOKEN 或 token。",
                ),
            ),
            (
                "range",
                Text::new(
                    "Tab!A1:C5, Tab, A1:C5, B:D, 3:5, A2:C; default the first tab.",
                    "工作表!A1:C5、工作表、A1:C5、B:D、3:5、A2:C；默认第一个工作表。",
                ),
            ),
            (
                "as",
                Text::new(
                    "values (default), formatted (as people see it), formulas, layout (merges, protection, filters, dropdowns, pictures).",
                    "values（默认）、formatted（显示效果）、formulas、layout（合并、保护、筛选、图片等）。",
                ),
            ),
            (
                "find",
                Text::new("Text to look for in the range.", "在范围内查找的文本。"),
            ),
            ("limit", Text::new("Most rows.", "最多行数。")),
            (
                "cursor",
                Text::new("`next` of the last answer.", "上次结果中的 `next`。"),
            ),
        ],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::SheetsRead),
        scopes: &["sheets:spreadsheet:readonly"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let book = book::open(cx, &input.r#ref).await?;
        let place = book.place(cx, input.range.as_deref())?;
        let shown = input.shown.unwrap_or_default();
        let find = input.find.as_deref().filter(|text| !text.is_empty());
        if shown != Shown::Layout && !place.tab.is_grid {
            return Err(ToolError::invalid(cx.say(
                "this tab is an embedded base or board and has no cells",
                "该工作表是嵌入的多维表格或其他内容，没有单元格",
            )));
        }
        let output = match (shown, find) {
            (Shown::Layout, _) => layout::layout(cx, &book, place).await?,
            (shown, Some(text)) => {
                found::found(cx, &book, place, shown.view(), text, input.limit).await?
            }
            (shown, None) => {
                let asked = table::Asked {
                    view: shown.view(),
                    limit: input.limit,
                    cursor: input.cursor.as_deref(),
                    whole_book: input.range.is_none(),
                };
                table::table(cx, &book, place, &asked).await?
            }
        };
        let title = place.tab.title.clone();
        let link = format!("{}?sheet={}", book.target.page(cx), place.tab.id);
        Ok(output
            .with_target("sheet", &book.target.token)
            .with_link(link, title))
    }
}

impl Shown {
    const fn view(self) -> View {
        match self {
            Self::Values | Self::Layout => View::Values,
            Self::Formatted => View::Formatted,
            Self::Formulas => View::Formulas,
        }
    }
}
