//! From rows to what is to be done with each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use feishu::api::bitable::{fields::Field, records::Record};
use serde_json::{Map, Value};

use super::{
    Op,
    index::{Index, current, index, key_of},
    rows::{Row, Rows},
    value::{Desk, Taken, canon, parts},
};
use crate::{
    ErrorKind, ToolCx, ToolError,
    args::people,
    bases::{
        cell::{is_computed, kind},
        grid::Grid,
        near,
        read::links::{self, Names},
    },
    render::clean_line,
};

/// Most people that one call looks up.
const MAX_PEOPLE: usize = 200;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Act {
    Create,
    Update(String),
    /// Everything is as it should be.
    Same(String),
    Delete(String),
}

/// One thing to do.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) row: usize,
    pub(crate) act: Act,
    pub(crate) fields: Map<String, Value>,
    /// Values before, where they were read.
    pub(crate) old: Map<String, Value>,
}

/// A row that cannot be done, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) row: usize,
    pub(crate) why: String,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) problems: Vec<Problem>,
    /// Columns that Feishu fills and that were passed over.
    pub(crate) ignored: Vec<String>,
}

/// A column of the rows.
enum Column<'g> {
    Id,
    Field(&'g Field),
    Ignored,
}

/// Reads the columns; unknown ones are refused before anything is written.
fn columns<'g>(
    cx: &ToolCx,
    grid: &'g Grid,
    rows: &Rows,
    plan: &mut Plan,
) -> Result<Vec<Column<'g>>, ToolError> {
    let mut columns = Vec::new();
    for name in &rows.names {
        if name == "record_id" && grid.fields.iter().all(|one| one.field_name != *name) {
            columns.push(Column::Id);
            continue;
        }
        let field = grid.field(cx, name)?;
        if is_computed(field.kind) {
            plan.ignored.push(field.field_name.clone());
            columns.push(Column::Ignored);
        } else {
            columns.push(Column::Field(field));
        }
    }
    Ok(columns)
}

/// Looks up the people and linked records that cells name.
async fn desk<'d>(
    cx: &'d ToolCx,
    grid: &'d Grid,
    rows: &Rows,
    columns: &[Column<'d>],
) -> Result<Desk<'d>, ToolError> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut desk = Desk {
        locale: cx.locale,
        zone: &grid.zone,
        people: HashMap::new(),
        links: HashMap::new(),
        choices: HashMap::new(),
        cx,
    };
    for (at, column) in columns.iter().enumerate() {
        let Column::Field(field) = column else {
            continue;
        };
        let cells = || {
            rows.rows
                .iter()
                .filter_map(move |row| row.cells.get(at)?.as_ref())
        };
        match field.kind {
            kind::SELECT | kind::MULTI => {
                desk.choices.insert(field.field_id.clone(), field.choices());
            }
            kind::USER => named.extend(cells().flat_map(parts)),
            kind::LINK | kind::DUPLEX => {
                let by_name = cells().flat_map(parts).any(|part| !links::is_id(&part));
                if by_name {
                    let names = Names::load(cx, &grid.app, field).await?;
                    desk.links.insert(field.field_id.clone(), names);
                }
            }
            _ => {}
        }
    }
    for text in named.into_iter().take(MAX_PEOPLE) {
        cx.check()?;
        let found = match people::person(cx, &text).await {
            Ok(id) => Ok(id),
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Ambiguous) => {
                let names = error.details.get("candidates").and_then(Value::as_array);
                let names = names.into_iter().flatten().filter_map(Value::as_str);
                let names: Vec<&str> = names.take(5).collect();
                let shown = clean_line(&text, 40);
                Err(format!("{}: {shown} {}", error.message, names.join(" | "))
                    .trim_end()
                    .to_owned())
            }
            Err(error) => return Err(error),
        };
        desk.people.insert(text, found);
    }
    Ok(desk)
}

/// The fields that tell which record a row means.
fn keys<'g>(
    cx: &ToolCx,
    grid: &'g Grid,
    op: Op,
    asked: &[String],
    columns: &[Column<'g>],
) -> Result<Vec<&'g Field>, ToolError> {
    let mut keys = Vec::new();
    for name in asked {
        keys.push(grid.field(cx, name)?);
    }
    let has_id = columns.iter().any(|column| matches!(column, Column::Id));
    if keys.is_empty() && op != Op::Create && !has_id {
        keys.extend(grid.primary());
    }
    for key in &keys {
        let given = columns
            .iter()
            .any(|column| matches!(column, Column::Field(field) if field.field_id == key.field_id));
        if !given {
            let names = columns.iter().filter_map(|column| match column {
                Column::Field(field) => Some(field.field_name.as_str()),
                _ => None,
            });
            return Err(near::unknown(
                cx,
                cx.say("key column among the rows", "键列"),
                &key.field_name,
                names,
            ));
        }
    }
    Ok(keys)
}

/// Makes a plan.
///
/// # Errors
/// What is wrong with the whole: unknown columns, a key that is not among them. What is wrong with
/// single rows becomes [`Plan::problems`].
pub(crate) async fn plan(
    cx: &ToolCx,
    grid: &Grid,
    op: Op,
    rows: &Rows,
    asked: &[String],
    compare: bool,
) -> Result<Plan, ToolError> {
    let mut plan = Plan::default();
    let columns = columns(cx, grid, rows, &mut plan)?;
    let keys = keys(cx, grid, op, asked, &columns)?;
    let desk = desk(cx, grid, rows, &columns).await?;
    let mut ready: Vec<(usize, Option<String>, Map<String, Value>)> = Vec::new();
    for row in &rows.rows {
        match read(&desk, &columns, row, op) {
            Ok((id, values)) => ready.push((row.number, id, values)),
            Err(why) => plan.problems.push(Problem {
                row: row.number,
                why,
            }),
        }
    }
    let wanted: Vec<(usize, Map<String, Value>)> = ready
        .iter()
        .filter(|(_, id, _)| id.is_none())
        .map(|(row, _, values)| (*row, values.clone()))
        .collect();
    let found = if op == Op::Create || wanted.is_empty() || keys.is_empty() {
        Index::new()
    } else {
        let mut fields: BTreeSet<String> = keys.iter().map(|one| one.field_name.clone()).collect();
        if op != Op::Delete {
            fields.extend(columns.iter().filter_map(|column| match column {
                Column::Field(field) => Some(field.field_name.clone()),
                _ => None,
            }));
        }
        index(cx, grid, &keys, &wanted, fields).await?
    };
    let by_id = if compare {
        current(cx, grid, ready.iter().filter_map(|(_, id, _)| id.as_ref())).await?
    } else {
        HashMap::new()
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (row, id, fields) in ready {
        let before = match &id {
            Some(id) if compare && !by_id.contains_key(id) => Err(cx
                .say("no record has this id", "没有该 id 的记录")
                .to_owned()),
            Some(id) => Ok(by_id.get(id).cloned().or_else(|| {
                Some(Record {
                    record_id: id.clone(),
                    ..Record::default()
                })
            })),
            None if op == Op::Create => Ok(None),
            None => matched(cx, &keys, &fields, &found, (row, &mut seen)),
        };
        match before {
            Ok(before) => match step(cx, grid, op, row, fields, before, compare) {
                Ok(step) => plan.steps.push(step),
                Err(why) => plan.problems.push(Problem { row, why }),
            },
            Err(why) => plan.problems.push(Problem { row, why }),
        }
    }
    Ok(plan)
}

/// The record that a row means by its key; none for a new one.
fn matched(
    cx: &ToolCx,
    keys: &[&Field],
    fields: &Map<String, Value>,
    found: &Index,
    (row, seen): (usize, &mut BTreeMap<String, usize>),
) -> Result<Option<Record>, String> {
    let key = key_of(keys, fields);
    let key = key.ok_or_else(|| cx.say("the key is empty", "键为空").to_owned())?;
    if let Some(first) = seen.insert(key.clone(), row) {
        return Err(format!(
            "{} {first}",
            cx.say("the same key as row", "与此行键相同：第")
        ));
    }
    match found.get(&key).map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([one]) => Ok(Some(one.clone())),
        Some(several) => {
            let ids: Vec<&str> = several
                .iter()
                .take(5)
                .map(|one| one.record_id.as_str())
                .collect();
            Err(format!(
                "{}: {}",
                cx.say("several records have this key", "多条记录的键相同"),
                ids.join(", ")
            ))
        }
    }
}

fn step(
    cx: &ToolCx,
    grid: &Grid,
    op: Op,
    row: usize,
    fields: Map<String, Value>,
    before: Option<Record>,
    compare: bool,
) -> Result<Step, String> {
    let Some(before) = before else {
        if matches!(op, Op::Update | Op::Delete) {
            return Err(cx
                .say("no record has this key", "没有该键的记录")
                .to_owned());
        }
        // Nothing can be cleared in what is new.
        let fields = fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        return Ok(Step {
            row,
            act: Act::Create,
            fields,
            old: Map::new(),
        });
    };
    let id = before.record_id;
    if op == Op::Delete {
        return Ok(Step {
            row,
            act: Act::Delete(id),
            fields: Map::new(),
            old: before.fields,
        });
    }
    let known = compare || op == Op::Upsert || !before.fields.is_empty();
    let changed: Map<String, Value> = fields
        .into_iter()
        .filter(|(name, value)| {
            let field = grid.fields.iter().find(|field| field.field_name == *name);
            let number = field.map_or(0, |field| field.kind);
            let old = before.fields.get(name).unwrap_or(&Value::Null);
            !known || canon(number, old) != canon(number, value)
        })
        .collect();
    Ok(Step {
        row,
        act: if changed.is_empty() {
            Act::Same(id)
        } else {
            Act::Update(id)
        },
        fields: changed,
        old: before.fields,
    })
}

/// The id and the values of a row.
fn read(
    desk: &Desk<'_>,
    columns: &[Column<'_>],
    row: &Row,
    op: Op,
) -> Result<(Option<String>, Map<String, Value>), String> {
    let mut id = None;
    let mut values = Map::new();
    let mut wrong = Vec::new();
    for (column, cell) in columns.iter().zip(&row.cells) {
        let Some(cell) = cell else { continue };
        match column {
            Column::Ignored => {}
            Column::Id => {
                let text = cell.as_str().unwrap_or_default().trim().to_owned();
                if links::is_id(&text) {
                    id = (op != Op::Create).then_some(text);
                } else if !text.is_empty() {
                    wrong.push(format!("record_id: {}", clean_line(&text, 40)));
                }
            }
            Column::Field(field) => match desk.take(field, cell) {
                Ok(Taken::Nothing) => {}
                Ok(Taken::Clear) => {
                    values.insert(field.field_name.clone(), Value::Null);
                }
                Ok(Taken::Set(value)) => {
                    values.insert(field.field_name.clone(), value);
                }
                Err(why) => {
                    wrong.push(format!("{}: {why}", clean_line(&field.field_name, 60)));
                }
            },
        }
    }
    if wrong.is_empty() {
        Ok((id, values))
    } else {
        Err(wrong.join("; "))
    }
}
