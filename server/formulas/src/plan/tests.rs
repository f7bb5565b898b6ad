use super::*;
use crate::Fault;

fn tab(name: &str) -> Tab {
    Tab {
        name: name.to_owned(),
        rows: 100,
        columns: 10,
    }
}

fn spot(name: &str) -> Spot {
    Spot::named(name).unwrap()
}

fn formula(text: &str, value: f64) -> Cell {
    Cell {
        value: Value::Number(value),
        formula: Some(text.to_owned()),
    }
}

fn number(number: f64) -> Cell {
    Value::Number(number).into()
}

/// A sheet of two tabs: prices and their total, whose value the sheet has computed; and what is
/// made of it elsewhere. `B9` says 999 although its formula says 1: the sheet is believed.
fn cell(tab: usize, spot: Spot) -> Cell {
    match (tab, spot.to_string().as_str()) {
        (0, "A1") => number(10.0),
        (0, "A2") => number(20.0),
        (0, "A3") => formula("=SUM(A1:A2)", 30.0),
        (0, "B1") => formula("=B2", 0.0),
        (0, "B2") => formula("=B1", 0.0),
        (1, "A1") => formula("=单价!A3*2", 60.0),
        (1, "B9") => formula("=1+0*A2", 999.0),
        _ => Value::Blank.into(),
    }
}

/// Asks, and counts what was fetched.
fn ask(question: &str, changes: &[(usize, &str, Cell)]) -> Result<(Value, Vec<String>), Refusal> {
    let question = Question {
        formula: question.to_owned(),
        tab: 1,
    };
    let changes = changes.iter().map(|(tab, name, cell)| Change {
        tab: *tab,
        spot: spot(name),
        cell: cell.clone(),
    });
    let tabs = vec![tab("单价"), tab("汇总")];
    let mut plan = Plan::new(tabs, &[question], changes.collect())?;
    let mut fetched = Vec::new();
    loop {
        let areas = plan.missing()?;
        if areas.is_empty() {
            break;
        }
        for area in areas {
            fetched.push(format!("{}!{area}", area.tab));
            let row = |row| {
                let columns = area.from.column..=area.to.column;
                columns
                    .map(|column| cell(area.tab, Spot { row, column }))
                    .collect()
            };
            plan.add(area, (area.from.row..=area.to.row).map(row).collect())?;
        }
    }
    let moment = Moment {
        unix_ms: 1_774_000_000_000,
        zone: "Asia/Shanghai".to_owned(),
    };
    let mut answers = plan.compute(&moment)?;
    Ok((answers.remove(0).rows.remove(0).remove(0), fetched))
}

#[test]
fn a_question_fetches_what_it_names_and_believes_the_sheet() {
    let (value, fetched) = ask("=A1+B9", &[]).unwrap();
    assert_eq!(value, Value::Number(1_059.0));
    assert_eq!(
        fetched,
        ["1!A1:B9"],
        "one area around both, and nothing behind the formulas"
    );
}

#[test]
fn what_if_follows_formulas_through_tabs() {
    let (value, fetched) = ask("=A1", &[(0, "A1", number(100.0))]).unwrap();
    assert_eq!(value, Value::Number(240.0));
    assert_eq!(fetched, ["1!A1", "0!A3", "0!A1:A2"]);
    let (value, _) = ask("=A1+B9", &[(0, "A1", number(100.0))]).unwrap();
    assert_eq!(
        value,
        Value::Number(1_239.0),
        "B9 hangs on nothing that changed"
    );
    let (value, _) = ask("=A1", &[(0, "A3", formula("=A1*A2", 0.0))]).unwrap();
    assert_eq!(value, Value::Number(400.0), "a formula may be tried too");
}

#[test]
fn cells_that_need_themselves_are_circular() {
    let (value, _) = ask("=单价!A3", &[(0, "A1", formula("=A3+1", 0.0))]).unwrap();
    assert_eq!(value, Value::Error(Fault::Circular));
    // As long as nothing of the circle changes, the sheet has said what stands there.
    let (value, _) = ask("=单价!B1", &[(0, "A1", number(1.0))]).unwrap();
    assert_eq!(value, Value::Number(0.0));
}

#[test]
fn errors_are_values() {
    for (question, fault) in [
        ("=1/0", Fault::Division),
        ("=没有!A1", Fault::Reference),
        ("=NOSUCH(1)", Fault::Name),
        ("=\"x\"*2", Fault::Value),
        ("=VLOOKUP(1,A1:B2,2,FALSE)", Fault::Missing),
        ("=SUM(", Fault::Formula),
    ] {
        assert_eq!(
            ask(question, &[]).unwrap().0,
            Value::Error(fault),
            "{question}"
        );
    }
}

#[test]
fn the_clock_and_the_zone_are_given() {
    let (value, _) = ask("=TEXT(NOW(),\"yyyy-mm-dd hh:mm\")", &[]).unwrap();
    assert_eq!(value, Value::Text("2026-03-20 17:46".to_owned()));
}

#[test]
fn too_much_is_refused_before_it_is_fetched() {
    let wide = Tab {
        name: "大".to_owned(),
        rows: 100_000,
        columns: 10,
    };
    let question = Question {
        formula: "=SUM(A:A)".to_owned(),
        tab: 0,
    };
    let mut plan = Plan::new(vec![wide], &[question], Vec::new()).unwrap();
    assert_eq!(
        plan.missing(),
        Err(Refusal::TooManyCells {
            cells: 100_000,
            most: CELLS
        })
    );
    assert!(ask("=SEQUENCE(9000)*SEQUENCE(1,9000)", &[]).is_err());
}

#[test]
fn names_that_the_engine_does_not_allow_are_no_trouble() {
    for name in [
        "Sheet1",
        "[旧] 2026/03: 价格?",
        "一个非常非常非常非常非常非常非常非常非常长的工作表名称这里还没完",
    ] {
        let question = Question {
            formula: format!("='{name}'!A1*2"),
            tab: 0,
        };
        let mut plan = Plan::new(vec![tab(name)], &[question], Vec::new()).unwrap();
        let areas = plan.missing().unwrap();
        assert_eq!(areas.len(), 1, "{name}");
        plan.add(areas[0], vec![vec![number(21.0)]]).unwrap();
        let moment = Moment {
            unix_ms: 0,
            zone: "nowhere".to_owned(),
        };
        let answers = plan.compute(&moment).unwrap();
        assert_eq!(answers[0].rows[0][0], Value::Number(42.0), "{name}");
    }
}
