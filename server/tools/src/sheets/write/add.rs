//! `append` and `prepend`: new rows. A second call makes them a second time, so a lost answer is
//! looked into before anything is repeated.

use feishu::{
    FeishuError,
    api::sheets::{self as api, Update, Updated, WRITE_COLUMNS},
};
use model::Locale;

use super::{
    super::{
        a1::{Area, Span},
        book::Place,
        cell::Written,
        grid::{self, View},
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
    again::{Earlier, Memory},
    plan::{chunks, formats, is_same},
    report::{answer, form, partial},
    rows::Rows,
    set::{progress, style},
};
use crate::{ErrorKind, ToolError, ToolOutput};

/// Rows that are read to see whether the last ones are those of a lost answer.
const LOOKED: u32 = 20_000;

pub(super) async fn append(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let rows = even(job, job.values()?)?;
    let place = job.place(job.input.range.as_deref())?;
    let table = table(job, &place, &rows)?;
    let all = rows.cells.len();
    let told = |verb: &str| {
        let (name, form) = (place.tab.name(&table), form(job, &rows));
        format!("{verb} {all} {} {name} ({form})", cx.say("rows to", "行 →"))
    };
    let memory = Memory::of(*job);
    let skip = match memory.earlier() {
        Earlier::Rows(rows) => rows.min(all),
        Earlier::Done(_) | Earlier::Nothing => 0,
    };
    if skip == 0 {
        job.unchanged(grid::revision(cx, job.token(), &place.tab.id).await?)?;
    }
    if job.dry {
        let would = told(cx.say("would append", "将追加"));
        return Ok(answer(job, &would, Vec::new()));
    }
    let mut run = Run {
        job,
        place: &place,
        table,
        done: skip,
        ranges: Vec::new(),
        revision: 0,
        notes: Vec::new(),
    };
    let rest = &rows.cells[skip..];
    for chunk in chunks(rest) {
        let part = &rest[chunk.first..chunk.first + chunk.rows];
        if let Err(why) = run.chunk(part).await {
            if run.done == 0 {
                return Err(why);
            }
            let (key, range) = (memory.key_for_rest(run.done), run.ranges.join(", "));
            return Ok(partial(job, (run.done, all), &range, &why, &key));
        }
        memory.note(run.done);
        progress(cx, run.done, all);
    }
    let range = run.ranges.join(", ");
    memory.finish(&range);
    if skip > 0 {
        run.notes.push(match cx.locale {
            Locale::En => format!("the first {skip} rows were written by the earlier call"),
            Locale::Zh => format!("前 {skip} 行已由之前的调用写入"),
        });
    }
    let revision = format!("{} {}", cx.say("revision", "版本"), run.revision);
    let first = format!(
        "{}: {range} · {revision}",
        told(cx.say("appended", "已追加"))
    );
    Ok(answer(job, &first, run.notes))
}

/// Rows of one length: there is nothing beside a short row that could be kept.
pub(super) fn even(job: &Job<'_>, mut rows: Rows) -> Result<Rows, ToolError> {
    let width = rows.cells.iter().map(Vec::len).max().unwrap_or(0);
    if width > WRITE_COLUMNS {
        return Err(ToolError::invalid(job.cx.say(
            "rows of more than 100 columns cannot be added in one go",
            "单次追加的行最多 100 列",
        ))
        .with_hint(job.cx.say(
            "Write them with op=set to the first free row.",
            "请用 op=set 写到第一个空行。",
        )));
    }
    for row in &mut rows.cells {
        row.resize(width, Written::of("", "UTC"));
    }
    Ok(rows)
}

/// The columns in which the table is looked for: those that the range names, else the first ones.
fn table(job: &Job<'_>, place: &Place<'_>, rows: &Rows) -> Result<Area, ToolError> {
    let tab = place.tab;
    let left = place.span.left.unwrap_or(0);
    let right = left + rows.width().max(1);
    if right > tab.columns {
        return Err(ToolError::invalid(match job.cx.locale {
            Locale::En => format!(
                "the rows need {right} columns, the tab {} has {}",
                tab.quoted(),
                tab.columns
            ),
            Locale::Zh => format!(
                "数据需要 {right} 列，工作表 {} 只有 {} 列",
                tab.quoted(),
                tab.columns
            ),
        })
        .with_hint(job.cx.say(
            "Add columns with sheet_manage op=insert.",
            "请先用 sheet_manage op=insert 增加列。",
        )));
    }
    let span = Span {
        bottom: None,
        left: Some(left),
        right: Some(right),
        top: Some(place.span.top.unwrap_or(0)),
    };
    span.within(tab.rows, tab.columns)
        .map_or_else(|| place.area(job.cx), Ok)
}

struct Run<'j> {
    job: &'j Job<'j>,
    place: &'j Place<'j>,
    table: Area,
    /// Rows of all that are written.
    done: usize,
    ranges: Vec<String>,
    revision: i64,
    /// What else is to be said.
    notes: Vec<String>,
}

impl Run<'_> {
    async fn chunk(&mut self, rows: &[Vec<Written>]) -> Result<(), ToolError> {
        let (cx, token) = (self.job.cx, self.job.token());
        let update = Update {
            range: self.table.range(&self.place.tab.id),
            values: rows
                .iter()
                .map(|row| row.iter().map(|cell| cell.json.clone()).collect())
                .collect(),
        };
        let before = grid::revision(cx, token, &self.place.tab.id).await?;
        let area = match send(cx, || api::append(&cx.feishu, token, &update)).await? {
            Ok(updated) => self.took(&updated),
            Err(fault) if is_unclear(&fault) => Some(self.found(rows, before, fault).await?),
            Err(fault) => return Err(explain(cx, fault)),
        };
        self.done += rows.len();
        let Some(area) = area else { return Ok(()) };
        self.table.bottom = self.table.bottom.max(area.bottom);
        self.ranges.push(self.place.tab.name(&area));
        let styled = formats(&self.place.tab.id, (area.top, area.left), rows, None);
        match style(cx, token, &styled).await {
            Ok(revision) => self.revision = self.revision.max(revision),
            // The rows are there; only how they look is not.
            Err(why) => {
                let plain = cx.say(
                    "dates of these rows are still shown as numbers (sheet_manage op=format mends it)",
                    "这些行中的日期仍显示为数字（可用 sheet_manage op=format 修正）",
                );
                self.notes.push(format!("{plain}: {}", why.message));
            }
        }
        Ok(())
    }

    /// Where Feishu says that it put them.
    fn took(&mut self, updated: &Updated) -> Option<Area> {
        self.revision = self.revision.max(updated.revision);
        let (_, cells) = updated.updated_range.rsplit_once('!')?;
        Span::read(cells)?.within(u32::MAX, u32::MAX)
    }

    /// No answer came: looks whether the rows are there.
    async fn found(
        &mut self,
        rows: &[Vec<Written>],
        before: i64,
        fault: FeishuError,
    ) -> Result<Area, ToolError> {
        let now = self.look(rows, before).await;
        match now {
            Ok(Some(area)) => {
                let lost = self.job.cx.say(
                    "Feishu's answer was lost once; the rows were found in the table and not repeated",
                    "飞书的一次答复丢失；已确认这些行在表中，未重复写入",
                );
                self.notes.push(lost.to_owned());
                Ok(area)
            }
            Ok(None) => Err(explain(self.job.cx, fault).with_hint(self.job.cx.say(
                "The answer was lost. Looked at the table: the rows are not in it, so the call may be repeated.",
                "未收到飞书的答复。已查看表格，这些行不在其中，可以重试。",
            ))),
            Err(_) => {
                let mut error = explain(self.job.cx, fault).with_hint(self.job.cx.say(
                    "The answer was lost, and the table could not be looked at: read its end before you repeat this.",
                    "未收到飞书的答复，也无法查看表格：重试前请先读取表尾。",
                ));
                error.kind = ErrorKind::Upstream;
                Err(error)
            }
        }
    }

    async fn look(
        &mut self,
        rows: &[Vec<Written>],
        before: i64,
    ) -> Result<Option<Area>, ToolError> {
        let (job, place) = (self.job, self.place);
        let book = super::super::book::open(job.cx, &job.book.target.reference()).await?;
        let tab = book.tabs.iter().find(|tab| tab.id == place.tab.id);
        let bottom = tab.map_or(place.tab.rows, |tab| tab.rows);
        let area = Area {
            bottom,
            top: self.table.top.max(bottom.saturating_sub(LOOKED)),
            ..self.table
        };
        let grid = grid::fetch(job.cx, job.token(), &place.tab.id, area, View::Formulas).await?;
        if grid.revision == before {
            return Ok(None);
        }
        self.revision = grid.revision;
        let last = grid
            .rows
            .iter()
            .rposition(|row| row.iter().any(|value| !value.is_empty()));
        let Some(first) = last.and_then(|last| (last + 1).checked_sub(rows.len())) else {
            return Ok(None);
        };
        let same = grid.rows[first..first + rows.len()]
            .iter()
            .zip(rows)
            .all(|(read, written)| {
                written
                    .iter()
                    .zip(read)
                    .all(|(written, read)| is_same(written, read))
            });
        let top = area.top + u32::try_from(first).unwrap_or(u32::MAX);
        Ok(same.then(|| Area {
            top,
            bottom: top + u32::try_from(rows.len()).unwrap_or(u32::MAX),
            ..area
        }))
    }
}
