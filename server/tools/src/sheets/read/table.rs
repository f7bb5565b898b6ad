//! Cells as lines: a line of column letters, then rows with their numbers.

use model::Locale;

use super::super::{
    a1::{Area, column_name},
    book::{Book, Place},
    cell::Value,
    grid::{self, View},
};
use crate::{ToolCx, ToolError, ToolOutput};

/// Tokens of an answer.
const BUDGET: usize = 6_000;
/// Tokens of an answer with more rows asked for.
const CAP: usize = 18_000;
/// Most rows that can be asked for.
const LIMIT: u32 = 5_000;
/// Cells that are fetched before it is looked how many lines they give.
const CHUNK: u64 = 20_000;
/// Calls of one answer: a tab that is empty for long is read on by the next.
const CALLS: usize = 12;
/// Merged ranges that are told.
const MERGES: usize = 20;

/// What the caller asked for.
pub(super) struct Asked<'a> {
    pub(super) view: View,
    pub(super) limit: Option<u32>,
    pub(super) cursor: Option<&'a str>,
    /// No range was given.
    pub(super) whole_book: bool,
}

/// Rows in the making.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rows: Vec<(u32, Vec<String>)>,
    /// Column after the last that holds something, within the area.
    used: usize,
    tokens: usize,
}

impl Lines {
    /// Adds a row; `false` when the budget does not take it.
    pub(super) fn push(&mut self, row: u32, cells: Vec<String>, budget: usize) -> bool {
        let last = cells.iter().rposition(|cell| !cell.is_empty());
        let used = last.map_or(0, |last| last + 1);
        let text: usize = cells.iter().map(|cell| tokens(cell)).sum();
        let cost = (text + used + 4).div_ceil(4);
        if self.tokens + cost > budget && !self.rows.is_empty() {
            return false;
        }
        self.tokens += cost;
        self.used = self.used.max(used);
        self.rows.push((row, cells));
        true
    }

    /// The lines, with empty columns at the end left out.
    pub(super) fn print(&self, area: &Area, out: &mut String) {
        out.push('\n');
        for column in (area.left..area.right).take(self.used) {
            out.push('\t');
            out.push_str(&column_name(column));
        }
        let mut expected: Option<u32> = None;
        for (row, cells) in &self.rows {
            if let Some(gap) = expected.filter(|gap| gap < row) {
                let (first, last) = (gap + 1, row);
                let name = if first == *last {
                    first.to_string()
                } else {
                    format!("{first}–{last}")
                };
                out.push_str(&format!("\n{name}\t⟨…⟩"));
            }
            out.push_str(&format!("\n{}", row + 1));
            let last = cells
                .iter()
                .take(self.used)
                .rposition(|cell| !cell.is_empty());
            for cell in cells.iter().take(last.map_or(0, |last| last + 1)) {
                out.push('\t');
                out.push_str(cell);
            }
            expected = Some(row + 1);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    fn end(&self) -> Option<u32> {
        self.rows.last().map(|(row, _)| row + 1)
    }
}

/// Quarters of tokens.
fn tokens(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum()
}

pub(super) async fn table(
    cx: &ToolCx,
    book: &Book,
    place: Place<'_>,
    asked: &Asked<'_>,
) -> Result<ToolOutput, ToolError> {
    let area = place.area(cx)?;
    let first = start(cx, asked.cursor, &area)?;
    let limit = asked.limit.unwrap_or(LIMIT).clamp(1, LIMIT);
    let budget = if asked.limit.is_some() { CAP } else { BUDGET };
    let step = u32::try_from(CHUNK / u64::from(area.columns())).unwrap_or(u32::MAX);
    let step = step.clamp(
        1,
        asked
            .limit
            .map_or(u32::MAX, |limit| limit.saturating_add(1)),
    );
    let (mut lines, mut next, mut revision) = (Lines::default(), None, 0);
    let (mut top, mut calls) = (first, 0);
    'read: while top < area.bottom {
        if calls == CALLS {
            next = Some(top);
            break;
        }
        calls += 1;
        let part = Area {
            top,
            bottom: area.bottom.min(top.saturating_add(step)),
            ..area
        };
        let grid = grid::fetch(cx, &book.target.token, &place.tab.id, part, asked.view).await?;
        revision = grid.revision;
        for (row, values) in (part.top..).zip(&grid.rows) {
            if values.iter().all(Value::is_empty) {
                continue;
            }
            let full = u32::try_from(lines.count()).unwrap_or(u32::MAX) >= limit;
            let cells = values
                .iter()
                .map(|value| asked.view.show(value, &cx.facts.time_zone));
            if full || !lines.push(row, cells.collect(), budget) {
                next = Some(row);
                break 'read;
            }
        }
        top = part.bottom;
    }
    let told = Told {
        book,
        place,
        area,
        revision,
        next,
    };
    Ok(ToolOutput::text(told.text(cx, asked, &lines)))
}

/// The row that the cursor names.
fn start(cx: &ToolCx, cursor: Option<&str>, area: &Area) -> Result<u32, ToolError> {
    let Some(cursor) = cursor.map(str::trim).filter(|cursor| !cursor.is_empty()) else {
        return Ok(area.top);
    };
    let row = cursor
        .parse::<u32>()
        .ok()
        .and_then(|row| row.checked_sub(1));
    row.filter(|row| (area.top..area.bottom).contains(row))
        .ok_or_else(|| {
            ToolError::invalid(cx.say("this cursor does not fit the range", "该 cursor 与范围不符"))
                .with_hint(cx.say(
                    "Pass `next` of the last answer with the same ref and range.",
                    "请在相同的 ref 与 range 下传入上次结果中的 `next`。",
                ))
        })
}

struct Told<'b> {
    book: &'b Book,
    place: Place<'b>,
    area: Area,
    revision: i64,
    next: Option<u32>,
}

impl Told<'_> {
    fn text(&self, cx: &ToolCx, asked: &Asked<'_>, lines: &Lines) -> String {
        let tab = self.place.tab;
        let mut out = format!(
            "{} · {} {} · {}",
            tab.name(&self.area),
            cx.say("revision", "版本"),
            self.revision,
            cx.facts.time_zone,
        );
        if asked.whole_book && asked.cursor.is_none() && self.book.tabs.len() > 1 {
            let tabs: Vec<String> = self.book.tabs.iter().take(30).map(one_tab).collect();
            out.push_str(&format!(
                "\n{}: {}",
                cx.say("tabs", "工作表"),
                tabs.join(" · ")
            ));
        }
        if lines.count() == 0 && self.next.is_none() {
            out.push_str(cx.say("\n(no cell here holds anything)", "\n（此处没有内容）"));
            return out;
        }
        lines.print(&self.area, &mut out);
        let end = lines.end().unwrap_or(self.area.top);
        let seen = Area {
            bottom: end.max(self.area.top + 1),
            ..self.area
        };
        let merges: Vec<String> = tab
            .merges
            .iter()
            .filter(|merge| merge.meets(&seen))
            .map(Area::name)
            .collect();
        if !merges.is_empty() {
            let more = if merges.len() > MERGES { " …" } else { "" };
            let merges: Vec<String> = merges.into_iter().take(MERGES).collect();
            out.push_str(&format!(
                "\n({}: {}{more})",
                cx.say(
                    "merged, the value is in the first cell",
                    "合并单元格，值在首格"
                ),
                merges.join(" ")
            ));
        }
        if let Some(next) = self.next {
            let (first, last) = (next + 1, self.area.bottom);
            out.push_str(&match cx.locale {
                Locale::En => format!(
                    "\n[rows {first} to {last} may follow · next cursor={first} · truncated]"
                ),
                Locale::Zh => format!(
                    "\n[第 {first}–{last} 行可能还有内容 · next cursor={first} · truncated]"
                ),
            });
        }
        out
    }
}

fn one_tab(tab: &super::super::book::Tab) -> String {
    let hidden = if tab.hidden { " hidden" } else { "" };
    format!("{} {}×{}{hidden}", tab.quoted(), tab.rows, tab.columns)
}
