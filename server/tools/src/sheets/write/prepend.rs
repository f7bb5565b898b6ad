//! `prepend`: new rows above others, below a header that stays in view.

use feishu::{
    FeishuError,
    api::sheets::{self as api, Update},
};

use super::{
    super::{
        a1::{Area, Span},
        book::Place,
        grid::{self, View},
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
    add::even,
    again::Memory,
    plan::{chunks, formats, is_same},
    report::{answer, form},
    rows::Rows,
    set::style,
};
use crate::{ToolError, ToolOutput};

pub(super) async fn prepend(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let rows = even(job, job.values()?)?;
    let place = job.place(job.input.range.as_deref())?;
    if chunks(&rows.cells).len() > 1 {
        return Err(ToolError::invalid(cx.say(
            "these are more rows than one call puts above a table",
            "单次在上方插入的行过多",
        ))
        .with_hint(cx.say(
            "At most 5,000 rows and 40,000 cells: make several calls, the last rows first.",
            "最多 5,000 行、40,000 个单元格：请分批进行，先插入最后的行。",
        )));
    }
    let area = area(job, &place, &rows)?;
    let before = grid::revision(cx, job.token(), &place.tab.id).await?;
    job.unchanged(before)?;
    let name = place.tab.name(&area);
    let told = |verb: &str| {
        let (count, form) = (rows.cells.len(), form(job, &rows));
        format!(
            "{verb} {count} {} {name} ({form})",
            cx.say("rows as", "行 →")
        )
    };
    if job.dry {
        let would = told(cx.say("would insert", "将插入"));
        return Ok(answer(job, &would, Vec::new()));
    }
    let json =
        |row: &Vec<super::super::cell::Written>| row.iter().map(|cell| cell.json.clone()).collect();
    // The new rows themselves may reach beyond the end of the tab.
    let above = Area {
        bottom: area.top + 1,
        ..area
    };
    let update = Update {
        range: above.range(&place.tab.id),
        values: rows.cells.iter().map(json).collect(),
    };
    let sent = send(cx, || api::prepend(&cx.feishu, job.token(), &update)).await?;
    let revision = match sent {
        Ok(updated) => updated.revision,
        Err(fault) => landed(job, &place, (area, before), &rows, fault).await?,
    };
    let styled = formats(&place.tab.id, (area.top, area.left), &rows.cells, None);
    let revision = revision.max(style(cx, job.token(), &styled).await?);
    Memory::of(*job).finish(&name);
    let revision = format!("{} {revision}", cx.say("revision", "版本"));
    let first = format!("{} · {revision}", told(cx.say("inserted", "已插入")));
    Ok(answer(job, &first, Vec::new()))
}

/// Where the new rows will be.
fn area(job: &Job<'_>, place: &Place<'_>, rows: &Rows) -> Result<Area, ToolError> {
    // A header that stays in view stays the first row.
    let top = place.span.top.unwrap_or(place.tab.frozen.0);
    let left = place.span.left.unwrap_or(0);
    let span = Span {
        top: Some(top),
        bottom: Some(top + 1),
        left: Some(left),
        right: Some(left + rows.width().max(1)),
    };
    let above = Place {
        tab: place.tab,
        span,
    };
    Ok(Area {
        bottom: top + rows.height(),
        ..above.area(job.cx)?
    })
}

/// After a failure: the revision, if the rows are there all the same.
async fn landed(
    job: &Job<'_>,
    place: &Place<'_>,
    (area, before): (Area, i64),
    rows: &Rows,
    fault: FeishuError,
) -> Result<i64, ToolError> {
    let cx = job.cx;
    if !is_unclear(&fault) {
        return Err(explain(cx, fault));
    }
    let grid = grid::fetch(cx, job.token(), &place.tab.id, area, View::Formulas).await;
    let Ok(grid) = grid else {
        return Err(explain(cx, fault).with_hint(cx.say(
            "The answer was lost, and the tab could not be looked at: read its first rows before you repeat this.",
            "未收到飞书的答复，也无法查看工作表：重试前请先读取前几行。",
        )));
    };
    let mut pairs = grid.rows.iter().zip(&rows.cells);
    let same = pairs.all(|(read, written)| written.iter().zip(read).all(|(w, r)| is_same(w, r)));
    if grid.revision == before || !same {
        return Err(explain(cx, fault).with_hint(cx.say(
            "The answer was lost. Looked at the tab: the rows are not there, so the call may be repeated.",
            "未收到飞书的答复。已查看工作表，这些行不在其中，可以重试。",
        )));
    }
    Ok(grid.revision)
}
