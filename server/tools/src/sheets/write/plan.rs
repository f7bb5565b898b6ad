//! Values on their way: where they go, in calls that Feishu takes.

use std::collections::BTreeMap;

use feishu::api::sheets::{Style, Styled, Update, WRITE_COLUMNS, WRITE_ROWS};
use serde_json::Value as Json;

use super::super::{
    a1::Area,
    cell::{Kind, Value, Written},
    grid::Grid,
};

/// Cells and bytes of one call.
const CALL_CELLS: usize = 40_000;
const CALL_BYTES: usize = 2 << 20;
/// Mentions of people that Feishu sends with one call.
const CALL_MENTIONS: usize = 50;
/// Ranges of one call that styles.
const CALL_RANGES: usize = 200;

/// Part of a tab that one call writes: rows of the whole that it contains.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chunk {
    /// First row of the values, from 0.
    pub(super) first: usize,
    /// How many rows.
    pub(super) rows: usize,
}

/// Divides rows into calls.
pub(super) fn chunks(rows: &[Vec<Written>]) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let (mut cells, mut bytes, mut mentions) = (0, 0, 0);
    for (at, row) in rows.iter().enumerate() {
        let size: usize = row.iter().map(|cell| weight(&cell.json)).sum();
        let people = row.iter().filter(|cell| cell.kind == Kind::Mention).count();
        let full = chunks.last().is_none_or(|chunk| {
            chunk.rows >= WRITE_ROWS
                || cells + row.len() > CALL_CELLS
                || bytes + size > CALL_BYTES
                || mentions + people > CALL_MENTIONS
        });
        if full {
            chunks.push(Chunk { first: at, rows: 0 });
            (cells, bytes, mentions) = (0, 0, 0);
        }
        (cells, bytes, mentions) = (cells + row.len(), bytes + size, mentions + people);
        if let Some(chunk) = chunks.last_mut() {
            chunk.rows += 1;
        }
    }
    chunks
}

fn weight(json: &Json) -> usize {
    match json {
        Json::String(text) => text.len() + 3,
        Json::Object(_) => json.to_string().len(),
        _ => 12,
    }
}

/// The ranges of a chunk that begins at a cell. Rows of one length go together, so that a short
/// row leaves alone what is beside it; wide rows are divided.
pub(super) fn updates(sheet: &str, (top, left): (u32, u32), rows: &[Vec<Written>]) -> Vec<Update> {
    let mut updates = Vec::new();
    let mut at = 0;
    while let Some(width) = rows.get(at).map(Vec::len) {
        let height = rows[at..]
            .iter()
            .take_while(|row| row.len() == width)
            .count();
        let run = &rows[at..at + height];
        for first in (0..width).step_by(WRITE_COLUMNS) {
            let last = width.min(first + WRITE_COLUMNS);
            let area = Area {
                top: top + u(at),
                bottom: top + u(at + height),
                left: left + u(first),
                right: left + u(last),
            };
            let values = run.iter().map(|row| {
                row[first..last]
                    .iter()
                    .map(|cell| cell.json.clone())
                    .collect()
            });
            updates.push(Update {
                range: area.range(sheet),
                values: values.collect(),
            });
        }
        at += height;
    }
    updates
}

fn u(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The number formats that written cells need: a date would be seen as a number without one. A
/// cell that showed a date before keeps its format.
pub(super) fn formats(
    sheet: &str,
    (top, left): (u32, u32),
    rows: &[Vec<Written>],
    before: Option<&Grid>,
) -> Vec<Vec<Styled>> {
    // Runs down a column share a range.
    let mut runs: BTreeMap<(&'static str, u32), Vec<(u32, u32)>> = BTreeMap::new();
    for (row, cells) in (top..).zip(rows) {
        for (column, cell) in (left..).zip(cells) {
            let Some(formatter) = cell.formatter else {
                continue;
            };
            let old = before.and_then(|grid| grid.at(row, column));
            let keeps = match cell.kind {
                Kind::Date(_) => matches!(old, Some(Value::Date(_))),
                _ => matches!(old, Some(Value::Number(_))),
            };
            if keeps {
                continue;
            }
            let known = runs.entry((formatter, column)).or_default();
            match known.last_mut() {
                Some((_, end)) if *end == row => *end = row + 1,
                _ => known.push((row, row + 1)),
            }
        }
    }
    let mut ranges: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for ((formatter, column), stretches) in runs {
        for (start, end) in stretches {
            for top in (start..end).step_by(WRITE_ROWS) {
                let area = Area {
                    top,
                    bottom: end.min(top + u(WRITE_ROWS)),
                    left: column,
                    right: column + 1,
                };
                ranges.entry(formatter).or_default().push(area.range(sheet));
            }
        }
    }
    let styled = ranges.into_iter().flat_map(|(formatter, ranges)| {
        let parts: Vec<Styled> = ranges
            .chunks(CALL_RANGES)
            .map(|part| Styled {
                ranges: part.to_vec(),
                style: Style {
                    formatter: Some(formatter.to_owned()),
                    ..Style::default()
                },
            })
            .collect();
        parts
    });
    styled.map(|one| vec![one]).collect()
}

/// Whether a cell holds what was written into it.
pub(super) fn is_same(written: &Written, read: &Value) -> bool {
    match (&written.json, read) {
        (Json::String(text), Value::Empty) => text.is_empty(),
        (Json::String(text), Value::Text(known)) => text == known,
        (Json::Number(number), Value::Number(known) | Value::Date(known)) => number
            .as_f64()
            .is_some_and(|number| (number - known).abs() < 1e-9),
        (Json::Bool(truth), Value::Bool(known)) => truth == known,
        (Json::Object(segment), Value::Formula(known)) => {
            segment.get("text").and_then(Json::as_str) == Some(known)
        }
        (Json::Object(_) | Json::String(_), Value::Rich(_)) => {
            let mut expected = Value::of(&written.json);
            // Feishu makes a link of a bare address.
            if let (Value::Text(text), Value::Rich(pieces)) = (&expected, read) {
                let link = super::super::cell::Piece::Link {
                    text: text.clone(),
                    url: text.clone(),
                };
                return pieces.as_slice() == [link];
            }
            // A mentioned person has a name afterwards.
            if matches!(written.kind, Kind::Mention) {
                expected = read.clone();
            }
            expected == *read
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(text: &[&[&str]]) -> Vec<Vec<Written>> {
        let cell = |word: &&str| Written::of(word, "Asia/Shanghai");
        text.iter()
            .map(|row| row.iter().map(cell).collect())
            .collect()
    }

    #[test]
    fn short_rows_leave_alone_what_is_beside_them() {
        let told = updates(
            "s",
            (1, 1),
            &rows(&[&["a", "b"], &["c"], &["d"], &["e", "f"]]),
        );
        let ranges: Vec<&str> = told.iter().map(|one| one.range.as_str()).collect();
        assert_eq!(ranges, ["s!B2:C2", "s!B3:B4", "s!B5:C5"]);
        assert_eq!(told[1].values, [[json!("c")], [json!("d")]]);
    }

    #[test]
    fn calls_keep_to_the_limits() {
        let many = vec![vec![Written::of("1", "UTC"); 10]; 12_000];
        let sizes: Vec<usize> = chunks(&many).iter().map(|chunk| chunk.rows).collect();
        assert_eq!(sizes, [4_000, 4_000, 4_000]);
        let narrow = vec![vec![Written::of("1", "UTC")]; 5_001];
        assert_eq!(
            chunks(&narrow)
                .iter()
                .map(|chunk| chunk.rows)
                .collect::<Vec<_>>(),
            [5_000, 1]
        );
        let long = vec![vec![Written::of(&"x".repeat(40_000), "UTC")]; 100];
        assert!(chunks(&long).iter().all(|chunk| chunk.rows <= 53));
        let person = Written::of("@[A](user:ou_1234567890)", "UTC");
        assert_eq!(chunks(&vec![vec![person]; 120]).len(), 3);
        let wide = vec![vec![Written::of("1", "UTC"); 250]];
        assert_eq!(updates("s", (0, 0), &wide).len(), 3);
    }

    #[test]
    fn dates_get_a_format_and_runs_share_a_range() {
        let rows = rows(&[&["2026-11-23", "5%"], &["2026-11-24", "x"], &["text", "7%"]]);
        let told = formats("s", (4, 0), &rows, None);
        let ranges: Vec<&Vec<String>> = told.iter().flatten().map(|one| &one.ranges).collect();
        assert_eq!(
            ranges,
            [
                &vec!["s!B5:B5".to_owned(), "s!B7:B7".to_owned()],
                &vec!["s!A5:A6".to_owned()]
            ]
        );
    }
}
