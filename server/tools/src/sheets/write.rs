//! `sheet_write`: puts values into cells, adds rows, empties cells, replaces text.
//!
//! Endpoints: `sheets.v2.spreadsheets.values_batch_update.post`, `values_append.post`,
//! `values_prepend.post`, `styles_batch_update.put` for the number formats of dates,
//! `dimension_range.post` where the grid is too small, `sheets.v3.spreadsheetSheet.find` and
//! `.replace`. Feishu keeps no idempotency keys here: what a key has done is remembered for an
//! hour, and the key of a partial answer says how far it came, so that it works anywhere.

mod add;
mod again;
mod plan;
mod prepend;
mod replace;
mod report;
mod rows;
mod set;

use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::again::Memory;
use super::{
    a1::Span,
    book::{self, Book, Place},
};
use crate::{ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, render::clean_line};

pub(crate) struct SheetWrite;

/// Cells that may be emptied or searched for replacement without a person's agreement.
const SMALL: u64 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Set,
    Append,
    Prepend,
    Batch,
    Clear,
    Replace,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    op: Op,
    #[serde(default)]
    range: Option<String>,
    #[serde(default, deserialize_with = "rows::lenient")]
    values: Option<String>,
    #[serde(default)]
    find: Option<String>,
    #[serde(default)]
    base_revision: Option<i64>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for SheetWrite {
    const SPEC: ToolSpec = ToolSpec {
        name: "sheet_write",
        title: Text::new("Write a spreadsheet", "写入电子表格"),
        description: Text::new(
            "Writes cells of a Feishu spreadsheet: set (overwrites from the first cell on), append \
             (rows below the table), prepend (rows above), batch (several ranges), clear, replace \
             text. Values: lines with tabs, CSV or JSON rows; =formula, ISO dates, 12%, \
             [text](url), ' keeps text. help topic: sheets.",
            "写入飞书电子表格：set（从首格起覆盖）、append（表尾追加行）、prepend（上方插入行）、batch（多个范围）、clear（清空）、replace（替换文本）。值：制表符分隔行、CSV 或 JSON 行；=公式、ISO 日期、12%、[文字](链接)，' 保留为文本。详见 help 的 sheets 主题。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link, sheet:TOKEN or token.",
                    "飞书链接、sheet:TOKEN 或 token。",
                ),
            ),
            (
                "op",
                Text::new(
                    "Clearing or replacing in more than 100 cells is confirmed by a person.",
                    "清空或替换超过 100 个单元格需人工确认。",
                ),
            ),
            (
                "range",
                Text::new(
                    "Tab!B2, Tab!A1:C5, Tab; default the first tab.",
                    "工作表!B2、工作表!A1:C5、工作表；默认第一个工作表。",
                ),
            ),
            (
                "values",
                Text::new(
                    "Rows. batch: each range on a line >> Tab!B2, its rows below. replace: the new text.",
                    "按行给出。batch：每个范围以一行 >> 工作表!B2 开头，下接数据行。replace：新文本。",
                ),
            ),
            (
                "find",
                Text::new("replace: the old text.", "replace：旧文本。"),
            ),
            (
                "base_revision",
                Text::new("Revision you read.", "所读取的版本。"),
            ),
            ("dry_run", Text::new("Only check.", "仅检查预览。")),
            (
                "idempotency_key",
                Text::new("Same key, same call.", "相同键视为同一调用。"),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &[],
        capability: Some(Capability::SheetsWrite),
        scopes: &["sheets:spreadsheet"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::Clear | Op::Replace if !is_small(input.range.as_deref()) => Effect::Destroy,
            _ => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.dry_run != Some(true) && Self::effect(input) == Effect::Destroy
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let book = book::open(cx, &input.r#ref).await?;
        let place = book.place(cx, input.range.as_deref())?;
        let title = book.title(cx).await;
        let range = place.tab.name(&place.area(cx)?);
        let words = |text: &Option<String>| clean_line(text.as_deref().unwrap_or_default(), 80);
        Ok(match (input.op, cx.locale) {
            (Op::Replace, Locale::En) => format!(
                "Replace every \"{}\" by \"{}\" in {range} of the spreadsheet \"{title}\"?",
                words(&input.find),
                words(&input.values)
            ),
            (Op::Replace, Locale::Zh) => format!(
                "是否将表格《{title}》中 {range} 的全部“{}”替换为“{}”？",
                words(&input.find),
                words(&input.values)
            ),
            (_, Locale::En) => format!("Empty the cells {range} of the spreadsheet \"{title}\"?"),
            (_, Locale::Zh) => format!("是否清空表格《{title}》中 {range} 的内容？"),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let book = book::open(cx, &input.r#ref).await?;
        let job = Job {
            cx,
            book: &book,
            input: &input,
            dry: input.dry_run == Some(true),
        };
        let _only = cx.pace.queue(cx, &book.target.token).await?;
        let earlier = Memory::of(job).earlier();
        let output = match input.op {
            _ if !job.dry && earlier.is_done() => report::again(&job, &earlier),
            Op::Set => set::set(&job).await?,
            Op::Batch => set::batch(&job).await?,
            Op::Clear => set::clear(&job).await?,
            Op::Append => add::append(&job).await?,
            Op::Prepend => prepend::prepend(&job).await?,
            Op::Replace => replace::replace(&job).await?,
        };
        let link = book.target.page(cx);
        Ok(output
            .with_target("sheet", &book.target.token)
            .with_link(link, String::new()))
    }
}

/// Whether a range says itself that it is small. A tab without cells is not.
fn is_small(range: Option<&str>) -> bool {
    let text = range.unwrap_or_default();
    let cells = text.rsplit_once('!').map_or(text, |(_, cells)| cells);
    Span::read(cells)
        .and_then(|span| span.cells())
        .is_some_and(|cells| cells <= SMALL)
}

/// One call.
#[derive(Clone, Copy)]
struct Job<'a> {
    cx: &'a ToolCx,
    book: &'a Book,
    input: &'a Input,
    dry: bool,
}

impl<'a> Job<'a> {
    fn token(&self) -> &'a str {
        &self.book.target.token
    }

    /// Where the call works: a tab with cells.
    fn place(&self, range: Option<&str>) -> Result<Place<'a>, ToolError> {
        let place = self.book.place(self.cx, range)?;
        if place.tab.is_grid {
            return Ok(place);
        }
        Err(ToolError::invalid(self.cx.say(
            "this tab is an embedded base or board and has no cells",
            "该工作表是嵌入的多维表格或其他内容，没有单元格",
        )))
    }

    /// What destroys was judged by the range as it was written; it must not turn out to be more.
    fn judged(&self, place: &Place<'_>) -> Result<(), ToolError> {
        let range = self.input.range.as_deref();
        let small = place.span.cells().is_some_and(|cells| cells <= SMALL);
        if small || !is_small(range) {
            return Ok(());
        }
        Err(ToolError::invalid(self.cx.say(
            "this is the name of a tab and of a cell at once",
            "该名称既是工作表又是单元格",
        ))
        .with_hint(match self.cx.locale {
            Locale::En => format!("Write the range as {}!A1:C5.", place.tab.quoted()),
            Locale::Zh => format!("请写成 {}!A1:C5 的形式。", place.tab.quoted()),
        }))
    }

    /// The values that this operation cannot do without.
    fn values(&self) -> Result<rows::Rows, ToolError> {
        rows::read(self.cx, self.input.values.as_deref().unwrap_or_default())
    }

    /// Refuses when the spreadsheet is not as it was read.
    fn unchanged(&self, revision: i64) -> Result<(), ToolError> {
        match self.input.base_revision {
            Some(base) if base != revision => Err(ToolError::new(
                ErrorKind::Conflict,
                match self.cx.locale {
                    Locale::En => {
                        format!("the spreadsheet has revision {revision} now, not {base}")
                    }
                    Locale::Zh => format!("表格当前版本为 {revision}，而非 {base}"),
                },
            )
            .with_hint(self.cx.say(
                "Read the range again, and write on what it holds now.",
                "请重新读取该范围，再基于当前内容写入。",
            ))
            .with_detail("revision", revision)),
            _ => Ok(()),
        }
    }
}
