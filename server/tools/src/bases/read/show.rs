//! Records as lines.

use std::collections::HashMap;

use feishu::api::bitable::{
    fields::Field,
    records::{self, Record},
    views,
};
use serde_json::{Map, Value, json};

use super::{
    Input,
    query::{Asked, Found, Spot, Where, sorts},
    sums::Sums,
};
use crate::{
    ErrorKind, ToolCx, ToolError, ToolOutput,
    bases::{
        grid::{self, Grid},
        near,
        place::Place,
    },
    render::{clean_line, clean_text},
};

/// Tokens of a page of records.
const BUDGET: usize = 6_000;
/// Characters of one cell.
const CELL: usize = 2_000;
const DEFAULT_LIMIT: u32 = 100;

/// A cell in a line of tab-separated values.
pub(crate) fn tsv(text: &str) -> String {
    let text = clean_text(text).replace('\\', "\\\\");
    let text = text.replace('\t', "\\t").replace('\n', "\\n");
    if text.chars().count() <= CELL {
        return text;
    }
    text.chars().take(CELL).chain(['…']).collect()
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join("\t")
}

fn tokens(line: &str) -> usize {
    let quarters: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum();
    quarters / 4
}

/// Answers with records, or with sums over them.
pub(super) async fn records(
    cx: &ToolCx,
    place: &Place,
    input: &Input,
) -> Result<ToolOutput, ToolError> {
    let grid = Grid::open(cx, place, input.table.as_deref()).await?;
    let conditions = input.r#where.as_deref().unwrap_or_default();
    let conditions = Where::read(cx, &grid, conditions).await?;
    let fields = input.fields.as_deref().unwrap_or_default();
    let sort = input.sort.as_deref().unwrap_or_default();
    let view = view(cx, place, &grid, input.view.as_deref()).await?;
    if let Some(sums) = Sums::read(cx, &grid, fields, sort)? {
        return added(cx, place, &grid, (&conditions, view), sums).await;
    }
    let mut chosen = Vec::new();
    for name in fields {
        chosen.push(grid.field(cx, name)?);
    }
    if chosen.is_empty() {
        chosen = grid.fields.iter().collect();
    }
    let cursor = input.cursor.as_deref().unwrap_or_default();
    let spot = match cursor.trim() {
        "" => Spot::default(),
        text => Spot::read(text).ok_or_else(|| bad_cursor(cx))?,
    };
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 500) as usize;
    let found = if conditions.ids.is_empty() {
        let names = chosen
            .iter()
            .map(|field| field.field_name.clone())
            .collect();
        let order = sorts(cx, &grid, sort)?;
        let names = (!fields.is_empty()).then_some(names);
        let asked = Asked::new(&grid, &conditions, order, view, names);
        let mut found = asked.some(cx, &grid, limit, &spot).await.map_err(|error| {
            let stale = !cursor.is_empty() && error.kind == ErrorKind::Invalid;
            if stale { bad_cursor(cx) } else { error }
        })?;
        if !asked.is_exact() {
            found.total = -1;
        }
        (found, Vec::new())
    } else {
        by_id(cx, &grid, &conditions.ids).await?
    };
    let linked = grid::linked(cx, &grid.app, &chosen, &found.0.records).await;
    Ok(page(cx, place, &grid, &chosen, found, &linked))
}

fn bad_cursor(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say(
        "this cursor does not belong to this query",
        "该 cursor 不属于本次查询",
    ))
    .with_hint(cx.say(
        "Repeat the call that gave it, with the same arguments, or begin without it.",
        "请使用与获取 cursor 时相同的参数，或不传 cursor 重新开始。",
    ))
}

/// The id of the view that is meant.
async fn view(
    cx: &ToolCx,
    place: &Place,
    grid: &Grid,
    asked: Option<&str>,
) -> Result<Option<String>, ToolError> {
    let asked = asked.map(str::trim).filter(|text| !text.is_empty());
    let Some(asked) = asked else {
        return Ok(place.view.clone());
    };
    let (app, table) = grid.at();
    let views = views::list(&cx.feishu, app, table).await;
    let views = views.map_err(|fault| cx.fault(fault))?;
    let found = near::pick(&views, asked, |one| &one.view_id, |one| &one.view_name);
    let names = views.iter().map(|view| view.view_name.as_str());
    let missing = || near::unknown(cx, cx.say("view", "视图"), asked, names);
    Ok(Some(found.ok_or_else(missing)?.view_id.clone()))
}

/// Records by id, in the order of the ids, and the ids of which nothing is there.
async fn by_id(
    cx: &ToolCx,
    grid: &Grid,
    ids: &[String],
) -> Result<(Found, Vec<String>), ToolError> {
    let mut by_id: HashMap<String, Record> = HashMap::new();
    for part in ids.chunks(records::MAX_GET) {
        let got = records::get(&cx.feishu, grid.at(), part).await;
        let got = got.map_err(|fault| cx.fault(fault))?;
        by_id.extend(
            got.records
                .into_iter()
                .map(|one| (one.record_id.clone(), one)),
        );
    }
    let absent = ids.iter().filter(|id| !by_id.contains_key(*id));
    let absent: Vec<String> = absent.cloned().collect();
    let mut found = Found::default();
    found.records = ids.iter().filter_map(|id| by_id.remove(id)).collect();
    if found.records.is_empty() {
        return Err(ToolError::new(
            ErrorKind::NotFound,
            cx.say("no record has this id", "没有该 id 的记录"),
        )
        .with_hint(cx.say(
            "Find it with `where`; it may be deleted or in another table.",
            "请用 `where` 查找；它可能已被删除或在其他数据表中。",
        )));
    }
    found.total = i64::try_from(found.records.len()).unwrap_or(0);
    Ok((found, absent))
}

fn page(
    cx: &ToolCx,
    place: &Place,
    grid: &Grid,
    chosen: &[&Field],
    (found, absent): (Found, Vec<String>),
    linked: &HashMap<String, String>,
) -> ToolOutput {
    let look = grid.look(Some(linked));
    let mut lines = Vec::new();
    let mut items = Vec::new();
    let mut spent = 0;
    let mut next = found.next.clone();
    for (index, record) in found.records.iter().enumerate() {
        let mut fields = Map::new();
        let mut cells = vec![record.record_id.clone()];
        for field in chosen {
            let cell = grid::cell(field, record).show(&look.of(field));
            cells.push(tsv(&cell));
            if !cell.is_empty() {
                fields.insert(field.field_name.clone(), cell.into());
            }
        }
        let row = line(cells.into_iter());
        spent += tokens(&row);
        if spent > BUDGET && index > 0 {
            next = found.spots.get(index - 1).cloned().or(next);
            break;
        }
        lines.push(row);
        items.push(json!({ "record_id": record.record_id, "fields": fields }));
    }
    let mut heading = format!(
        "{} ({})",
        clean_line(&grid.table.name, 80),
        grid.table.table_id
    );
    heading.push_str(&format!(
        " · {} {}",
        lines.len(),
        cx.say("records", "条记录")
    ));
    if found.total >= 0 {
        heading.push_str(&format!(" / {}", found.total));
    }
    heading.push_str(&format!(
        " · {} {}",
        cx.say("dates in", "时区"),
        grid.zone_name
    ));
    let head = chosen.iter().map(|field| tsv(&field.field_name));
    let head = line(["record_id".to_owned()].into_iter().chain(head));
    let mut text = format!("{heading}\n{head}");
    for row in &lines {
        text.push('\n');
        text.push_str(row);
    }
    if !absent.is_empty() {
        let ids: Vec<String> = absent.iter().map(|id| clean_line(id, 40)).collect();
        text.push_str(&format!(
            "\n({}: {})",
            cx.say("not there", "不存在"),
            ids.join(", ")
        ));
    }
    if found.cut {
        text.push_str(cx.say(
            "\n(a condition that Feishu cannot judge was looked for in a part of the table; go on with the cursor)",
            "\n（部分条件飞书无法判断，仅查找了表的一部分；可用 cursor 继续）",
        ));
    }
    let next = next.map(|spot| spot.print());
    if let Some(next) = &next {
        text.push_str(cx.say(
            "\nMore: call again with cursor=",
            "\n还有更多：再次调用并传入 cursor=",
        ));
        text.push_str(next);
    }
    let data = json!({ "items": items, "next": next, "truncated": next.is_some() });
    done(cx, place, grid, text, data)
}

fn done(cx: &ToolCx, place: &Place, grid: &Grid, text: String, data: Value) -> ToolOutput {
    ToolOutput::text(text)
        .with_structured(data)
        .with_target("base", &grid.app)
        .with_link(
            place.link(cx, &grid.table.table_id),
            grid.table.name.clone(),
        )
}

/// Answers with groups and sums.
async fn added(
    cx: &ToolCx,
    place: &Place,
    grid: &Grid,
    (conditions, view): (&Where, Option<String>),
    mut sums: Sums,
) -> Result<ToolOutput, ToolError> {
    if !conditions.ids.is_empty() {
        return Err(ToolError::invalid(cx.say(
            "sums go over conditions, not over record ids",
            "聚合不支持按记录 id 选择",
        ))
        .with_hint(cx.say("Use conditions in `where`.", "请在 `where` 中使用条件。")));
    }
    let names: Vec<String> = sums
        .fields()
        .iter()
        .map(|one| one.field_name.clone())
        .collect();
    // Counting alone needs one column.
    let names = if names.is_empty() {
        grid.primary().map(|field| vec![field.field_name.clone()])
    } else {
        Some(names)
    };
    let asked = Asked::new(grid, conditions, Vec::new(), view, names);
    let mut sample: Vec<Record> = Vec::new();
    let (kept, cut) = asked
        .every(cx, grid, |record| {
            sums.add(grid, record);
            if sample.len() < 2_000 {
                sample.push(record.clone());
            }
        })
        .await?;
    let linked = grid::linked(cx, &grid.app, &sums.keys(), &sample).await;
    let named = |text: &str| linked.get(text).map_or(text, String::as_str).to_owned();
    let rows = sums.rows(grid, named);
    let head = sums.head();
    let mut text = format!(
        "{} ({}) · {} {} · {} {kept} {}",
        clean_line(&grid.table.name, 80),
        grid.table.table_id,
        rows.len(),
        cx.say("groups", "组"),
        cx.say("over", "共"),
        cx.say("records", "条记录"),
    );
    text.push('\n');
    text.push_str(&line(head.iter().map(|name| tsv(name))));
    let mut spent = 0;
    let mut items = Vec::new();
    for row in &rows {
        let shown = line(row.iter().map(|cell| tsv(cell)));
        spent += tokens(&shown);
        if spent > BUDGET && !items.is_empty() {
            break;
        }
        text.push('\n');
        text.push_str(&shown);
        let pairs = head.iter().zip(row);
        let object: Map<String, Value> = pairs
            .map(|(name, cell)| (name.clone(), cell.clone().into()))
            .collect();
        items.push(Value::Object(object));
    }
    let short = items.len() < rows.len();
    if short {
        text.push_str(cx.say(
            "\n(truncated: narrow it with `where` or group by fewer fields)",
            "\n（已截断：请用 `where` 缩小范围或减少分组字段）",
        ));
    }
    if cut || sums.cut {
        text.push_str(cx.say(
            "\n(not all: reading stopped at 100,000 records, 10,000 groups or 40 seconds; narrow it with `where`)",
            "\n（结果不完整：已达 10 万条记录、1 万组或 40 秒上限，请用 `where` 缩小范围）",
        ));
    }
    let truncated = short || cut || sums.cut;
    let data = json!({ "items": items, "next": null, "truncated": truncated });
    Ok(done(cx, place, grid, text, data).partial(cut))
}
