//! `replace`: a text by another one, in the cells of a range that are no formulas.

use std::collections::BTreeMap;

use feishu::api::sheets::{self as api, Matching};
use model::Locale;

use super::{
    super::{
        a1::{Area, Span},
        grid,
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
    again::Memory,
    report::answer,
};
use crate::{ToolCx, ToolError, ToolOutput, render::clean_line};

/// Cells that Feishu replaces in with one call.
const CALL: usize = 5_000;
/// Matching cells that are named.
const NAMED: usize = 40;

/// Texts as people are told them.
struct Words {
    find: String,
    by: String,
    range: String,
}

pub(super) async fn replace(job: &Job<'_>) -> Result<ToolOutput, ToolError> {
    let cx = job.cx;
    let find = job.input.find.as_deref().unwrap_or_default();
    let Some(by) = job.input.values.as_deref().filter(|_| !find.is_empty()) else {
        return Err(ToolError::invalid(cx.say(
            "replace needs `find` and `values`, the old text and the new one",
            "replace 需要 `find`（旧文本）和 `values`（新文本）",
        )));
    };
    let place = job.place(job.input.range.as_deref())?;
    job.judged(&place)?;
    let area = place.area(cx)?;
    let words = Words {
        find: clean_line(find, 60),
        by: clean_line(by, 60),
        range: place.tab.name(&area),
    };
    let how = Matching {
        case: true,
        ..Matching::default()
    };
    let at = (job.token(), place.tab.id.as_str());
    job.unchanged(grid::revision(cx, job.token(), &place.tab.id).await?)?;
    let range = area.range(&place.tab.id);
    let found = api::find(&cx.feishu, at, &range, find, how).await;
    let found = found.map_err(|fault| explain(cx, fault))?.matched_cells;
    if found.is_empty() {
        return Ok(answer(job, &words.none(cx), Vec::new()));
    }
    let names: Vec<&str> = found.iter().take(NAMED).map(String::as_str).collect();
    let more = if found.len() > NAMED { " …" } else { "" };
    let cells = format!("{}: {}{more}", cx.say("cells", "单元格"), names.join(" "));
    if job.dry {
        return Ok(answer(job, &words.would(cx, found.len()), vec![cells]));
    }
    let mut done = 0;
    for part in parts(&area, &found) {
        let range = part.range(&place.tab.id);
        let sent = send(cx, || api::replace(&cx.feishu, at, &range, (find, by), how)).await?;
        match sent {
            Ok(replaced) => done += replaced.matched_cells.len(),
            Err(fault) => return Err(stopped(job, fault, done, &place.tab.name(&part))),
        }
        super::set::progress(cx, done, found.len());
    }
    Memory::of(*job).finish(&words.range);
    let mut more = vec![cells];
    let kept = found.len().saturating_sub(done);
    if kept > 0 {
        more.push(match cx.locale {
            Locale::En => format!("{kept} of them are results of formulas and stay as they are"),
            Locale::Zh => format!("其中 {kept} 个为公式结果，保持不变"),
        });
    }
    Ok(answer(job, &words.done(cx, done), more))
}

impl Words {
    fn none(&self, cx: &ToolCx) -> String {
        let Self { find, range, .. } = self;
        match cx.locale {
            Locale::En => format!("0 cells of {range} hold \"{find}\" (case counts)"),
            Locale::Zh => format!("{range} 中没有包含“{find}”的单元格（区分大小写）"),
        }
    }

    fn would(&self, cx: &ToolCx, count: usize) -> String {
        let Self { find, by, range } = self;
        match cx.locale {
            Locale::En => {
                format!("would replace \"{find}\" by \"{by}\" in up to {count} cells of {range}")
            }
            Locale::Zh => {
                format!("将在 {range} 中至多 {count} 个单元格把“{find}”替换为“{by}”")
            }
        }
    }

    fn done(&self, cx: &ToolCx, count: usize) -> String {
        let Self { find, by, range } = self;
        match cx.locale {
            Locale::En => format!("replaced \"{find}\" by \"{by}\" in {count} cells of {range}"),
            Locale::Zh => format!("已在 {range} 的 {count} 个单元格中将“{find}”替换为“{by}”"),
        }
    }
}

/// Bands of rows with no more cells than Feishu replaces in at once.
fn parts(area: &Area, found: &[String]) -> Vec<Area> {
    let mut rows: BTreeMap<u32, usize> = BTreeMap::new();
    for cell in found {
        if let Some(row) = Span::read(cell).and_then(|span| span.top) {
            *rows.entry(row).or_default() += 1;
        }
    }
    let (mut parts, mut top, mut count) = (Vec::new(), area.top, 0);
    for (row, cells) in rows {
        if count > 0 && count + cells > CALL {
            parts.push(Area {
                top,
                bottom: row,
                ..*area
            });
            (top, count) = (row, 0);
        }
        count += cells;
    }
    parts.push(Area { top, ..*area });
    parts
}

/// Some cells are done, or may be.
fn stopped(job: &Job<'_>, fault: feishu::FeishuError, done: usize, rest: &str) -> ToolError {
    let cx = job.cx;
    let unclear = is_unclear(&fault);
    let error = explain(cx, fault);
    if unclear {
        return error.with_hint(match cx.locale {
            Locale::En => format!("{done} cells are replaced for certain; what happened in {rest} is not known: look with sheet_read find before you go on."),
            Locale::Zh => format!("已确认替换 {done} 个单元格；{rest} 的结果未知，请先用 sheet_read find 查看再继续。"),
        });
    }
    if done == 0 {
        return error;
    }
    error.with_hint(match cx.locale {
        Locale::En => format!(
            "{done} cells are replaced; go on with range={rest} to the end of the former range."
        ),
        Locale::Zh => format!("已替换 {done} 个单元格；请从 range={rest} 起继续。"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_have_no_more_cells_than_feishu_takes() {
        let area = Area {
            top: 0,
            bottom: 9_000,
            left: 0,
            right: 2,
        };
        let found: Vec<String> = (1..=9_000).map(|row| format!("A{row}")).collect();
        let parts = parts(&area, &found);
        assert_eq!(
            parts.iter().map(Area::name).collect::<Vec<_>>(),
            ["A1:B5000", "A5001:B9000"]
        );
    }
}
