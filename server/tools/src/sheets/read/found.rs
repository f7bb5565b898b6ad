//! The rows that hold a text.

use std::collections::BTreeSet;

use feishu::api::sheets::{self as api, Matching};
use model::Locale;

use super::{
    super::{
        a1::{Area, Span},
        book::{Book, Place},
        grid::{self, View},
    },
    table::Lines,
};
use crate::{ToolCx, ToolError, ToolOutput, render::clean_line};

/// Rows that are shown without a limit of the caller.
const ROWS: u32 = 30;
/// Most rows that can be asked for.
const LIMIT: u32 = 200;
/// Tokens of the rows.
const BUDGET: usize = 6_000;
/// Matching cells that are named.
const NAMED: usize = 100;
/// Characters of the text.
const TEXT: usize = 1_000;
/// Rows that lie so close together are read in one call.
const CLOSE: u32 = 200;

pub(super) async fn found(
    cx: &ToolCx,
    book: &Book,
    place: Place<'_>,
    view: View,
    text: &str,
    limit: Option<u32>,
) -> Result<ToolOutput, ToolError> {
    let area = place.area(cx)?;
    if text.chars().count() > TEXT {
        return Err(ToolError::invalid(cx.say(
            "the text to find is longer than 1,000 characters",
            "查找文本超过 1,000 字",
        )));
    }
    let how = Matching {
        formulas: view == View::Formulas,
        ..Matching::default()
    };
    let range = area.range(&place.tab.id);
    let at = (book.target.token.as_str(), place.tab.id.as_str());
    let found = api::find(&cx.feishu, at, &range, text, how).await;
    let found = found.map_err(|fault| cx.fault(fault))?;
    let cells = if how.formulas {
        found.matched_formula_cells
    } else {
        found.matched_cells
    };
    let shown = clean_line(text, 60);
    if cells.is_empty() {
        let range = place.tab.name(&area);
        return Ok(ToolOutput::text(match cx.locale {
            Locale::En => {
                format!("0 cells of {range} hold \"{shown}\" (upper and lower case are the same)")
            }
            Locale::Zh => format!("{range} 中没有单元格包含“{shown}”（不区分大小写）"),
        }));
    }
    let most = limit.unwrap_or(ROWS).clamp(1, LIMIT);
    let all: BTreeSet<u32> = cells
        .iter()
        .filter_map(|cell| Span::read(cell)?.top)
        .filter(|row| (area.top..area.bottom).contains(row))
        .collect();
    let rows: Vec<u32> = all
        .iter()
        .copied()
        .take(usize::try_from(most).unwrap_or(0))
        .collect();
    let (lines, revision) = lines(cx, book, place, &area, (&rows, view)).await?;
    let mut out = match cx.locale {
        Locale::En => format!(
            "{} cells in {} rows of {} hold \"{shown}\" · revision {revision}",
            cells.len(),
            all.len(),
            place.tab.name(&area)
        ),
        Locale::Zh => format!(
            "{} 中有 {} 个单元格（{} 行）包含“{shown}” · 版本 {revision}",
            place.tab.name(&area),
            cells.len(),
            all.len()
        ),
    };
    let names: Vec<&str> = cells.iter().take(NAMED).map(String::as_str).collect();
    let more = if cells.len() > NAMED { " …" } else { "" };
    out.push_str(&format!(
        "\n{}: {}{more}",
        cx.say("cells", "单元格"),
        names.join(" ")
    ));
    lines.print(&area, &mut out);
    if let Some(next) = all.iter().nth(lines.count()) {
        let next = next + 1;
        out.push_str(&match cx.locale {
            Locale::En => format!(
                "\n[{} more rows, from row {next} · truncated · narrow the range, or raise limit]",
                all.len() - lines.count()
            ),
            Locale::Zh => format!(
                "\n[还有 {} 行，从第 {next} 行起 · truncated · 可缩小范围或增大 limit]",
                all.len() - lines.count()
            ),
        });
    }
    Ok(ToolOutput::text(out))
}

/// The rows themselves. Those that are close together come with one call.
async fn lines(
    cx: &ToolCx,
    book: &Book,
    place: Place<'_>,
    area: &Area,
    (rows, view): (&[u32], View),
) -> Result<(Lines, i64), ToolError> {
    let (mut lines, mut revision) = (Lines::default(), 0);
    let mut rest = rows;
    while let Some(first) = rest.first().copied() {
        let count = rest.iter().take_while(|row| **row - first < CLOSE).count();
        let (group, later) = rest.split_at(count);
        let part = Area {
            top: first,
            bottom: group.last().copied().unwrap_or(first) + 1,
            ..*area
        };
        let grid = grid::fetch(cx, &book.target.token, &place.tab.id, part, view).await?;
        revision = grid.revision;
        for row in group {
            let cells = (area.left..area.right).map(|column| {
                grid.at(*row, column)
                    .map_or_else(String::new, |value| view.show(value, &cx.facts.time_zone))
            });
            if !lines.push(*row, cells.collect(), BUDGET) {
                return Ok((lines, revision));
            }
        }
        rest = later;
    }
    Ok((lines, revision))
}
