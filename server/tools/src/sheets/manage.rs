//! `sheet_manage`: spreadsheets, tabs, rows and columns, and everything around the cells.
//!
//! Endpoints: `sheets.v3.spreadsheet.create` (or a wiki page), `sheets.v2.spreadsheets`'
//! `sheets_batch_update.post`, `dimension_range.*`, `insert_dimension_range.post`,
//! `styles_batch_update.put`, `merge_cells.post`, `unmerge_cells.post`, `protected_*`,
//! `dataValidation.*`; `sheets.v3`'s `move_dimension`, `filter`, `filter_views`, `float_images`.

mod apart;
mod dropdown;
mod filter;
mod format;
mod image;
mod lines;
mod options;
mod protect;
mod tabs;

use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::options::Options;
use super::book::{self, Book, Place};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, places::files::new_sheet,
    render::clean_line,
};

pub(crate) struct SheetManage;

/// Characters of a title.
const MAX_TITLE: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Create,
    Tab,
    Move,
    Insert,
    Delete,
    Format,
    Protect,
    Filter,
    Dropdown,
    Image,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    op: Op,
    #[serde(default)]
    r#ref: Option<String>,
    #[serde(default)]
    range: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    set: Option<Vec<String>>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for SheetManage {
    const SPEC: ToolSpec = ToolSpec {
        name: "sheet_manage",
        title: Text::new("Manage a spreadsheet", "管理电子表格"),
        description: Text::new(
            "Creates spreadsheets and tabs; renames, copies, hides, freezes and deletes tabs; inserts, \
             moves, sizes, hides and deletes rows and columns; styles, number formats, merges, \
             protection, filters, filter views, dropdowns, pictures over cells. What `set` takes \
             for each op is in help topic: sheets.",
            "新建表格与工作表；重命名、复制、隐藏、冻结、删除工作表；插入、移动、调整、隐藏、删除行列；样式、数字格式、合并、保护、筛选、筛选视图、下拉列表、浮动图片。各操作的 `set` 写法见 help 的 sheets 主题。",
        ),
        args: &[
            (
                "op",
                Text::new(
                    "create: without ref a spreadsheet, with ref a tab. delete is confirmed by a person.",
                    "create：无 ref 建表格，有 ref 建工作表。delete 需人工确认。",
                ),
            ),
            (
                "ref",
                Text::new(
                    "Feishu link, sheet:TOKEN or token.",
                    "飞书链接、sheet:TOKEN 或 token。",
                ),
            ),
            (
                "range",
                Text::new(
                    "Tab, Tab!3:5 (rows), Tab!B:C (columns), Tab!A1:C5.",
                    "工作表、工作表!3:5（行）、工作表!B:C（列）、工作表!A1:C5。",
                ),
            ),
            (
                "name",
                Text::new("New title, or filter view.", "新名称，或筛选视图名。"),
            ),
            (
                "to",
                Text::new(
                    "create: folder or wiki page. move: position of the tab, or the row or column to go before.",
                    "create：文件夹或知识库页面。move：工作表位置，或移到其前的行/列。",
                ),
            ),
            (
                "set",
                Text::new(
                    "key=value, such as bold=true, fill=#FFF2CC, freeze_rows=1.",
                    "key=value，如 bold=true、fill=#FFF2CC、freeze_rows=1。",
                ),
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
            Op::Delete => Effect::Destroy,
            _ => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.dry_run != Some(true) && Self::effect(input) == Effect::Destroy
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let book = book::open(cx, reference(cx, input)?).await?;
        let job = Job::of(cx, &book, input)?;
        let title = book.title(cx).await;
        let what = tabs::what(&job)?;
        Ok(match cx.locale {
            Locale::En => format!("Delete {what} of the spreadsheet \"{title}\"?"),
            Locale::Zh => format!("是否删除表格《{title}》的{what}？"),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let named = input
            .r#ref
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        if input.op == Op::Create && named.is_none() {
            let dry = input.dry_run == Some(true);
            let (name, key) = (input.name.as_deref(), input.idempotency_key.as_deref());
            return new_sheet(cx, name, input.to.as_deref(), dry, key).await;
        }
        let book = book::open(cx, reference(cx, &input)?).await?;
        let job = Job::of(cx, &book, &input)?;
        // The others look at their own entries before they do anything.
        if matches!(input.op, Op::Create | Op::Move | Op::Insert | Op::Delete) {
            job.options.all_used(cx)?;
        }
        let _only = cx.pace.queue(cx, &book.target.token).await?;
        let done = match input.op {
            Op::Create => tabs::create(&job).await?,
            Op::Tab => tabs::change(&job).await?,
            Op::Move => tabs::shift(&job).await?,
            Op::Delete => tabs::delete(&job).await?,
            Op::Insert => lines::insert(&job).await?,
            Op::Format => format::format(&job).await?,
            Op::Protect => protect::protect(&job).await?,
            Op::Filter => filter::filter(&job).await?,
            Op::Dropdown => dropdown::dropdown(&job).await?,
            Op::Image => image::image(&job).await?,
        };
        Ok(job.answer(&done))
    }
}

fn reference<'i>(cx: &ToolCx, input: &'i Input) -> Result<&'i str, ToolError> {
    let named = input
        .r#ref
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    named.ok_or_else(|| ToolError::invalid(cx.say("`ref` is needed", "缺少 `ref`")))
}

/// One call on one spreadsheet.
struct Job<'a> {
    cx: &'a ToolCx,
    book: &'a Book,
    input: &'a Input,
    options: Options,
    dry: bool,
}

impl<'a> Job<'a> {
    fn of(cx: &'a ToolCx, book: &'a Book, input: &'a Input) -> Result<Self, ToolError> {
        Ok(Self {
            cx,
            book,
            input,
            options: Options::read(cx, input.set.as_deref().unwrap_or_default())?,
            dry: input.dry_run == Some(true),
        })
    }

    fn token(&self) -> &'a str {
        &self.book.target.token
    }

    /// Where the call works.
    fn place(&self) -> Result<Place<'a>, ToolError> {
        self.book.place(self.cx, self.input.range.as_deref())
    }

    /// The new title, if one is given.
    fn title(&self) -> Result<Option<String>, ToolError> {
        let Some(text) = self.input.name.as_deref() else {
            return Ok(None);
        };
        let title = clean_line(text, MAX_TITLE + 1);
        let banned = ['/', '\\', '?', '*', ':', '[', ']', '!'];
        if title.is_empty() || title.chars().count() > MAX_TITLE || title.contains(banned) {
            return Err(ToolError::invalid(self.cx.say(
                "a name of 1 to 100 characters without / \\ ? * : [ ] ! is needed",
                "名称需为 1–100 字，且不含 / \\ ? * : [ ] !",
            )));
        }
        Ok(Some(title))
    }

    /// A word where the call needs one.
    fn needed(&self, name: &str, value: Option<&'a str>) -> Result<&'a str, ToolError> {
        value
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| {
                ToolError::invalid(match self.cx.locale {
                    Locale::En => format!("`{name}` is needed"),
                    Locale::Zh => format!("缺少 `{name}`"),
                })
            })
    }

    fn answer(&self, done: &str) -> ToolOutput {
        let first = if self.dry {
            let dry = self
                .cx
                .say("dry run, nothing was changed", "预览，未做任何修改");
            format!("{dry}: {done}")
        } else {
            done.to_owned()
        };
        let link = self.book.target.page(self.cx);
        ToolOutput::text(format!("{first}\n{}: {link}", self.cx.say("link", "链接")))
            .with_target("sheet", self.token())
            .with_link(link, String::new())
    }
}
