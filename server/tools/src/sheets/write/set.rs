//! `set`, `batch` and `clear`: what the cells hold afterwards is given, so that the same call
//! twice is the same as once.

use feishu::api::sheets::{self as api, Axis, LINES};
use model::Locale;

use super::{
    super::{
        a1::Area,
        book::{Place, Tab},
        cell::Written,
        grid::{self, Grid, View},
        refusal::explain,
        send::send,
    },
    Job,
    again::Memory,
    plan::{chunks, formats, updates},
    report::{Overwritten, answer, form, overwritten, partial},
    rows::{self, Rows},
};
use crate::{ToolCx, ToolError, ToolOutput};

/// Cells that are compared with what is written into them.
const COMPARED: u64 = 60_000;
/// Cells that one value can fill.
const FILLED: u64 = 50_000;
/// Ranges of a batch.
const RANGES: usize = 50;

/// Values and where they go.
struct Part<'a> {
    tab: &'a Tab,
    area: Area,
    rows: Rows,
    /// What was there; `None` where it was not looked at.
    before: Option<Grid>,
}

pub(super) async fn set(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let rows = job.values()?;
    let part = part(job, job.input.range.as_deref(), rows).await?;
    write(job, vec![part]).await
}

pub(super) async fn batch(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let blocks = rows::blocks(job.input.values.as_deref().unwrap_or_default());
    if blocks.is_empty() || blocks.len() > RANGES {
        return Err(ToolError::invalid(cx.say(
            "a batch has 1 to 50 ranges, each begun by a line `>> Tab!B2`",
            "batch 需包含 1–50 个范围，每个以一行 `>> 工作表!B2` 开头",
        )));
    }
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (range, text) in &blocks {
        let one = part(job, Some(range), rows::read(cx, text)?).await?;
        let twice = parts
            .iter()
            .any(|known| known.tab.id == one.tab.id && known.area.meets(&one.area));
        if twice {
            return Err(ToolError::invalid(match cx.locale {
                Locale::En => format!(
                    "{} lies over another range of the batch",
                    one.tab.name(&one.area)
                ),
                Locale::Zh => format!("{} 与 batch 中的其他范围重叠", one.tab.name(&one.area)),
            }));
        }
        parts.push(one);
    }
    write(job, parts).await
}

/// Where values go, and what is there now.
async fn part<'a>(job: &Job<'a>, range: Option<&str>, rows: Rows) -> Result<Part<'a>, ToolError> {
    let cx = job.cx;
    let place = job.place(range)?;
    let rows = filled(cx, &place, rows)?;
    let (top, left) = (place.span.top.unwrap_or(0), place.span.left.unwrap_or(0));
    let area = Area {
        top,
        left,
        bottom: top.saturating_add(rows.height()),
        right: left.saturating_add(rows.width()),
    };
    fits(cx, &place, &area)?;
    uncovered(cx, place.tab, &area, &rows)?;
    let inside = place.tab.inside(&area);
    let before = match inside.filter(|inside| inside.cells() <= COMPARED) {
        Some(inside) => {
            Some(grid::fetch(cx, job.token(), &place.tab.id, inside, View::Formulas).await?)
        }
        None => None,
    };
    if let Some(before) = &before {
        job.unchanged(before.revision)?;
    }
    Ok(Part {
        tab: place.tab,
        area,
        rows,
        before,
    })
}

/// One value for a range with both corners fills it.
fn filled(cx: &ToolCx, place: &Place<'_>, rows: Rows) -> Result<Rows, ToolError> {
    let (Some(cells), 1, 1) = (place.span.cells(), rows.height(), rows.width()) else {
        return Ok(rows);
    };
    if cells > FILLED {
        return Err(ToolError::invalid(cx.say(
            "one value can fill at most 50,000 cells",
            "一个值最多可填充 50,000 个单元格",
        )));
    }
    let Some(area) = place.span.within(u32::MAX, u32::MAX) else {
        return Ok(rows);
    };
    let value = rows.cells.first().and_then(|row| row.first()).cloned();
    let size = |count: u32| usize::try_from(count).unwrap_or(0);
    let row = vec![value.unwrap_or_else(|| Written::of("", "UTC")); size(area.columns())];
    Ok(Rows {
        cells: vec![row; size(area.rows())],
        form: rows.form,
    })
}

/// A range with a corner at its end must hold the values.
fn fits(cx: &ToolCx, place: &Place<'_>, area: &Area) -> Result<(), ToolError> {
    let over = |end: Option<u32>, needed: u32| end.is_some_and(|end| needed > end);
    let is_cell = place.span.cells() == Some(1);
    if is_cell || !(over(place.span.bottom, area.bottom) || over(place.span.right, area.right)) {
        return Ok(());
    }
    Err(ToolError::invalid(match cx.locale {
        Locale::En => format!(
            "the values have {} rows and {} columns and do not fit the range",
            area.rows(),
            area.columns()
        ),
        Locale::Zh => format!(
            "数据为 {} 行 {} 列，超出指定范围",
            area.rows(),
            area.columns()
        ),
    })
    .with_hint(format!(
        "{} {}",
        cx.say(
            "Name only the first cell, or the whole of",
            "请只写首格，或写完整范围"
        ),
        place.tab.name(area)
    )))
}

/// Nothing may be written where a merged cell hides it.
fn uncovered(cx: &ToolCx, tab: &Tab, area: &Area, rows: &Rows) -> Result<(), ToolError> {
    for merge in tab.merges.iter().filter(|merge| merge.meets(area)) {
        for (row, cells) in (area.top..).zip(&rows.cells) {
            for (column, cell) in (area.left..).zip(cells) {
                let covered = merge.meets(&Area {
                    top: row,
                    bottom: row + 1,
                    left: column,
                    right: column + 1,
                });
                if covered && (row, column) != (merge.top, merge.left) && cell.json != "" {
                    let name = super::super::a1::cell_name(row, column);
                    return Err(ToolError::invalid(match cx.locale {
                        Locale::En => format!("{name} lies under the merged cell {} and would not be seen", merge.name()),
                        Locale::Zh => format!("{name} 被合并单元格 {} 覆盖，内容不可见", merge.name()),
                    })
                    .with_hint(cx.say(
                        "Write into its first cell, leave the others empty, or unmerge it with sheet_manage.",
                        "请写入首格并将其余留空，或用 sheet_manage 取消合并。",
                    )));
                }
            }
        }
    }
    Ok(())
}

async fn write(job: &Job<'_>, parts: Vec<Part<'_>>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let names: Vec<String> = parts.iter().map(|part| part.tab.name(&part.area)).collect();
    let names = names.join(", ");
    let cells: usize = parts.iter().map(|part| part.rows.count()).sum();
    let kinds: Vec<String> = parts.iter().map(|part| form(job, &part.rows)).collect();
    let told = |verb: &str| {
        let unit = cx.say("cells:", "个单元格：");
        format!("{verb} {cells} {unit} {names} ({})", kinds.join(" | "))
    };
    let more = notes(job, &parts);
    if job.dry {
        return Ok(answer(job, &told(cx.say("would write", "将写入")), more));
    }
    let mut run = Run {
        job,
        done: 0,
        all: parts.iter().map(|part| part.rows.cells.len()).sum(),
        revision: 0,
    };
    let memory = Memory::of(*job);
    for part in &parts {
        if let Err(why) = run.part(part).await {
            if run.done == 0 {
                return Err(why);
            }
            // The same values go to the same cells: the whole call is repeated.
            let key = memory.key_for_rest(0);
            return Ok(partial(job, (run.done, run.all), &names, &why, &key));
        }
    }
    memory.finish(&names);
    let revision = format!("{} {}", cx.say("revision", "版本"), run.revision);
    let first = format!("{} · {revision}", told(cx.say("wrote", "已写入")));
    Ok(answer(job, &first, more))
}

/// What else is to be said: a tab that grows, and what is overwritten.
fn notes(job: &Job<'_>, parts: &[Part<'_>]) -> Vec<String> {
    let cx = job.cx;
    let (mut lost, mut notes) = (Overwritten::nothing(), Vec::new());
    for part in parts {
        let from = (part.area.top, part.area.left);
        match &part.before {
            Some(before) => lost.add(overwritten(job, before, from, &part.rows.cells)),
            None if part.area.cells() > COMPARED => {
                let large = cx.say(
                    "too large to compare with what was there",
                    "范围过大，未与原内容比较",
                );
                notes.push(large.to_owned());
            }
            None => {}
        }
        let (rows, columns) = part.tab.missing(&part.area);
        if rows > 0 || columns > 0 {
            let tab = part.tab.quoted();
            notes.push(match cx.locale {
                Locale::En => format!("{tab} grows by {rows} rows and {columns} columns"),
                Locale::Zh => format!("{tab} 增加 {rows} 行 {columns} 列"),
            });
        }
    }
    lost.tell(job, &mut notes);
    notes
}

struct Run<'j> {
    job: &'j Job<'j>,
    done: usize,
    all: usize,
    revision: i64,
}

impl Run<'_> {
    async fn part(&mut self, part: &Part<'_>) -> Result<(), ToolError> {
        let (cx, token) = (self.job.cx, self.job.token());
        grow(cx, token, part.tab, &part.area).await?;
        let from = (part.area.top, part.area.left);
        for chunk in chunks(&part.rows.cells) {
            let rows = &part.rows.cells[chunk.first..chunk.first + chunk.rows];
            let top = from.0 + u32::try_from(chunk.first).unwrap_or(u32::MAX);
            let updates = updates(&part.tab.id, (top, from.1), rows);
            let put = send(cx, || api::put(&cx.feishu, token, &updates)).await?;
            let (revision, _) = put.map_err(|fault| explain(cx, fault))?;
            self.revision = self.revision.max(revision);
            self.done += chunk.rows;
            progress(cx, self.done, self.all);
        }
        let styled = formats(&part.tab.id, from, &part.rows.cells, part.before.as_ref());
        self.revision = self.revision.max(style(cx, token, &styled).await?);
        Ok(())
    }
}

pub(super) fn progress(cx: &ToolCx, done: usize, all: usize) {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    cx.progress.send(
        count(done),
        Some(count(all)),
        cx.say("rows written", "已写入行"),
    );
}

/// Sets number formats; gives the revision.
pub(super) async fn style(
    cx: &ToolCx,
    token: &str,
    styled: &[Vec<api::Styled>],
) -> Result<i64, ToolError> {
    let mut revision = 0;
    for one in styled {
        let done = send(cx, || api::style(&cx.feishu, token, one)).await?;
        revision = done.map_err(|fault| explain(cx, fault))?;
    }
    Ok(revision)
}

/// Makes the grid large enough.
async fn grow(cx: &ToolCx, token: &str, tab: &Tab, area: &Area) -> Result<(), ToolError> {
    let (rows, columns) = tab.missing(area);
    for (axis, mut count) in [(Axis::Rows, rows), (Axis::Columns, columns)] {
        while count > 0 {
            let step = count.min(LINES);
            let done = send(cx, || {
                api::append_lines(&cx.feishu, (token, &tab.id), axis, step)
            })
            .await?;
            done.map_err(|fault| explain(cx, fault))?;
            count -= step;
        }
    }
    Ok(())
}

pub(super) async fn clear(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let place = job.place(job.input.range.as_deref())?;
    job.judged(&place)?;
    let area = place.area(cx)?;
    let before = grid::fetch(cx, job.token(), &place.tab.id, area, View::Formulas).await?;
    job.unchanged(before.revision)?;
    let name = place.tab.name(&area);
    let filled = before.filled();
    if filled == 0 {
        let first = format!("{name} {}", cx.say("holds nothing", "没有内容"));
        return Ok(answer(job, &first, Vec::new()));
    }
    // Only rows that hold something, as far as they do.
    let rows: Vec<Vec<Written>> = before
        .rows
        .iter()
        .map(|row| {
            let last = row.iter().rposition(|value| !value.is_empty());
            vec![Written::of("", "UTC"); last.map_or(0, |last| last + 1)]
        })
        .collect();
    let lost = overwritten(job, &before, (area.top, area.left), &rows);
    let mut more = Vec::new();
    lost.tell(job, &mut more);
    let told = |verb: &str| format!("{verb} {filled} {} {name}", cx.say("cells:", "个单元格："));
    if job.dry {
        return Ok(answer(job, &told(cx.say("would empty", "将清空")), more));
    }
    let mut done = 0;
    for chunk in chunks(&rows) {
        let part = &rows[chunk.first..chunk.first + chunk.rows];
        let top = area.top + u32::try_from(chunk.first).unwrap_or(u32::MAX);
        let updates = updates(&place.tab.id, (top, area.left), part);
        if updates.is_empty() {
            continue;
        }
        let put = send(cx, || api::put(&cx.feishu, job.token(), &updates)).await?;
        match put {
            Ok(_) => done += chunk.rows,
            Err(fault) if done == 0 => return Err(explain(cx, fault)),
            Err(fault) => {
                let why = explain(cx, fault);
                let key = Memory::of(*job).key_for_rest(0);
                return Ok(partial(job, (done, rows.len()), &name, &why, &key));
            }
        }
        progress(cx, done, rows.len());
    }
    Ok(answer(job, &told(cx.say("emptied", "已清空")), more))
}
