//! Prints how long the engine takes for 10,000 cells.

#![expect(clippy::print_stdout, reason = "a measurement")]

use std::{error::Error, time::Instant};

use formulas::{Area, Cell, Change, Moment, Plan, Question, Spot, Tab, Value};

/// A column of 10,000 formulas, as `formula` makes them, and what their sum comes to.
fn measure(name: &str, formula: impl Fn(u32) -> String) -> Result<(), Box<dyn Error>> {
    const ROWS: u32 = 10_000;
    let tab = Tab {
        name: "数据".to_owned(),
        rows: ROWS,
        columns: 3,
    };
    let question = Question {
        formula: "=SUM(C:C)".to_owned(),
        tab: 0,
    };
    let change = Change {
        tab: 0,
        spot: Spot { row: 1, column: 1 },
        cell: Value::Number(1.0).into(),
    };
    let started = Instant::now();
    let mut plan = Plan::new(vec![tab], &[question], vec![change])?;
    loop {
        let areas = plan.missing()?;
        if areas.is_empty() {
            break;
        }
        for area in areas {
            let rows = rows(&area, &formula);
            plan.add(area, rows)?;
        }
    }
    let planned = started.elapsed();
    let moment = Moment {
        unix_ms: 0,
        zone: "Asia/Shanghai".to_owned(),
    };
    let fetched = plan.fetched();
    let answers = plan.compute(&moment)?;
    let all = started.elapsed();
    println!(
        "{name}: {ROWS} formulas over {fetched} cells in {all:.0?} ({planned:.0?} of it planning): {}",
        answers[0].rows[0][0]
    );
    Ok(())
}

fn rows(area: &Area, formula: &impl Fn(u32) -> String) -> Vec<Vec<Cell>> {
    let row = |row: u32| {
        let cell = |column: u32| match column {
            3 => Cell {
                value: Value::Number(0.0),
                formula: Some(formula(row)),
            },
            _ => Value::Number(f64::from(row % 100)).into(),
        };
        (area.from.column..=area.to.column).map(cell).collect()
    };
    (area.from.row..=area.to.row).map(row).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    measure("products", |row| format!("=A{row}*$A$1+B{row}"))?;
    measure("running sums", |row| match row {
        1 => "=A1".to_owned(),
        _ => format!("=C{}+A{row}", row - 1),
    })?;
    measure("running sums from the end", |row| match row {
        10_000 => "=A10000+$A$1".to_owned(),
        _ => format!("=C{}+A{row}", row + 1),
    })?;
    measure("conditions", |row| {
        format!("=IF(A{row}>50,ROUND(A{row}*$A$1,1),VLOOKUP(A{row},$A$1:$B$100,2,FALSE))")
    })
}
