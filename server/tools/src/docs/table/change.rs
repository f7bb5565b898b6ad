//! Changing what is in the cells of a table.

use model::Locale;

use super::{
    Input,
    find::{Table, area, outside},
    range::{Area, name},
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::resolve::Target,
    docs::{
        edit::set_content,
        markdown::tree::Warnings,
        write::{
            diff,
            doc::Doc,
            draft::Draft,
            job::Job,
            report::{changed, rehearsed},
        },
    },
};

/// Cells of one call.
const MAX_CELLS: usize = 2000;

pub(super) fn values<'i>(cx: &ToolCx, input: &'i Input) -> Result<&'i [Vec<String>], ToolError> {
    let values = input.values.as_deref().unwrap_or_default();
    let cells: usize = values.iter().map(Vec::len).sum();
    if cells > MAX_CELLS {
        return Err(ToolError::invalid(cx.say(
            "more than 2,000 cells in one call",
            "一次调用超过 2,000 个单元格",
        )));
    }
    Ok(values)
}

/// Puts values into cells, from one cell on.
pub(super) fn filled(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    table: &Table,
    (row, column): (usize, usize),
    values: &[Vec<String>],
    warnings: &mut Warnings,
) -> Result<usize, ToolError> {
    let mut count = 0;
    for (down, line) in values.iter().enumerate() {
        for (right, value) in line.iter().enumerate() {
            let (row, column) = (row + down, column + right);
            if row >= table.rows || column >= table.columns {
                return Err(outside(cx, table));
            }
            if table.hidden(draft.doc, row, column) {
                if value.trim().is_empty() {
                    continue;
                }
                let cell = name(row, column);
                return Err(ToolError::invalid(match cx.locale {
                    Locale::En => format!("{cell} lies under a merged cell and would not be seen"),
                    Locale::Zh => format!("{cell} 被合并单元格覆盖，内容不可见"),
                })
                .with_hint(cx.say(
                    "Write into the first cell of the merge, or unmerge it.",
                    "请写入合并区域的首个单元格，或先取消合并。",
                )));
            }
            let cell = table
                .cell(draft.doc, row, column)
                .unwrap_or_default()
                .to_owned();
            set_content(cx, draft, &cell, value, warnings)?;
            count += 1;
        }
    }
    Ok(count)
}

type Told = (Vec<String>, Warnings);

pub(super) async fn set_cells(
    cx: &ToolCx,
    target: &Target,
    job: &Job<'_>,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let values = values(cx, input)?;
    if values.is_empty() {
        return Err(ToolError::invalid(
            cx.say("`values` is missing", "缺少 `values`"),
        ));
    }
    let from = match area(cx, input)? {
        None => (0, 0),
        Some(Area { rows, columns }) => (
            rows.map_or(0, |rows| rows.start),
            columns.map_or(0, |columns| columns.start),
        ),
    };
    let draft_on = |doc: &Doc| -> Result<(super::super::write::plan::Plan, Told), ToolError> {
        let mut draft = Draft::of(doc);
        let told = draft_cells(cx, &mut draft, input, from, values)?;
        Ok((draft.plan(), told))
    };
    if input.dry_run == Some(true) {
        let doc = job.rehearse(cx).await?;
        let mut draft = Draft::of(&doc);
        let (told, warnings) = draft_cells(cx, &mut draft, input, from, values)?;
        let plan = draft.plan();
        let diff = diff::blocks(
            cx,
            &doc.all(),
            &draft.after(),
            &std::collections::HashMap::new(),
        );
        let (title, now) = (doc.title(), doc.revision);
        return Ok(rehearsed(
            cx,
            target,
            (&title, now),
            (&plan, &diff),
            &told,
            &warnings,
        ));
    }
    let outcome = job.carry_out(cx, draft_on).await?;
    let (told, warnings) = &outcome.told;
    Ok(changed(cx, target, &outcome, told, warnings))
}

fn draft_cells(
    cx: &ToolCx,
    draft: &mut Draft<'_>,
    input: &Input,
    from: (usize, usize),
    values: &[Vec<String>],
) -> Result<Told, ToolError> {
    let mut warnings = Warnings::default();
    let table = Table::find(cx, draft.doc, input.table.as_deref())?;
    let count = filled(cx, draft, &table, from, values, &mut warnings)?;
    let line = format!("set_cells {} ×{count}", name(from.0, from.1));
    Ok((vec![line], warnings))
}
