//! `base_write`: makes, changes, matches and deletes records.
//!
//! Endpoints: `bitable.v1.appTableRecord.batchCreate`, `.batchUpdate`, `.batchDelete`; `.search`
//! and `.batchGet` for what is there already; `drive.v1.file.download` for a file of rows.

mod file;
mod index;
pub(crate) mod plan;
mod report;
pub(crate) mod rows;
pub(crate) mod send;
pub(crate) mod value;

use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    plan::Plan,
    rows::{Rows, Wrong},
    send::Sender,
};
use super::{
    grid::Grid,
    place::{Place, base},
};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, docs::write::key::Key, render::clean_line,
};

pub(crate) struct BaseWrite;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Create,
    Update,
    Upsert,
    Delete,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    #[serde(default)]
    table: Option<String>,
    op: Op,
    #[serde(default)]
    rows: Option<String>,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    key: Option<Vec<String>>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for BaseWrite {
    const SPEC: ToolSpec = ToolSpec {
        name: "base_write",
        title: Text::new("Write records of a base", "写入多维表格记录"),
        description: Text::new(
            "Creates, updates, upserts or deletes records of a Feishu base. Rows are CSV, tab-separated \
             text or JSON lines with field names; values as `base_read` shows them: ISO dates, people and \
             linked records by name. Bad rows are told one by one; `dry_run` shows the changes.",
            "新增、更新、按键写入或删除多维表格记录。行为 CSV、制表符文本或 JSON Lines，列名为字段名；值的写法与 `base_read` 输出一致：ISO 日期、人员与关联记录用名称。错误逐行报告；`dry_run` 预览变更。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Link, wiki link, base:TOKEN.",
                    "链接、知识库链接或 base:TOKEN。",
                ),
            ),
            ("table", Text::new("Name or id.", "名称或 id。")),
            (
                "op",
                Text::new(
                    "upsert: update where `key` fits, else create.",
                    "upsert：键匹配则更新，否则新增。",
                ),
            ),
            (
                "rows",
                Text::new(
                    "First line names fields; record_id tells the record. Empty cells stay, null clears.",
                    "首行为字段名；record_id 指明记录。空单元格不变，null 清空。",
                ),
            ),
            (
                "file",
                Text::new(
                    "Or a CSV file of the drive, up to 100,000 rows.",
                    "或云空间中的 CSV 文件，最多 10 万行。",
                ),
            ),
            (
                "key",
                Text::new(
                    "Fields that tell the record; default the primary one.",
                    "用于匹配记录的字段；默认主字段。",
                ),
            ),
            ("dry_run", Text::new("Only show.", "仅预览。")),
            (
                "idempotency_key",
                Text::new(
                    "Same key and rows: continues, doubles nothing.",
                    "相同键与行：继续执行且不重复。",
                ),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &[],
        capability: Some(Capability::BasesWrite),
        scopes: &["bitable:app"],
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
        input.op == Op::Delete && input.dry_run != Some(true)
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let place = base(cx, &input.r#ref).await?;
        let (grid, plan) = planned(cx, &place, input).await?;
        let table = clean_line(&grid.table.name, 80);
        let count = plan.steps.len();
        Ok(match cx.locale {
            Locale::En => format!("Delete {count} records of the table \"{table}\"?"),
            Locale::Zh => format!("是否删除数据表“{table}”中的 {count} 条记录？"),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let place = base(cx, &input.r#ref).await?;
        let (grid, plan) = planned(cx, &place, &input).await?;
        if input.dry_run == Some(true) {
            return Ok(report::preview(cx, &place, &grid, &plan));
        }
        if plan.steps.is_empty() && !plan.problems.is_empty() {
            return Err(report::nothing(cx, &plan));
        }
        let key = Key::given(input.idempotency_key.as_deref());
        let key = key.unwrap_or_else(|| Key::mint(cx, "rows"));
        let ignored = plan.ignored.clone();
        let sender = Sender {
            cx,
            grid: &grid,
            key: &key.text,
        };
        let done = sender.send(plan).await?;
        report::done(cx, &place, &grid, (&done, &ignored), &key).await
    }
}

/// Reads the rows and looks what is there.
async fn planned(cx: &ToolCx, place: &Place, input: &Input) -> Result<(Grid, Plan), ToolError> {
    let grid = Grid::open(cx, place, input.table.as_deref()).await?;
    let text = match (&input.rows, &input.file) {
        (Some(rows), None) => rows.clone(),
        (None, Some(file)) => file::text(cx, file).await?,
        _ => {
            return Err(ToolError::invalid(cx.say(
                "either `rows` or `file` is needed",
                "须且只能传 `rows` 或 `file` 之一",
            ))
            .with_hint(cx.say(
                "Put the rows into `rows`: a line of field names, then one line each.",
                "请将数据放入 `rows`：首行为字段名，其后每行一条。",
            )));
        }
    };
    let rows = Rows::read(&text).map_err(|wrong| unreadable(cx, wrong))?;
    let key = input.key.as_deref().unwrap_or_default();
    // What is there is read for a preview, and anyway where rows are matched.
    let compare = input.dry_run == Some(true) && matches!(input.op, Op::Update | Op::Upsert);
    let plan = plan::plan(cx, &grid, input.op, &rows, key, compare).await?;
    Ok((grid, plan))
}

fn unreadable(cx: &ToolCx, wrong: Wrong) -> ToolError {
    let message = match (wrong, cx.locale) {
        (Wrong::Empty, Locale::En) => "there are no rows".to_owned(),
        (Wrong::Empty, Locale::Zh) => "没有数据行".to_owned(),
        (Wrong::Json(row), Locale::En) => format!("row {row} is no JSON object"),
        (Wrong::Json(row), Locale::Zh) => format!("第 {row} 行不是 JSON 对象"),
        (Wrong::Wide(row), Locale::En) => {
            format!("row {row} has more cells than there are columns")
        }
        (Wrong::Wide(row), Locale::Zh) => format!("第 {row} 行的单元格多于列数"),
        (Wrong::Quote, Locale::En) => "a quote is not closed".to_owned(),
        (Wrong::Quote, Locale::Zh) => "引号未闭合".to_owned(),
        (Wrong::Names, Locale::En) => "the first line must name each column once".to_owned(),
        (Wrong::Names, Locale::Zh) => "首行须为各列命名且不重复".to_owned(),
        (Wrong::Many, Locale::En) => "more than 100,000 rows".to_owned(),
        (Wrong::Many, Locale::Zh) => "超过 10 万行".to_owned(),
    };
    ToolError::invalid(message).with_hint(cx.say(
        "Rows are CSV or tab-separated lines below a line of field names, or one JSON object per line. See `help base`.",
        "数据应为首行字段名的 CSV 或制表符文本，或每行一个 JSON 对象。参见 `help base`。",
    ))
}
