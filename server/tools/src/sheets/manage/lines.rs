//! Rows and columns: inserted, moved, deleted.

use feishu::api::sheets::{self as api, Axis, LINES};
use model::Locale;

use super::{
    super::{
        a1::{Span, column_name},
        book::{Place, Tab},
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
    apart::Lines,
};
use crate::{ToolError, cx::Begun, docs::write::key::Key};

/// New, empty rows or columns where the range says; those that are there move on.
pub(super) async fn insert(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    let lines = Lines::needed(job, &place)?;
    if lines.count() > LINES {
        return Err(ToolError::invalid(cx.say(
            "at most 5,000 rows or columns are inserted at once",
            "单次最多插入 5,000 行或列",
        )));
    }
    let there = count(place.tab, lines.axis);
    if lines.start > there {
        let last = there + 1;
        return Err(ToolError::invalid(match cx.locale {
            Locale::En => format!(
                "the tab ends before: insert at {} or earlier",
                at(lines.axis, last - 1)
            ),
            Locale::Zh => format!(
                "超出工作表末尾：请在 {} 或之前插入",
                at(lines.axis, last - 1)
            ),
        }));
    }
    let told = |verb: &str| format!("{verb} {}: {}", place.tab.quoted(), lines.name(job));
    if job.dry {
        return Ok(told(cx.say("would insert in", "将插入")));
    }
    let memory = memory(job);
    if memory
        .as_deref()
        .is_some_and(|name| cx.refs.begun(name).is_some())
    {
        return Ok(told(cx.say(
            "inserted before with this idempotency_key in",
            "该 idempotency_key 此前已插入",
        )));
    }
    let spot = (job.token(), place.tab.id.as_str());
    let sent = send(cx, || {
        api::insert_lines(&cx.feishu, spot, lines.axis, lines.pair())
    })
    .await?;
    if let Err(fault) = sent {
        settled(job, fault, &place, lines.axis, there + lines.count()).await?;
    }
    remember(job, memory);
    Ok(told(cx.say("inserted in", "已插入")))
}

/// Where a key is remembered.
fn memory(job: &Job<'_>) -> Option<String> {
    let key = Key::given(job.input.idempotency_key.as_deref())?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        format!("{:?}", job.input.op),
        text(&job.input.range),
        text(&job.input.to),
    ];
    let parts: Vec<&str> = std::iter::once(job.token())
        .chain(parts.iter().map(String::as_str))
        .collect();
    Some(format!("lines {}", key.with(&parts)))
}

fn remember(job: &Job<'_>, memory: Option<String>) {
    if let Some(memory) = memory {
        let document = job.token().to_owned();
        job.cx.refs.put_begun(
            &memory,
            Begun {
                document,
                node: None,
                revision: 0,
            },
        );
    }
}

const fn count(tab: &Tab, axis: Axis) -> u32 {
    match axis {
        Axis::Rows => tab.rows,
        Axis::Columns => tab.columns,
    }
}

fn at(axis: Axis, index: u32) -> String {
    match axis {
        Axis::Rows => (index + 1).to_string(),
        Axis::Columns => column_name(index),
    }
}

/// After an unclear failure the size of the tab tells whether it was done.
async fn settled(
    job: &Job<'_>,
    fault: feishu::FeishuError,
    place: &Place<'_>,
    axis: Axis,
    expected: u32,
) -> Result<(), ToolError> {
    let cx = job.cx;
    if is_unclear(&fault) {
        let book = super::super::book::open(cx, &job.book.target.reference()).await;
        let tab = book
            .as_ref()
            .ok()
            .and_then(|book| book.tabs.iter().find(|tab| tab.id == place.tab.id));
        if tab.is_some_and(|tab| count(tab, axis) == expected) {
            return Ok(());
        }
    }
    Err(explain(cx, fault))
}

/// Rows or columns to before another row or column.
pub(super) async fn shift(job: &Job<'_>, place: &Place<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let lines = Lines::needed(job, place)?;
    place.area(cx)?;
    let text = job.needed("to", job.input.to.as_deref())?;
    let span = Span::read(text);
    let to = match lines.axis {
        Axis::Rows => span
            .filter(|span| span.left.is_none())
            .and_then(|span| span.top),
        Axis::Columns => span
            .filter(|span| span.top.is_none())
            .and_then(|span| span.left),
    };
    let to = to.filter(|to| {
        *to <= count(place.tab, lines.axis) && !(lines.start + 1..lines.end).contains(to)
    });
    let to = to.ok_or_else(|| {
        ToolError::invalid(cx.say(
            "`to` is the row number or column letter to go before, outside of what is moved",
            "`to` 为移到其前的行号或列字母，且不能在移动范围内",
        ))
    })?;
    if !job.dry {
        let memory = memory(job);
        if memory
            .as_deref()
            .is_some_and(|name| cx.refs.begun(name).is_some())
        {
            return Ok(cx
                .say(
                    "moved before with this idempotency_key",
                    "该 idempotency_key 此前已移动",
                )
                .to_owned());
        }
        let spot = (job.token(), place.tab.id.as_str());
        let sent = send(cx, || {
            api::move_lines(&cx.feishu, spot, lines.axis, lines.pair(), to)
        })
        .await?;
        sent.map_err(|fault| unsure(job, fault))?;
        remember(job, memory);
    }
    Ok(match cx.locale {
        Locale::En => format!(
            "{}: {} moved to before {}",
            place.tab.quoted(),
            lines.name(job),
            at(lines.axis, to)
        ),
        Locale::Zh => format!(
            "{}：{} 移到 {} 之前",
            place.tab.quoted(),
            lines.name(job),
            at(lines.axis, to)
        ),
    })
}

fn unsure(job: &Job<'_>, fault: feishu::FeishuError) -> ToolError {
    let unclear = is_unclear(&fault);
    let error = explain(job.cx, fault);
    if unclear {
        error.with_hint(job.cx.say(
            "The answer was lost: read the tab before you repeat this.",
            "未收到飞书的答复：重试前请先读取该工作表。",
        ))
    } else {
        error
    }
}

pub(super) async fn delete(
    job: &Job<'_>,
    place: &Place<'_>,
    lines: Lines,
    what: &str,
) -> Result<String, ToolError> {
    let cx = job.cx;
    place.area(cx)?;
    let there = count(place.tab, lines.axis);
    if lines.count() >= there {
        return Err(ToolError::invalid(cx.say(
            "a tab keeps at least one row and one column",
            "工作表至少保留一行一列",
        ))
        .with_hint(cx.say(
            "Delete the tab, or clear its cells.",
            "请删除工作表或清空内容。",
        )));
    }
    if job.dry {
        return Ok(format!("{} {what}", cx.say("would delete", "将删除")));
    }
    let spot = (job.token(), place.tab.id.as_str());
    // From the end, so that the numbers of what is still to go stay the same.
    let mut end = lines.end;
    while end > lines.start {
        let start = lines.start.max(end.saturating_sub(LINES));
        let sent = send(cx, || {
            api::delete_lines(&cx.feishu, spot, lines.axis, (start, end))
        })
        .await?;
        if let Err(fault) = sent {
            let left = there - (lines.end - start);
            settled(job, fault, place, lines.axis, left)
                .await
                .map_err(|error| {
                    if end == lines.end {
                        error
                    } else {
                        error.with_detail(
                            "deleted",
                            format!("{}:{}", at(lines.axis, end), at(lines.axis, lines.end - 1)),
                        )
                    }
                })?;
        }
        end = start;
    }
    Ok(format!("{} {what}", cx.say("deleted", "已删除")))
}
