//! Rows as a caller gives them: CSV, tab-separated text, or one JSON object per line.

use serde_json::{Map, Value};

/// Most rows of one call.
pub(crate) const MAX_ROWS: usize = 100_000;

/// One row: where it stood, and its cells by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// Counted from 1, without the line of names.
    pub(crate) number: usize,
    /// In the order of [`Rows::names`]; missing ones are `None`.
    pub(crate) cells: Vec<Option<Value>>,
}

/// Columns and rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// Why rows cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nothing is there.
    Empty,
    /// This row is no JSON object.
    Json(usize),
    /// This row has more cells than there are columns.
    Wide(usize),
    /// A quote is not closed.
    Quote,
    /// Two columns have one name, or a column has none.
    Names,
    /// More than [`MAX_ROWS`].
    Many,
}

impl Rows {
    /// Reads a text.
    pub(crate) fn read(text: &str) -> Result<Self, Wrong> {
        let text = text
            .trim_start_matches('\u{feff}')
            .trim_matches(['\n', '\r']);
        match text.trim_start().chars().next() {
            None => Err(Wrong::Empty),
            Some('{' | '[') => Self::json(text),
            Some(_) => Self::table(text),
        }
    }

    fn json(text: &str) -> Result<Self, Wrong> {
        let objects: Vec<Map<String, Value>> = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map_err(|_| Wrong::Json(1))?
        } else {
            let stream = serde_json::Deserializer::from_str(text).into_iter();
            let mut objects = Vec::new();
            for object in stream {
                objects.push(object.map_err(|_| Wrong::Json(objects.len() + 1))?);
                if objects.len() > MAX_ROWS {
                    return Err(Wrong::Many);
                }
            }
            objects
        };
        let mut rows = Self::default();
        for (index, object) in objects.into_iter().enumerate() {
            let mut cells = vec![None; rows.names.len()];
            for (name, value) in object {
                let at = rows.names.iter().position(|known| *known == name);
                let at = at.unwrap_or_else(|| {
                    rows.names.push(name);
                    cells.push(None);
                    rows.names.len() - 1
                });
                if let Some(cell) = cells.get_mut(at) {
                    *cell = Some(value);
                }
            }
            rows.rows.push(Row {
                number: index + 1,
                cells,
            });
        }
        rows.checked()
    }

    fn table(text: &str) -> Result<Self, Wrong> {
        let head = text.lines().next().unwrap_or_default();
        let tabs = head.contains('\t');
        let comma = if tabs {
            '\t'
        } else if !head.contains(',') && head.contains(';') {
            ';'
        } else {
            ','
        };
        let mut lines = split(text, comma, tabs)?.into_iter();
        let names = lines.next().ok_or(Wrong::Empty)?;
        let names: Vec<String> = names
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect();
        Self::of(names, lines)
    }

    /// From lines of texts, as a spreadsheet has them.
    pub(crate) fn of(
        names: Vec<String>,
        lines: impl Iterator<Item = Vec<String>>,
    ) -> Result<Self, Wrong> {
        let mut rows = Vec::new();
        for (index, line) in lines.enumerate() {
            if line.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if line.len() > names.len() && line[names.len()..].iter().any(|cell| !cell.is_empty()) {
                return Err(Wrong::Wide(index + 1));
            }
            let cells = line.into_iter().take(names.len());
            rows.push(Row {
                number: index + 1,
                cells: cells
                    .map(|cell| (!cell.trim().is_empty()).then_some(Value::String(cell)))
                    .collect(),
            });
            if rows.len() > MAX_ROWS {
                return Err(Wrong::Many);
            }
        }
        Self { names, rows }.checked()
    }

    fn checked(self) -> Result<Self, Wrong> {
        let mut names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        names.sort_unstable();
        let twins = names.windows(2).any(|pair| pair.first() == pair.last());
        if twins || names.first().is_some_and(|name| name.is_empty()) {
            return Err(Wrong::Names);
        }
        if self.rows.is_empty() {
            return Err(Wrong::Empty);
        }
        if self.rows.len() > MAX_ROWS {
            return Err(Wrong::Many);
        }
        Ok(self)
    }
}

/// Cells of lines (RFC 4180). In tab-separated text a cell without quotes may have `\t`, `\n` and
/// `\\` in it, as `base_read` prints them.
fn split(text: &str, comma: char, escapes: bool) -> Result<Vec<Vec<String>>, Wrong> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut cell = String::new();
    let mut chars = text.chars().peekable();
    let (mut quoted, mut fresh) = (false, true);
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted => {
                if chars.peek() == Some(&'"') {
                    chars.next();
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            c if quoted => cell.push(c),
            '"' if fresh => quoted = true,
            '\\' if escapes => match chars.next() {
                Some('t') => cell.push('\t'),
                Some('n') => cell.push('\n'),
                Some('\\') | None => cell.push('\\'),
                Some(other) => cell.extend(['\\', other]),
            },
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\n' | '\r' => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
                fresh = true;
                continue;
            }
            c if c == comma => {
                line.push(std::mem::take(&mut cell));
                fresh = true;
                continue;
            }
            c => cell.push(c),
        }
        fresh = false;
    }
    if quoted {
        return Err(Wrong::Quote);
    }
    line.push(cell);
    lines.push(line);
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cells(rows: &Rows, row: usize) -> Vec<Value> {
        let cells = rows.rows[row].cells.iter();
        cells.map(|cell| cell.clone().unwrap_or_default()).collect()
    }

    #[test]
    fn all_three_forms_are_read() {
        let csv = Rows::read("名称,备注\n\"a, b\",\"say \"\"hi\"\"\nthere\"\n\nc,\n").unwrap();
        assert_eq!(csv.names, ["名称", "备注"]);
        assert_eq!(cells(&csv, 0), [json!("a, b"), json!("say \"hi\"\nthere")]);
        assert_eq!(cells(&csv, 1), [json!("c"), Value::Null]);
        assert_eq!(csv.rows[1].number, 3);
        let tsv = Rows::read("a\tb\r\n1\\n2\tx\\\\y\r\n").unwrap();
        assert_eq!(cells(&tsv, 0), [json!("1\n2"), json!("x\\y")]);
        let json = Rows::read("{\"a\":1}\n{\"b\":[\"x\"],\"a\":null}").unwrap();
        assert_eq!(json.names, ["a", "b"]);
        assert_eq!(cells(&json, 1), [Value::Null, json!(["x"])]);
        assert_eq!(json.rows[1].cells[0], Some(Value::Null));
        assert_eq!(Rows::read("[{\"a\":1},{\"a\":2}]").unwrap().rows.len(), 2);
        assert_eq!(Rows::read("a;b\n1;2").unwrap().names, ["a", "b"]);
    }

    #[test]
    fn broken_rows_are_told_by_number() {
        for (text, wrong) in [
            ("", Wrong::Empty),
            ("a,b", Wrong::Empty),
            ("a,b\n1,2,3", Wrong::Wide(1)),
            ("a,a\n1,2", Wrong::Names),
            ("a,\n1,2", Wrong::Names),
            ("a\n\"x", Wrong::Quote),
            ("{\"a\":1}\n{\"a\":", Wrong::Json(2)),
            ("{\"a\":1}\n5", Wrong::Json(2)),
        ] {
            assert_eq!(Rows::read(text), Err(wrong), "{text}");
        }
    }
}
