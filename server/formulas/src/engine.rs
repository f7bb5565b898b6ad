//! The engine: cells in, answers out.

use std::{collections::HashSet, thread};

use ironcalc_base::{
    Model,
    cell::CellValue,
    mock_time,
    types::{Cell as Kept, CellType},
};

use crate::{Answer, Cell, Fault, Plan, Refusal, Value, follow::Key};

/// The engine computes what a cell hangs on by calling itself; a long chain needs room. Only what
/// is used of it is ever real memory.
const STACK: usize = 1 << 30;
/// The name of the tab that every model begins with: one that people do not choose.
const OWN: &str = "\u{e000}";
/// Cells of an array that are told.
const SHOWN: usize = 2_000;

/// When and where it is, for TODAY and NOW.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub unix_ms: i64,
    /// IANA name of the zone.
    pub zone: String,
}

/// Computes the questions of a plan on a thread of its own: with its changes and the formulas that
/// hang on them, or without both.
pub(crate) fn compute(
    plan: &Plan,
    anew: Option<&HashSet<Key>>,
    moment: &Moment,
) -> Result<Vec<Answer>, Refusal> {
    thread::scope(|scope| {
        let work = || answers(plan, anew, moment).map_err(Refusal::Engine);
        let started = thread::Builder::new()
            .name("formulas".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        let thread = started.map_err(|fault| Refusal::Engine(fault.to_string()))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(Refusal::Engine("it stopped in the middle".to_owned())))
    })
}

fn answers(
    plan: &Plan,
    anew: Option<&HashSet<Key>>,
    moment: &Moment,
) -> Result<Vec<Answer>, String> {
    // The clock of the engine belongs to this thread.
    mock_time::set_mock_time(moment.unix_ms);
    let mut model = Model::new_empty("sheet", "en", &moment.zone, "en")
        .or_else(|_| Model::new_empty("sheet", "en", "UTC", "en"))?;
    // The first tab of the model is its own; ours follow in their order.
    model.rename_sheet_by_index(0, OWN)?;
    for tab in &plan.tabs {
        model.add_sheet(&tab.engine_name())?;
    }
    let changed = |key: &Key| anew.is_some() && plan.changes.contains_key(key);
    for (key, cell) in plan.cells.iter().filter(|(key, _)| !changed(key)) {
        let again = anew.is_some_and(|anew| anew.contains(key));
        let formula = plan.formulas.get(key).filter(|_| again);
        put(
            &mut model,
            *key,
            cell,
            formula.map(|scan| scan.text.as_str()),
        )?;
    }
    for (key, cell) in plan.changes.iter().filter(|_| anew.is_some()) {
        let formula = plan.formulas.get(key);
        put(
            &mut model,
            *key,
            cell,
            formula.map(|scan| scan.text.as_str()),
        )?;
    }
    // Each question in a tab of its own, so that arrays have room.
    let first = plan.tabs.len() + 1;
    let mut asked = Vec::new();
    for (number, question) in plan.questions.iter().enumerate() {
        let (_, sheet) = model.new_sheet();
        debug_assert_eq!(sheet as usize, first + number, "sheets follow each other");
        let put = model.set_user_input(sheet, 1, 1, question.text.clone());
        asked.push((sheet, put));
    }
    model.evaluate();
    asked
        .into_iter()
        .map(|(sheet, put)| match put {
            Ok(()) => answer(&model, sheet),
            Err(_) => Ok(single(Value::Error(Fault::Formula))),
        })
        .collect()
}

/// Gives a cell to the model.
fn put(
    model: &mut Model<'_>,
    (tab, spot): Key,
    cell: &Cell,
    formula: Option<&str>,
) -> Result<(), String> {
    let sheet = u32::try_from(tab + 1).map_err(|fault| fault.to_string())?;
    let (row, column) = (whole(spot.row), whole(spot.column));
    if let Some(formula) = formula {
        return model.set_user_input(sheet, row, column, formula.to_owned());
    }
    match &cell.value {
        Value::Blank => Ok(()),
        Value::Number(number) => model.update_cell_with_number(sheet, row, column, *number),
        Value::Text(text) => model.update_cell_with_text(sheet, row, column, text),
        Value::Bool(truth) => model.update_cell_with_bool(sheet, row, column, *truth),
        Value::Error(fault) => model.set_user_input(sheet, row, column, fault.to_string()),
    }
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn single(value: Value) -> Answer {
    Answer {
        rows: vec![vec![value]],
        size: (1, 1),
    }
}

/// What a question came to: its cell, or all that spilled from it.
fn answer(model: &Model<'_>, sheet: u32) -> Result<Answer, String> {
    let cell = model.workbook.worksheet(sheet)?.cell(1, 1);
    let (width, height) = match cell.as_deref() {
        Some(Kept::ArrayFormula { r, .. }) => *r,
        _ => (1, 1),
    };
    let (width, height) = (width.max(1), height.max(1));
    let columns = usize::try_from(width).unwrap_or(1);
    let lines = usize::try_from(height).unwrap_or(1);
    let shown = (SHOWN / columns).max(1).min(lines);
    let rows = (1..=height).take(shown).map(|row| {
        let cells = (1..=width).take(SHOWN);
        cells
            .map(|column| read(model, sheet, row, column))
            .collect()
    });
    Ok(Answer {
        rows: rows.collect::<Result<_, String>>()?,
        size: (lines, columns),
    })
}

fn read(model: &Model<'_>, sheet: u32, row: i32, column: i32) -> Result<Value, String> {
    let kind = model.get_cell_type(sheet, row, column)?;
    Ok(match model.get_cell_value_by_index(sheet, row, column)? {
        CellValue::None => Value::Blank,
        CellValue::Number(number) => Value::Number(number),
        CellValue::Boolean(truth) => Value::Bool(truth),
        CellValue::String(text) if kind == CellType::ErrorValue => {
            Value::Error(Fault::named(&text).unwrap_or(Fault::Formula))
        }
        CellValue::String(text) => Value::Text(text),
    })
}
