//! `doc_table`: cells, rows, columns and merges of a table in a document.
//!
//! Endpoints: `docx.v1.documentBlock.batchUpdate` (`insert_table_row`, `insert_table_column`,
//! `delete_table_rows`, `delete_table_columns`, `merge_table_cells`, `unmerge_table_cells`), and the
//! write engine for what is in the cells. Feishu adds one row or column with each call.

mod change;
mod find;
mod frame;
mod range;

use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::frame::Frame;
pub(crate) use self::range::Area;
use super::{
    read::document,
    write::{doc::Doc, job::Job, key::Key},
};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, args::resolve::resolve, render::clean_line,
};

pub(crate) struct DocTable;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    SetCells,
    AddRows,
    AddColumns,
    DeleteRows,
    DeleteColumns,
    Merge,
    Unmerge,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    #[serde(default)]
    table: Option<String>,
    op: Op,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    values: Option<Vec<Vec<String>>>,
    #[serde(default)]
    base_revision: Option<i64>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for DocTable {
    const SPEC: ToolSpec = ToolSpec {
        name: "doc_table",
        title: Text::new("Change a table in a document", "修改文档中的表格"),
        description: Text::new(
            "Changes a table inside a Feishu document (not a spreadsheet): cell contents, rows, \
             columns, merged cells. Cells are named as in a spreadsheet: A1 is the first, B2:C4 a \
             range, 3 or 3:5 rows, B or B:C columns. Values are Markdown.",
            "修改飞书文档内的表格（非电子表格）：单元格内容、行、列、合并。单元格按 A1、B2:C4 命名，3 或 3:5 为行，B 或 B:C 为列。值为 Markdown。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link, docx:TOKEN or token.",
                    "飞书链接、docx:TOKEN 或 token。",
                ),
            ),
            (
                "table",
                Text::new(
                    "Block id, or its number in the document; default 1.",
                    "块 id，或文档中的第几个表格；默认 1。",
                ),
            ),
            ("op", Text::new("What to do.", "操作。")),
            (
                "at",
                Text::new(
                    "First cell (set_cells), row or column to add before (default: the end), range to delete or merge.",
                    "起始单元格（set_cells）、插入位置之后的行或列（默认末尾）、要删除或合并的范围。",
                ),
            ),
            ("values", Text::new("Rows of cells.", "按行给出的单元格。")),
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
        capability: Some(Capability::DocsWrite),
        scopes: &["docx:document"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        match input.op {
            Op::DeleteRows | Op::DeleteColumns => Effect::Destroy,
            _ => Effect::Write,
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        input.dry_run != Some(true) && Self::effect(input) == Effect::Destroy
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let doc = Doc::load(cx, &target.token).await?;
        let title = doc.title();
        let at = clean_line(input.at.as_deref().unwrap_or_default(), 40);
        let table = clean_line(input.table.as_deref().unwrap_or("1"), 40);
        Ok(match (input.op, cx.locale) {
            (Op::DeleteColumns, Locale::En) => {
                format!("Delete the columns {at} of table {table} in \"{title}\"?")
            }
            (Op::DeleteColumns, Locale::Zh) => {
                format!("是否删除《{title}》中表格 {table} 的列 {at}？")
            }
            (_, Locale::En) => format!("Delete the rows {at} of table {table} in \"{title}\"?"),
            (_, Locale::Zh) => format!("是否删除《{title}》中表格 {table} 的行 {at}？"),
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = document(cx, resolve(cx, &input.r#ref).await?)?;
        let job = Job {
            document: &target.token,
            base: input.base_revision,
            key: Key::given(input.idempotency_key.as_deref()),
            digest: format!(
                "table {:?} {:?} {:?} {:?}",
                input.table, input.op, input.at, input.values
            ),
        };
        if input.op == Op::SetCells {
            return change::set_cells(cx, &target, &job, &input).await;
        }
        let frame = Frame {
            cx,
            target: &target,
            job: &job,
            input: &input,
        };
        frame.change().await
    }
}
