//! Values as callers give them: tab-separated or comma-separated lines, or rows of JSON.

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::super::cell::{Kind, Written};
use crate::{ToolCx, ToolError};

/// Most bytes of values.
const MAX_BYTES: usize = 8 << 20;
/// Most characters of a cell.
const MAX_CELL: usize = feishu::api::sheets::CELL_CHARS;
/// Begins a block of `batch`.
const BLOCK: &str = ">>";

/// How the text was divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Tabs,
    Commas,
    Json,
}

/// Rows of cells; rows may have different lengths.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    pub(super) cells: Vec<Vec<Written>>,
    pub(super) form: Form,
}

impl Rows {
    pub(super) fn height(&self) -> u32 {
        u32::try_from(self.cells.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn width(&self) -> u32 {
        let widest = self.cells.iter().map(Vec::len).max().unwrap_or(0);
        u32::try_from(widest).unwrap_or(u32::MAX)
    }

    pub(super) fn count(&self) -> usize {
        self.cells.iter().map(Vec::len).sum()
    }

    /// How many cells of each kind, for people: dates, formulas and the like are easily missed.
    pub(super) fn kinds(&self, cx: &ToolCx) -> String {
        let names: [(&str, &dyn Fn(Kind) -> bool); 7] = [
            (cx.say("formulas", "公式"), &|kind| kind == Kind::Formula),
            (cx.say("numbers", "数字"), &|kind| {
                matches!(kind, Kind::Number | Kind::Share)
            }),
            (cx.say("dates", "日期"), &|kind| {
                matches!(kind, Kind::Date(_))
            }),
            (cx.say("links", "链接"), &|kind| kind == Kind::Link),
            (cx.say("mentions", "提及"), &|kind| kind == Kind::Mention),
            (cx.say("truth values", "布尔值"), &|kind| {
                kind == Kind::Bool
            }),
            (cx.say("texts", "文本"), &|kind| kind == Kind::Text),
        ];
        let all = || self.cells.iter().flatten();
        let told = names.iter().filter_map(|(name, is)| {
            let count = all().filter(|cell| is(cell.kind)).count();
            (count > 0).then(|| format!("{count} {name}"))
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

/// Takes text; takes rows too, from clients that send what the text would say.
pub(super) fn lenient<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Json>::deserialize(input)? {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text),
        Some(other) => Some(other.to_string()),
    })
}

/// Reads values.
///
/// # Errors
/// [`crate::ErrorKind::Invalid`] when there are none, too many, or one that no cell holds.
pub(super) fn read(cx: &ToolCx, text: &str) -> Result<Rows, ToolError> {
    if text.len() > MAX_BYTES {
        return Err(ToolError::invalid(
            cx.say("the values are larger than 8 MiB", "内容超过 8 MiB"),
        )
        .with_hint(cx.say(
            "Write them in several calls, or import a file with `files`.",
            "请分多次写入，或用 `files` 导入文件。",
        )));
    }
    let (words, form) = divide(text);
    if words.iter().all(Vec::is_empty) {
        return Err(
            ToolError::invalid(cx.say("`values` is missing", "缺少 `values`")).with_hint(cx.say(
                "Give rows as lines, cells divided by tabs; op=clear empties cells.",
                "按行给出，单元格用制表符分隔；清空请用 op=clear。",
            )),
        );
    }
    let zone = &cx.facts.time_zone;
    let mut cells = Vec::with_capacity(words.len());
    for row in words {
        let mut line = Vec::with_capacity(row.len());
        for word in row {
            if word.chars().count() > MAX_CELL {
                return Err(ToolError::invalid(cx.say(
                    "a cell has more than 50,000 characters",
                    "单元格超过 50,000 字",
                )));
            }
            line.push(Written::of(&word, zone));
        }
        cells.push(line);
    }
    Ok(Rows { cells, form })
}

/// The blocks of a batch: what stands behind `>>`, and the lines below it.
pub(super) fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(range) = line.strip_prefix(BLOCK) {
            blocks.push((range.trim().to_owned(), String::new()));
        } else if let Some((_, lines)) = blocks.last_mut() {
            lines.push_str(line);
        } else if !line.trim().is_empty() {
            // Lines before the first range belong nowhere.
            return Vec::new();
        }
    }
    blocks
}

fn divide(text: &str) -> (Vec<Vec<String>>, Form) {
    if let Some(rows) = json_rows(text) {
        return (rows, Form::Json);
    }
    let tabs = records(text, '\t');
    if !text.contains('\t') && text.contains(',') {
        let commas = records(text, ',');
        let width = commas.first().map_or(0, Vec::len);
        // One line with commas is a sentence; lines that agree are a table.
        if commas.len() > 1 && width > 1 && commas.iter().all(|row| row.len() == width) {
            return (commas, Form::Commas);
        }
    }
    (tabs, Form::Tabs)
}

/// `[["a",1],["b",2]]`.
fn json_rows(text: &str) -> Option<Vec<Vec<String>>> {
    let trimmed = text.trim();
    if !trimmed.starts_with('[') || !trimmed.ends_with(']') {
        return None;
    }
    let rows: Vec<Vec<Json>> = serde_json::from_str(trimmed).ok()?;
    let word = |cell: Json| match cell {
        Json::Null => Some(String::new()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.replace("\r\n", "\n").replace('\n', "↵")),
        Json::Array(_) | Json::Object(_) => None,
    };
    rows.into_iter()
        .map(|row| row.into_iter().map(word).collect())
        .collect()
}

/// Lines with quoted fields (RFC 4180): within quotes a line break or divider is text.
fn records(text: &str, divider: char) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    if text.is_empty() {
        return Vec::new();
    }
    let (mut rows, mut row, mut rest) = (Vec::new(), Vec::new(), text);
    loop {
        let (field, after) = quoted(rest, divider).unwrap_or_else(|| {
            let end = rest.find([divider, '\n']).unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        });
        row.push(field);
        let mut chars = after.chars();
        match chars.next() {
            Some('\n') => rows.push(std::mem::take(&mut row)),
            Some(_) => {}
            None => {
                rows.push(row);
                return rows;
            }
        }
        rest = chars.as_str();
    }
}

/// A quoted field and what follows it; `None` when this is only a text that begins with a quote.
fn quoted(text: &str, divider: char) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut field = String::new();
    loop {
        let end = rest.find('"')?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.chars().next() {
            Some('"') => {
                field.push('"');
                rest = &rest[1..];
            }
            Some(next) if next != divider && next != '\n' => return None,
            _ => return Some((field.replace('\n', "↵"), rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        divide(text).0
    }

    #[test]
    fn tables_of_every_form_are_divided() {
        assert_eq!(words("a\tb\nc\t"), [vec!["a", "b"], vec!["c", ""]]);
        assert_eq!(words("a,b\r\n1,\"x, y\"\r\n"), [["a", "b"], ["1", "x, y"]]);
        assert_eq!(words("Hello, world"), [["Hello, world"]]);
        assert_eq!(words("one, two\nthree"), [["one, two"], ["three"]]);
        assert_eq!(
            words("[[\"a\",1.5],[null,true]]"),
            [["a", "1.5"], ["", "true"]]
        );
        assert_eq!(words("[not json"), [["[not json"]]);
        assert_eq!(words("\"two\nlines\"\tb"), [["two↵lines", "b"]]);
        assert_eq!(words("\"5 inch\" screen\tb"), [["\"5 inch\" screen", "b"]]);
        assert_eq!(words("\"say \"\"hi\"\"\"\tb"), [["say \"hi\"", "b"]]);
        assert_eq!(words("a\n\nb"), [["a"], [""], ["b"]]);
        assert!(words("").is_empty());
    }

    #[test]
    fn a_batch_is_divided_at_its_ranges() {
        let found = blocks(">> Plan!B2\n1\t2\n>> 'My tab'!A1\nx\n");
        assert_eq!(found[0], ("Plan!B2".to_owned(), "1\t2\n".to_owned()));
        assert_eq!(found[1], ("'My tab'!A1".to_owned(), "x\n".to_owned()));
        assert!(blocks("1\t2\n>> B2\n3").is_empty());
        assert!(blocks("").is_empty());
    }
}
