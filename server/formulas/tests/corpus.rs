//! The engine next to LibreOffice: the same formulas over the same cells.
//!
//! `tests/interop/libreoffice/expected.py` computes the expected values.

#![expect(
    clippy::cast_precision_loss,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prints what it measures"
)]

use std::{collections::BTreeMap, fs, path::Path};

use formulas::{Cell, Fault, Moment, Plan, Question, Spot, Tab, Value};
use serde_json::Value as Json;

/// Where the engine says something else than LibreOffice 7.4, and why that is so.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "=TRUE>5",
        "truth values stand above numbers here and in Excel; LibreOffice counts TRUE as 1",
    ),
    (
        "=SUM('数 值'!A1:A10)",
        "a TRUE in a cell is no number here and in Excel",
    ),
    (
        "=AVERAGE('数 值'!A1:A10)",
        "a TRUE in a cell is no number here and in Excel",
    ),
    (
        "=COUNT('数 值'!A1:A10)",
        "a TRUE in a cell is no number here and in Excel",
    ),
    (
        "=MODE('数 值'!B1:B10)",
        "no value twice is #N/A here and in Excel, #VALUE! there",
    ),
    (
        "=COUNTIF('数 值'!A1:A10,42)",
        "a text 42 counts as 42 here and in Excel",
    ),
    (
        r#"=AND("x",TRUE)"#,
        "a text is passed over here; Excel and LibreOffice say #VALUE!",
    ),
    (
        r#"=CONCATENATE("a",1,TRUE)"#,
        "TRUE is written TRUE here and in Excel, 1 there",
    ),
    (
        r#"=FIND("","abc")"#,
        "nothing is found at once here and in Excel",
    ),
    (
        r#"=TEXTJOIN("-",TRUE,"a","","b")"#,
        r#"a fault of the engine: it takes a written "" for a text"#,
    ),
    (
        r#"=TEXT("abc","@!")"#,
        "a fault of the engine: formats of texts are not applied",
    ),
    (
        "=DATE(1899,12,31)",
        "years before 1900 are counted from 1900 here and in Excel",
    ),
    (
        "=MONTH(-1)",
        "there are no dates before 1900 here and in Excel",
    ),
    (
        "=YEAR(0)",
        "there are no dates before 1900 here; day 0 is in 1900 in Excel",
    ),
    (
        r#"=ADDRESS(1,1,1,TRUE,"表")"#,
        "LibreOffice writes its own sign between tab and cell",
    ),
    (
        "=AREAS((Text!A1:A2,Text!B1:B2))",
        "the engine has no unions, and says so",
    ),
    ("=TYPE(TRUE)", "LibreOffice keeps TRUE as a number"),
    ("=SHEETS()", "each question stands in a tab of its own"),
    (
        "=FORMULATEXT('数 值'!E3)",
        "places are written with their tabs before they are computed",
    ),
    (
        "=无此表!A1",
        "a missing tab is #REF! here, an unknown name there",
    ),
    (
        "=10^400",
        "a number that is too large: #NUM! in Excel and LibreOffice, #DIV/0! here",
    ),
    ("=CHAR(0)", "no such letter: #VALUE! here and in Excel"),
    (
        "=AVERAGE()",
        "a formula that spreadsheets do not even accept",
    ),
    (
        r#"=CONVERT(1,"lbm","kg")"#,
        "LibreOffice has a less exact pound",
    ),
    (
        r#"=CONVERT(68,"F","C")"#,
        "a fault of the engine, so the question is refused",
    ),
    (
        "=SUM(LARGE('数 值'!C1:C10,{1,2,3}))",
        "the engine does not take a list of ranks, and says so (#N/IMPL!)",
    ),
    (
        r#"=COUNT({1,"a",TRUE,2})"#,
        "a fault of the engine: COUNT does not look into written arrays",
    ),
    (
        "=SUMPRODUCT(1/COUNTIF(订单!B2:B13,订单!B2:B13))",
        "the engine does not take a list of conditions",
    ),
];

/// A question that is refused as a whole: the engine would be wrong without saying so.
const REFUSED: &str = r#"=CONVERT(68,"F","C")"#;

fn lines(name: &str) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let text = fs::read_to_string(folder.join(name)).unwrap();
    text.lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// The tabs of the corpus and their cells.
fn sheet() -> (Vec<Tab>, Vec<BTreeMap<Spot, Cell>>) {
    let mut tabs: Vec<Tab> = Vec::new();
    let mut cells: Vec<BTreeMap<Spot, Cell>> = Vec::new();
    for line in lines("cells.tsv") {
        let [tab, spot, kind, raw] = line.as_slice() else {
            panic!("four fields: {line:?}")
        };
        let at = tabs.iter().position(|known| known.name == *tab);
        let at = at.unwrap_or_else(|| {
            tabs.push(Tab {
                name: tab.clone(),
                rows: 50,
                columns: 10,
            });
            cells.push(BTreeMap::new());
            tabs.len() - 1
        });
        let cell = match kind.as_str() {
            "n" => Value::Number(raw.parse().unwrap()).into(),
            "b" => Value::Bool(raw == "TRUE").into(),
            "f" => Cell {
                value: Value::Blank,
                formula: Some(raw.clone()),
            },
            _ => Value::Text(raw.clone()).into(),
        };
        cells[at].insert(Spot::named(spot).unwrap(), cell);
    }
    (tabs, cells)
}

/// What the engine says to formulas, all asked in one go. A cell far away is taken to hold
/// something, so that the formulas of the corpus' cells are computed too.
fn ask(asked: &[String]) -> Vec<Vec<Vec<Value>>> {
    let (tabs, cells) = sheet();
    let questions: Vec<Question> = asked
        .iter()
        .map(|formula| Question {
            // What is refused as a whole is asked as an error.
            formula: match formula.as_str() {
                REFUSED => "=#N/IMPL!".to_owned(),
                _ => formula.clone(),
            },
            tab: 0,
        })
        .collect();
    let changes = cells
        .iter()
        .enumerate()
        .flat_map(|(tab, cells)| cells.iter().map(move |(spot, cell)| (tab, *spot, cell)))
        .filter(|(.., cell)| cell.formula.is_some())
        .map(|(tab, spot, cell)| formulas::Change {
            tab,
            spot,
            cell: cell.clone(),
        })
        .collect();
    let refused = Question {
        formula: REFUSED.to_owned(),
        tab: 0,
    };
    assert!(Plan::new(tabs.clone(), &[refused], Vec::new()).is_err());
    let mut plan = Plan::new(tabs, &questions, changes).unwrap();
    loop {
        let areas = plan.missing().unwrap();
        if areas.is_empty() {
            break;
        }
        for area in areas {
            let row = |row: u32| {
                let cell = |column: u32| {
                    let cell = cells[area.tab].get(&Spot { row, column }).cloned();
                    cell.unwrap_or_else(|| Value::Blank.into())
                };
                (area.from.column..=area.to.column).map(cell).collect()
            };
            let rows = (area.from.row..=area.to.row).map(row).collect();
            plan.add(area, rows).unwrap();
        }
    }
    let moment = Moment {
        unix_ms: 1_774_000_000_000,
        zone: "Asia/Shanghai".to_owned(),
    };
    let answers = plan.compute(&moment).unwrap();
    answers.into_iter().map(|answer| answer.rows).collect()
}

fn same(wanted: &Json, found: &Value) -> bool {
    // LibreOffice keeps truth values as numbers, and an empty text in an array as nothing.
    let number = match found {
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::Number(number) => Some(*number),
        _ => None,
    };
    match (wanted, found) {
        (Json::Number(wanted), _) => {
            let wanted = wanted.as_f64().unwrap();
            number.is_some_and(|found| (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0))
        }
        (Json::String(wanted), Value::Text(found)) => wanted == found,
        (Json::Null | Json::String(_), Value::Blank) => {
            wanted.as_str().unwrap_or_default().is_empty()
        }
        (Json::Null, Value::Text(found)) => found.is_empty(),
        (Json::Object(error), Value::Error(found)) => {
            // It has numbers for what others call #VALUE!, #NUM! or #REF!.
            let name = error["error"].as_str().unwrap();
            name.starts_with("Err:") || Fault::named(name) == Some(*found)
        }
        _ => false,
    }
}

/// The formulas that differ.
fn compare(file: &str) -> (usize, Vec<String>) {
    let (asked, wanted): (Vec<String>, Vec<Json>) = lines(file)
        .into_iter()
        .map(|line| (line[0].clone(), serde_json::from_str(&line[1]).unwrap()))
        .unzip();
    let found = ask(&asked);
    let mut different = Vec::new();
    for ((formula, wanted), found) in asked.iter().zip(&wanted).zip(&found) {
        let rows = wanted.as_array().unwrap();
        let equal = rows.iter().enumerate().all(|(r, row)| {
            let row = row.as_array().unwrap();
            row.iter().enumerate().all(|(c, wanted)| {
                let found = found.get(r).and_then(|row| row.get(c));
                same(wanted, found.unwrap_or(&Value::Blank))
            })
        });
        if !equal {
            different.push(formula.clone());
            println!("{formula}\n    LibreOffice {wanted}\n    engine      {found:?}");
        }
    }
    (asked.len(), different)
}

#[test]
fn the_engine_agrees_with_libreoffice() {
    let (all, different) = compare("expected.tsv");
    assert!(all >= 300, "a corpus of {all} formulas is too small");
    println!(
        "{} of {all} formulas agree ({:.1} %)",
        all - different.len(),
        100.0 * (all - different.len()) as f64 / all as f64
    );
    let known: Vec<&str> = DIFFERENT.iter().map(|(formula, _)| *formula).collect();
    let surprises: Vec<_> = different
        .iter()
        .filter(|f| !known.contains(&f.as_str()))
        .collect();
    let mended: Vec<_> = known
        .iter()
        .filter(|f| !different.iter().any(|d| d == *f))
        .collect();
    assert!(surprises.is_empty(), "new disagreements: {surprises:#?}");
    assert!(
        mended.is_empty(),
        "agrees by now, take it off the list: {mended:#?}"
    );
}

/// Functions younger than LibreOffice 7.4, with results worked out by hand.
#[test]
fn young_functions_are_computed() {
    let (_, different) = compare("newer.tsv");
    assert!(different.is_empty(), "{different:#?}");
}

#[test]
fn the_corpus_has_an_expected_value_for_each_formula() {
    let asked: Vec<String> = lines("formulas.tsv")
        .into_iter()
        .map(|line| line[2].clone())
        .collect();
    let expected: Vec<String> = lines("expected.tsv")
        .into_iter()
        .map(|line| line[0].clone())
        .collect();
    assert_eq!(
        asked, expected,
        "run tests/interop/libreoffice/expected.py again"
    );
}
