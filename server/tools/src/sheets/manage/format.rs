//! Looks: styles, number formats, merged cells, sizes and visibility of rows and columns.

use feishu::api::sheets::{self as api, Axis, LINES, Style, Styled};
use serde_json::{Map, Value, json};

use super::{
    super::{a1::Area, book::Place, refusal::explain, send::send},
    Job,
    apart::Lines,
};
use crate::{ToolCx, ToolError};

const BORDERS: [(&str, &str); 8] = [
    ("all", "FULL_BORDER"),
    ("outer", "OUTER_BORDER"),
    ("inner", "INNER_BORDER"),
    ("none", "NO_BORDER"),
    ("left", "LEFT_BORDER"),
    ("right", "RIGHT_BORDER"),
    ("top", "TOP_BORDER"),
    ("bottom", "BOTTOM_BORDER"),
];
const MERGES: [&str; 3] = ["all", "rows", "columns"];
/// Rows and columns of one styled range.
const ROWS: u32 = 5_000;
const COLUMNS: u32 = 100;
/// Characters of a number format.
const FORMAT: usize = 100;

pub(super) async fn format(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    let area = place.area(cx)?;
    let style = style(cx, job)?;
    let merge = merge(job)?;
    let lines = lines(job, &place)?;
    job.options.all_used(cx)?;
    let mut what = Vec::new();
    if style != Style::default() {
        what.push(cx.say("style", "样式").to_owned());
    }
    match merge {
        Some(Merge::Make(how)) => what.push(format!("{} {how}", cx.say("merge", "合并"))),
        Some(Merge::Undo) => what.push(cx.say("unmerge", "取消合并").to_owned()),
        None => {}
    }
    if let Some((lines, size, visible)) = &lines {
        let name = lines.name(job);
        if let Some(size) = size {
            what.push(format!("{name} {size} px"));
        }
        match visible {
            Some(true) => what.push(format!("{name} {}", cx.say("shown", "显示"))),
            Some(false) => what.push(format!("{name} {}", cx.say("hidden", "隐藏"))),
            None => {}
        }
    }
    if what.is_empty() {
        return Err(ToolError::invalid(cx.say("`set` says nothing to format", "`set` 中没有格式")).with_hint(
            cx.say(
                "For example set=[\"bold=true\", \"fill=#FFF2CC\", \"number=#,##0.00\", \"merge=all\", \"width=120\"].",
                "例如 set=[\"bold=true\", \"fill=#FFF2CC\", \"number=#,##0.00\", \"merge=all\", \"width=120\"]。",
            ),
        ));
    }
    let told = format!("{}: {}", place.tab.name(&area), what.join(", "));
    if job.dry {
        return Ok(told);
    }
    let mut done: Vec<&str> = Vec::new();
    let step = async {
        if style != Style::default() {
            paint(job, &place, &area, &style).await?;
            done.push("style");
        }
        let range = area.range(&place.tab.id);
        if let Some(how) = merge {
            let sent = match how {
                Merge::Make(how) => {
                    let how = format!("MERGE_{}", how.to_uppercase());
                    send(cx, || api::merge(&cx.feishu, job.token(), &range, &how)).await?
                }
                Merge::Undo => send(cx, || api::unmerge(&cx.feishu, job.token(), &range)).await?,
            };
            sent.map_err(|fault| explain(cx, fault))?;
            done.push("merge");
        }
        if let Some((lines, size, visible)) = lines {
            let spot = (job.token(), place.tab.id.as_str());
            let mut start = lines.start;
            while start < lines.end {
                let end = lines.end.min(start + LINES);
                let sent = send(cx, || {
                    api::set_lines(&cx.feishu, spot, lines.axis, (start, end), (size, visible))
                })
                .await?;
                sent.map_err(|fault| explain(cx, fault))?;
                start = end;
            }
        }
        Ok::<(), ToolError>(())
    };
    let ended = step.await;
    match ended {
        Ok(()) => Ok(told),
        Err(error) if done.is_empty() => Err(error),
        // Each part is the same when it is done again.
        Err(error) => Err(error.with_detail("done", done.join(", "))),
    }
}

async fn paint(
    job: &Job<'_>,
    place: &Place<'_>,
    area: &Area,
    style: &Style,
) -> Result<(), ToolError> {
    let cx = job.cx;
    let (mut ranges, step) = (Vec::new(), |count: u32| usize::try_from(count).unwrap_or(1));
    for top in (area.top..area.bottom).step_by(step(ROWS)) {
        for left in (area.left..area.right).step_by(step(COLUMNS)) {
            let part = Area {
                top,
                bottom: area.bottom.min(top + ROWS),
                left,
                right: area.right.min(left + COLUMNS),
            };
            ranges.push(part.range(&place.tab.id));
        }
    }
    for range in ranges {
        let styled = [Styled {
            ranges: vec![range],
            style: style.clone(),
        }];
        let sent = send(cx, || api::style(&cx.feishu, job.token(), &styled)).await?;
        sent.map_err(|fault| explain(cx, fault))?;
    }
    Ok(())
}

fn style(cx: &ToolCx, job: &Job<'_>) -> Result<Style, ToolError> {
    let options = &job.options;
    let mut font = Map::new();
    for key in ["bold", "italic"] {
        if let Some(flag) = options.flag(cx, key)? {
            font.insert(key.to_owned(), flag.into());
        }
    }
    if let Some(size) = options.number(cx, "size", (9, 36))? {
        font.insert("fontSize".to_owned(), json!(format!("{size}pt/1.5")));
    }
    let (underline, strike) = (options.flag(cx, "underline")?, options.flag(cx, "strike")?);
    let decoration = match (underline, strike) {
        (None, None) => None,
        (under, struck) => Some(u8::from(under == Some(true)) + 2 * u8::from(struck == Some(true))),
    };
    let place = |at: Option<usize>| at.and_then(|at| u8::try_from(at).ok());
    let border = options.choice(cx, "border", &BORDERS.map(|(word, _)| word))?;
    let format = options.get("number").map(|format| {
        let count = format.chars().count();
        if count == 0 || count > FORMAT || format.chars().any(char::is_control) {
            return Err(ToolError::invalid(cx.say(
                "a number format has 1 to 100 characters, such as #,##0.00 or yyyy/MM/dd",
                "数字格式需为 1–100 字，如 #,##0.00 或 yyyy/MM/dd",
            )));
        }
        Ok(format.to_owned())
    });
    Ok(Style {
        font: (!font.is_empty()).then(|| Value::Object(font)),
        text_decoration: decoration,
        formatter: format.transpose()?,
        h_align: place(options.choice(cx, "align", &["left", "center", "right"])?),
        v_align: place(options.choice(cx, "valign", &["top", "middle", "bottom"])?),
        fore_color: options.colour(cx, "color")?,
        back_color: options.colour(cx, "fill")?,
        border_type: border
            .and_then(|at| BORDERS.get(at))
            .map(|(_, word)| (*word).to_owned()),
        border_color: options.colour(cx, "border_color")?,
        clean: options.flag(cx, "clean")?.filter(|clean| *clean),
    })
}

/// What becomes of merged cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merge {
    Make(&'static str),
    Undo,
}

fn merge(job: &Job<'_>) -> Result<Option<Merge>, ToolError> {
    let words: Vec<&str> = MERGES.iter().copied().chain(["none"]).collect();
    let at = job.options.choice(job.cx, "merge", &words)?;
    Ok(at.map(|at| MERGES.get(at).map_or(Merge::Undo, |how| Merge::Make(how))))
}

type Sized = (Lines, Option<u32>, Option<bool>);

/// Rows get a height, columns a width; both can be hidden.
fn lines(job: &Job<'_>, place: &Place<'_>) -> Result<Option<Sized>, ToolError> {
    let (cx, options) = (job.cx, &job.options);
    let height = options.number(cx, "height", (1, 2_000))?;
    let width = options.number(cx, "width", (1, 2_000))?;
    let hidden = options.flag(cx, "hidden")?;
    if height.is_none() && width.is_none() && hidden.is_none() {
        return Ok(None);
    }
    let lines = Lines::needed(job, place)?;
    let (size, other) = match lines.axis {
        Axis::Rows => (height, width),
        Axis::Columns => (width, height),
    };
    if other.is_some() {
        return Err(ToolError::invalid(cx.say(
            "rows have a height and columns a width",
            "行设置 height，列设置 width",
        )));
    }
    Ok(Some((lines, size, hidden.map(|hidden| !hidden))))
}
