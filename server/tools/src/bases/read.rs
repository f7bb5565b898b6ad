//! `base_read`: what a base is made of, and records of a table: filtered, sorted, grouped, added up.
//!
//! Endpoints: `bitable.v1.app.get`, `bitable.v1.appTable.list`, `bitable.v1.appTableField.list`,
//! `bitable.v1.appTableView.list`, `bitable.v1.appTableRecord.search` and `.batchGet`. What Feishu
//! cannot judge or add up is done here, over at most 100,000 records.

pub(crate) mod condition;
pub(crate) mod links;
pub(crate) mod query;
pub(crate) mod schema;
mod show;
pub(crate) mod sums;
mod words;

use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use super::place::base;
use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, render::budget_cut};

pub(crate) struct BaseRead;

/// Tokens of a schema.
const SCHEMA_BUDGET: usize = 6_000;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    #[serde(default)]
    table: Option<String>,
    #[serde(default)]
    view: Option<String>,
    #[serde(default)]
    r#where: Option<Vec<String>>,
    #[serde(default)]
    fields: Option<Vec<String>>,
    #[serde(default)]
    sort: Option<Vec<String>>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cursor: Option<String>,
}

impl Tool for BaseRead {
    const SPEC: ToolSpec = ToolSpec {
        name: "base_read",
        title: Text::new("Read a base", "读取多维表格"),
        description: Text::new(
            "Reads a Feishu base (bitable). Without `table`: tables, fields, options, views. With \
             it: records as tab-separated lines, filtered and sorted by field names; \
             aggregates in `fields` such as count() or sum(Amount) are grouped by the other fields.",
            "读取飞书多维表格。不传 `table`：数据表、字段、选项、视图。传入后：按字段名筛选、排序的记录（制表符分隔）；`fields` 中的 count()、sum(金额) 等聚合按其余字段分组。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Link (its ?table= and &view= count), wiki link, base:TOKEN.",
                    "链接（含 ?table=、&view=）、知识库链接或 base:TOKEN。",
                ),
            ),
            ("table", Text::new("Name or id.", "名称或 id。")),
            (
                "view",
                Text::new(
                    "Name or id; its filter counts without where and sort.",
                    "名称或 id；无 where、sort 时按其筛选。",
                ),
            ),
            (
                "where",
                Text::new(
                    "Conditions such as \"Status is Done\", \"Due < today\", \"* contains x\"; first \"any\" for or. Or record ids.",
                    "条件，如“状态 is 进行中”“期望时间 < today”“* contains x”；首项为 \"any\" 表示任一。或记录 id。",
                ),
            ),
            ("fields", Text::new("Columns, aggregates.", "列、聚合。")),
            (
                "sort",
                Text::new("Columns; -Amount for descending.", "列；-金额 表示降序。"),
            ),
            (
                "limit",
                Text::new(
                    "Default 100, at most 500; 0 for the schema.",
                    "默认 100，最多 500；0 只看结构。",
                ),
            ),
            ("cursor", Text::new("From `next`.", "上次的 `next`。")),
        ],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::BasesRead),
        scopes: &["bitable:app:readonly"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let place = base(cx, &input.r#ref).await?;
        let named = input
            .table
            .as_deref()
            .is_some_and(|name| !name.trim().is_empty());
        let schema = input.limit == Some(0);
        if (named || place.names_table()) && !schema {
            return show::records(cx, &place, &input).await;
        }
        let asks = input.r#where.is_some() || input.fields.is_some() || input.sort.is_some();
        if asks && !schema {
            return show::records(cx, &place, &input).await;
        }
        let only = if named || place.names_table() {
            Some(place.table(cx, input.table.as_deref()).await?)
        } else {
            None
        };
        let text = schema::show(cx, &place, only.as_ref()).await?.join("\n");
        let (text, rest) = budget_cut(&text, SCHEMA_BUDGET);
        let mut text = text.trim_end().to_owned();
        if rest.is_some() {
            text.push_str(cx.say(
                "\n(truncated: name one `table`, with limit 0)",
                "\n（已截断：请指定 `table` 并传 limit 0）",
            ));
        }
        Ok(ToolOutput::text(text).with_target("base", place.app()))
    }
}
