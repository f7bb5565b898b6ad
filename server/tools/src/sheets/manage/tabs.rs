//! Tabs: made, copied, changed, moved, deleted. Moving and deleting also take rows and columns.

use feishu::api::sheets::{self as api, Change};
use model::Locale;
use serde_json::json;

use super::{
    super::{
        a1::Span,
        book::Tab,
        grid::{self, View},
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
    apart::Lines,
    lines,
};
use crate::{ToolError, cx::Begun, docs::write::key::Key};

/// Cells that are counted before a question or a preview.
const COUNTED: u64 = 60_000;

/// A new tab, empty or copied.
pub(super) async fn create(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let title = job.title()?;
    let title =
        title.ok_or_else(|| ToolError::invalid(cx.say("`name` is needed", "缺少 `name`")))?;
    let from = job.input.range.as_deref().map(str::trim);
    let from = match from.filter(|text| !text.is_empty()) {
        Some(text) => Some(
            job.book
                .find(text)
                .ok_or_else(|| job.book.unknown(cx, text))?,
        ),
        None => None,
    };
    let at = position(job)?;
    let told = |id: &str| match (from, cx.locale) {
        (Some(from), Locale::En) => format!("tab {title}{id}, a copy of {}", from.quoted()),
        (Some(from), Locale::Zh) => format!("工作表 {title}{id}（复制自 {}）", from.quoted()),
        (None, Locale::En) => format!("tab {title}{id}"),
        (None, Locale::Zh) => format!("工作表 {title}{id}"),
    };
    let memory = memory(job, &title);
    if let Some(known) = memory.as_deref().and_then(|name| cx.refs.begun(name)) {
        let id = known.node.clone().unwrap_or_default();
        let before = cx.say(
            "done before with this idempotency_key",
            "该 idempotency_key 此前已完成",
        );
        return Ok(format!("{before}: {}", told(&format!(" ({id})"))));
    }
    if job.book.tabs.iter().any(|tab| tab.title == title) {
        let taken = cx.say("a tab of this name is there already", "已有同名工作表");
        let error = ToolError::new(crate::ErrorKind::Conflict, taken);
        return Err(error.with_hint(cx.say(
            "Use it, or choose another name.",
            "请直接使用，或更换名称。",
        )));
    }
    if job.dry {
        return Ok(format!("{} {}", cx.say("would create", "将新建"), told("")));
    }
    let id = made(job, from, &title, at).await?;
    if let Some(memory) = memory {
        let begun = Begun {
            document: job.token().to_owned(),
            node: Some(id.clone()),
            revision: 0,
        };
        cx.refs.put_begun(&memory, begun);
    }
    let id = format!(" ({id})");
    Ok(format!("{} {}", cx.say("created", "已新建"), told(&id)))
}

/// Makes it; gives its identity.
async fn made(
    job: &Job<'_>,
    from: Option<&Tab>,
    title: &str,
    at: Option<u32>,
) -> Result<String, ToolError> {
    let (cx, token) = (job.cx, job.token());
    let last = u32::try_from(job.book.tabs.len()).unwrap_or(u32::MAX);
    let index = at.unwrap_or(last);
    let sent = match from {
        Some(from) => send(cx, || api::copy_tab(&cx.feishu, token, &from.id, title)).await?,
        None => send(cx, || api::add_tab(&cx.feishu, token, title, index)).await?,
    };
    let id = match sent {
        Ok(made) => made.sheet_id,
        Err(fault) if is_unclear(&fault) => {
            found(job, title).await.ok_or_else(|| explain(cx, fault))?
        }
        Err(fault) => return Err(explain(cx, fault)),
    };
    // A copy goes to the end.
    if let (Some(_), Some(index)) = (from, at) {
        let change = Change {
            sheet_id: id.clone(),
            index: Some(index),
            ..Change::default()
        };
        update(job, &change).await?;
    }
    Ok(id)
}

/// Where a key is remembered.
fn memory(job: &Job<'_>, title: &str) -> Option<String> {
    let key = Key::given(job.input.idempotency_key.as_deref())?;
    let from = job.input.range.as_deref().unwrap_or_default();
    Some(format!("tab {}", key.with(&[job.token(), title, from])))
}

/// After a lost answer: the tab of this title, if it is there now.
async fn found(job: &Job<'_>, title: &str) -> Option<String> {
    let book = super::super::book::open(job.cx, &job.book.target.reference())
        .await
        .ok()?;
    book.tabs
        .iter()
        .find(|tab| tab.title == title)
        .map(|tab| tab.id.clone())
}

/// The place among the tabs that `to` names, from 0.
fn position(job: &Job<'_>) -> Result<Option<u32>, ToolError> {
    let Some(text) = job
        .input
        .to
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let count = u32::try_from(job.book.tabs.len()).unwrap_or(u32::MAX);
    let index = text.parse::<u32>().ok().and_then(|at| at.checked_sub(1));
    index.filter(|at| *at <= count).map(Some).ok_or_else(|| {
        ToolError::invalid(match job.cx.locale {
            Locale::En => format!(
                "`to` is the position among the tabs here, 1 to {}",
                count + 1
            ),
            Locale::Zh => format!("`to` 为工作表的位置，1–{}", count + 1),
        })
    })
}

async fn update(job: &Job<'_>, change: &Change) -> Result<(), ToolError> {
    let cx = job.cx;
    let sent = send(cx, || api::update_tab(&cx.feishu, job.token(), change)).await?;
    sent.map_err(|fault| explain(cx, fault))
}

/// Title, visibility, frozen lines, lock; without a range and with only a name, the title of the
/// whole spreadsheet.
pub(super) async fn change(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let title = job.title()?;
    if job.input.range.is_none() && job.options.is_empty() && job.book.target.anchor.is_none() {
        return rename_all(job, title).await;
    }
    let place = job.place()?;
    let tab = place.tab;
    let frozen = |most: u32| (0, most);
    let lock = job.options.flag(cx, "lock")?;
    let editors = super::protect::editors(job)?;
    let note = job.options.get("note").unwrap_or_default().to_owned();
    let change = Change {
        sheet_id: tab.id.clone(),
        title: title.clone(),
        index: None,
        hidden: job.options.flag(cx, "hidden")?,
        frozen_row_count: job.options.number(cx, "freeze_rows", frozen(tab.rows))?,
        frozen_col_count: job
            .options
            .number(cx, "freeze_columns", frozen(tab.columns))?,
        protect: lock.map(|lock| {
            if lock {
                json!({ "lock": "LOCK", "lockInfo": note, "userIDs": editors })
            } else {
                json!({ "lock": "UNLOCK" })
            }
        }),
    };
    job.options.all_used(cx)?;
    let mut what = Vec::new();
    if let Some(title) = &title {
        what.push(format!("{} {title}", cx.say("renamed to", "重命名为")));
    }
    if let Some(hidden) = change.hidden {
        what.push(
            if hidden {
                cx.say("hidden", "隐藏")
            } else {
                cx.say("shown", "取消隐藏")
            }
            .to_owned(),
        );
    }
    if change.frozen_row_count.is_some() || change.frozen_col_count.is_some() {
        let rows = change.frozen_row_count.unwrap_or(tab.frozen.0);
        let columns = change.frozen_col_count.unwrap_or(tab.frozen.1);
        what.push(match cx.locale {
            Locale::En => format!("{rows} rows and {columns} columns frozen"),
            Locale::Zh => format!("冻结 {rows} 行 {columns} 列"),
        });
    }
    if let Some(lock) = lock {
        what.push(
            if lock {
                cx.say("locked", "锁定")
            } else {
                cx.say("unlocked", "解除锁定")
            }
            .to_owned(),
        );
    }
    if what.is_empty() {
        return Err(
            ToolError::invalid(cx.say("nothing is to be changed", "没有要修改的内容")).with_hint(
                cx.say(
                    "Give `name`, or set=[\"hidden=true\"], freeze_rows, freeze_columns, lock.",
                    "请给出 `name`，或 set=[\"hidden=true\"]、freeze_rows、freeze_columns、lock。",
                ),
            ),
        );
    }
    if !job.dry {
        update(job, &change).await?;
    }
    Ok(format!("{}: {}", tab.quoted(), what.join(", ")))
}

async fn rename_all(job: &Job<'_>, title: Option<String>) -> Result<String, ToolError> {
    let cx = job.cx;
    let title =
        title.ok_or_else(|| ToolError::invalid(cx.say("`name` is needed", "缺少 `name`")))?;
    if !job.dry {
        let sent = send(cx, || api::rename(&cx.feishu, job.token(), &title)).await?;
        sent.map_err(|fault| explain(cx, fault))?;
    }
    Ok(match cx.locale {
        Locale::En => {
            format!("the spreadsheet is called \"{title}\" (name a tab in `range` to rename that)")
        }
        Locale::Zh => format!("表格已重命名为《{title}》（重命名工作表请在 `range` 中指定）"),
    })
}

/// A tab to a position, or rows or columns to before another one.
pub(super) async fn shift(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    if Lines::of(&place).is_some() {
        return lines::shift(job, &place).await;
    }
    if !place.span.is_all() {
        Lines::needed(job, &place)?;
    }
    let to = job.needed("to", job.input.to.as_deref())?;
    let index = position(job)?.unwrap_or(0);
    if !job.dry {
        let change = Change {
            sheet_id: place.tab.id.clone(),
            index: Some(index),
            ..Change::default()
        };
        update(job, &change).await?;
    }
    Ok(format!(
        "{} → {} {to}",
        place.tab.quoted(),
        cx.say("position", "位置")
    ))
}

/// What a deletion takes away, for the person who is asked.
pub(super) fn what(job: &Job<'_>) -> Result<String, ToolError> {
    let text = job.needed("range", job.input.range.as_deref())?;
    let place = job.place()?;
    let tab = place.tab;
    if let Some(lines) = Lines::of(&place) {
        place.area(job.cx)?;
        let lines = lines.name(job);
        return Ok(match job.cx.locale {
            Locale::En => format!("{lines} of the tab {}", tab.quoted()),
            Locale::Zh => format!("工作表 {} 的{lines}", tab.quoted()),
        });
    }
    if !place.span.is_all() || Span::read(text).is_some() && job.book.find(text).is_none() {
        return Err(ToolError::invalid(job.cx.say(
            "only tabs, whole rows and whole columns are deleted",
            "只能删除工作表、整行或整列",
        ))
        .with_hint(job.cx.say(
            "Empty cells with sheet_write op=clear.",
            "清空单元格请用 sheet_write op=clear。",
        )));
    }
    Ok(match job.cx.locale {
        Locale::En => format!(
            "the whole tab {} ({} rows, {} columns)",
            tab.quoted(),
            tab.rows,
            tab.columns
        ),
        Locale::Zh => format!(
            "整个工作表 {}（{} 行 {} 列）",
            tab.quoted(),
            tab.rows,
            tab.columns
        ),
    })
}

pub(super) async fn delete(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let what = what(job)?;
    let place = job.place()?;
    if let Some(found) = Lines::of(&place) {
        return lines::delete(job, &place, found, &what).await;
    }
    let held = held(job, place.tab).await;
    if job.dry {
        return Ok(format!("{} {what}{held}", cx.say("would delete", "将删除")));
    }
    let sent = send(cx, || {
        api::delete_tab(&cx.feishu, job.token(), &place.tab.id)
    })
    .await?;
    match sent {
        Ok(()) => {}
        Err(fault) if is_unclear(&fault) && found(job, &place.tab.title).await.is_none() => {}
        Err(fault) => return Err(explain(cx, fault)),
    }
    Ok(format!("{} {what}{held}", cx.say("deleted", "已删除")))
}

/// How many cells hold something, where that is quickly told.
async fn held(job: &Job<'_>, tab: &Tab) -> String {
    let Some(area) = Span::default().within(tab.rows, tab.columns) else {
        return String::new();
    };
    if area.cells() > COUNTED || !tab.is_grid {
        return String::new();
    }
    let grid = grid::fetch(job.cx, job.token(), &tab.id, area, View::Formatted).await;
    grid.map_or_else(
        |_| String::new(),
        |grid| {
            format!(
                ", {} {}",
                grid.filled(),
                job.cx.say("cells with content", "个有内容的单元格")
            )
        },
    )
}
