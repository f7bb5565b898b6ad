//! The text of a block, character by character, each with the style that it came with.
//!
//! A change replaces a span and leaves everything around it as Feishu printed it: colours, links,
//! mentions, comments and elements of kinds that are not known here.

use std::sync::Arc;

use feishu::api::docx::ElementStyle;
use serde_json::{Map, Value, json};

use crate::render::clean_text;

/// Stands for an element that is no text, when text is searched.
const OBJECT: char = '\u{fffc}';

/// One character, or one element that is no text.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Char {
        c: char,
        style: Arc<Value>,
        /// The run that it came from; `None` is new.
        run: Option<usize>,
    },
    Whole(Value),
}

/// The cells of Feishu's elements.
pub(crate) fn read(elements: &[Value]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (run, element) in elements.iter().enumerate() {
        let Some(text) = element.get("text_run") else {
            cells.push(Cell::Whole(element.clone()));
            continue;
        };
        let style = Arc::new(text.get("text_element_style").cloned().unwrap_or_default());
        let content = text.get("content").and_then(Value::as_str).unwrap_or("");
        cells.extend(content.chars().map(|c| Cell::Char {
            c,
            style: Arc::clone(&style),
            run: Some(run),
        }));
    }
    cells
}

/// The cells of new elements.
pub(crate) fn fresh(elements: &[Value]) -> Vec<Cell> {
    let mut cells = read(elements);
    for cell in &mut cells {
        if let Cell::Char { run, .. } = cell {
            *run = None;
        }
    }
    cells
}

/// Feishu's elements of cells; an empty text is one empty run.
pub(crate) fn write(cells: &[Cell]) -> Vec<Value> {
    let mut elements: Vec<Value> = Vec::new();
    let mut text = String::new();
    let mut last: Option<(&Arc<Value>, Option<usize>)> = None;
    for cell in cells {
        match cell {
            Cell::Char { c, style, run } => {
                let joins = last.is_some_and(|(known, from)| {
                    *known == *style && (from == *run || from.is_none() || run.is_none())
                });
                if let (false, Some((known, _))) = (joins, last) {
                    elements.push(text_run(&std::mem::take(&mut text), known));
                }
                text.push(*c);
                // A run that grew stays the run that it was.
                let from = match last {
                    Some((_, Some(from))) if joins => Some(from),
                    _ => *run,
                };
                last = Some((style, from));
            }
            Cell::Whole(element) => {
                if let Some((known, _)) = last.take() {
                    elements.push(text_run(&std::mem::take(&mut text), known));
                }
                elements.push(element.clone());
            }
        }
    }
    if let Some((known, _)) = last {
        elements.push(text_run(&text, known));
    }
    if elements.is_empty() {
        elements.push(text_run("", &Value::Null));
    }
    elements
}

fn text_run(content: &str, style: &Value) -> Value {
    match style {
        Value::Null => json!({ "text_run": { "content": content } }),
        style => json!({ "text_run": { "content": content, "text_element_style": style } }),
    }
}

/// Text to search, and where each of its characters stands among the cells. Characters that are
/// never shown are not in it.
pub(crate) struct Plain {
    pub(crate) text: String,
    /// For each byte of the text, the cell.
    at: Vec<usize>,
}

impl Plain {
    pub(crate) fn of(cells: &[Cell]) -> Self {
        let mut plain = Self {
            text: String::new(),
            at: Vec::new(),
        };
        for (index, cell) in cells.iter().enumerate() {
            let shown = match cell {
                Cell::Char { c, .. } => clean_text(c.encode_utf8(&mut [0; 4])),
                Cell::Whole(_) => OBJECT.to_string(),
            };
            plain.at.extend(std::iter::repeat_n(index, shown.len()));
            plain.text.push_str(&shown);
        }
        plain
    }

    /// The cells of each place where the words stand.
    pub(crate) fn find(&self, words: &str) -> Vec<std::ops::Range<usize>> {
        if words.is_empty() {
            return Vec::new();
        }
        self.text
            .match_indices(words)
            .filter_map(|(from, hit)| {
                let last = from + hit.len() - 1;
                Some(*self.at.get(from)?..self.at.get(last)? + 1)
            })
            .collect()
    }
}

/// Replaces a span. New text takes over the style of what it replaces, and adds its own marks.
pub(crate) fn splice(cells: &mut Vec<Cell>, range: std::ops::Range<usize>, new: Vec<Cell>) {
    let model = cells[range.clone()]
        .iter()
        .chain(cells[..range.start].iter().rev())
        .find_map(|cell| match cell {
            Cell::Char { style, .. } => Some(Arc::clone(style)),
            Cell::Whole(_) => None,
        });
    let new: Vec<Cell> = new
        .into_iter()
        .map(|cell| match cell {
            Cell::Char { c, style, run } => Cell::Char {
                c,
                style: model
                    .as_ref()
                    .map_or_else(|| Arc::clone(&style), |model| overlay(model, &style)),
                run,
            },
            whole @ Cell::Whole(_) => whole,
        })
        .collect();
    cells.splice(range, new);
}

/// The style of the place with the marks of the new text on top.
fn overlay(model: &Arc<Value>, marks: &Arc<Value>) -> Arc<Value> {
    let set: Vec<(&String, &Value)> = marks
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| **value != Value::Bool(false))
        .collect();
    if set.is_empty() {
        return Arc::clone(model);
    }
    let mut style = model.as_object().cloned().unwrap_or_else(Map::new);
    for (name, value) in set {
        style.insert(name.clone(), value.clone());
    }
    Arc::new(Value::Object(style))
}

/// The old cells with the text and marks of the new ones: what both have at the start and at the
/// end stays as it was.
pub(crate) fn merge(old: &[Cell], new: &[Cell]) -> Vec<Cell> {
    let same = |(a, b): &(&Cell, &Cell)| alike(a, b);
    let head = old.iter().zip(new).take_while(same).count();
    let tail = old[head..]
        .iter()
        .rev()
        .zip(new[head..].iter().rev())
        .take_while(same)
        .count();
    let mut cells = old[..head].to_vec();
    cells.extend_from_slice(&new[head..new.len() - tail]);
    cells.extend_from_slice(&old[old.len() - tail..]);
    cells
}

/// Whether two texts of the same length read the same and have the same marks.
pub(crate) fn same(a: &[Cell], b: &[Cell]) -> bool {
    a.iter().zip(b).all(|(a, b)| alike(a, b))
}

/// Whether Markdown prints both alike.
fn alike(a: &Cell, b: &Cell) -> bool {
    match (a, b) {
        (
            Cell::Char { c, style, .. },
            Cell::Char {
                c: other,
                style: theirs,
                ..
            },
        ) => c == other && (Arc::ptr_eq(style, theirs) || marks(style) == marks(theirs)),
        (Cell::Whole(a), Cell::Whole(b)) => identity(a) == identity(b),
        _ => false,
    }
}

fn marks(style: &Value) -> ElementStyle {
    let mut style: ElementStyle = serde_json::from_value(style.clone()).unwrap_or_default();
    // Markdown does not print to which comments a text belongs.
    style.comment_ids.clear();
    if let Some(link) = &mut style.link
        && let Ok(url) = percent_encoding::percent_decode_str(&link.url).decode_utf8()
    {
        link.url = url.into_owned();
    }
    style
}

/// What an element is, without its style and what Feishu adds when it is read.
fn identity(element: &Value) -> Option<(&String, &Value)> {
    let (kind, body) = element.as_object()?.iter().next()?;
    let field = match kind.as_str() {
        "mention_user" => "user_id",
        "mention_doc" => "token",
        "equation" => "content",
        _ => return Some((kind, body)),
    };
    Some((kind, body.get(field)?))
}

/// Whether Feishu takes these elements back: some kinds it only prints.
pub(crate) fn writable(elements: &[Value]) -> bool {
    const KNOWN: [&str; 6] = [
        "text_run",
        "mention_user",
        "mention_doc",
        "equation",
        "reminder",
        "link_preview",
    ];
    elements.iter().all(|element| {
        element
            .as_object()
            .is_some_and(|object| object.keys().all(|kind| KNOWN.contains(&kind.as_str())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Value> {
        vec![
            json!({"text_run": {"content": "Ship on ", "text_element_style": {"text_color": 1}}}),
            json!({"mention_user": {"user_id": "ou_1"}}),
            json!({"text_run": {"content": " Friday", "text_element_style": {"bold": true, "comment_ids": ["c"]}}}),
            json!({"text_run": {"content": "!", "text_element_style": {"bold": true, "comment_ids": ["c"]}}}),
        ]
    }

    #[test]
    fn reading_and_writing_changes_nothing() {
        assert_eq!(write(&read(&sample())), sample());
        assert_eq!(write(&[]), [json!({"text_run": {"content": ""}})]);
    }

    #[test]
    fn only_the_span_changes_and_it_keeps_the_style_of_its_place() {
        let mut cells = read(&sample());
        let found = Plain::of(&cells).find("Friday");
        assert_eq!(found.len(), 1);
        let new = fresh(&[json!({"text_run": {"content": "Monday"}})]);
        splice(&mut cells, found[0].clone(), new);
        let mut expected = sample();
        expected[2]["text_run"]["content"] = json!(" Monday");
        assert_eq!(write(&cells), expected);
    }

    #[test]
    fn marks_of_the_new_text_lie_on_top() {
        let mut cells = read(&sample());
        let at = Plain::of(&cells).find("Ship").remove(0);
        let new =
            fresh(&[json!({"text_run": {"content": "S", "text_element_style": {"italic": true}}})]);
        splice(&mut cells, at, new);
        let elements = write(&cells);
        assert_eq!(
            elements[0],
            json!({"text_run": {"content": "S", "text_element_style": {"text_color": 1, "italic": true}}})
        );
        assert_eq!(elements[1]["text_run"]["content"], " on ");
    }

    #[test]
    fn merging_keeps_what_is_the_same_at_both_ends() {
        let old = read(&sample());
        let new = fresh(&[
            json!({"text_run": {"content": "Ship at ", "text_element_style": {"text_color": 1}}}),
            json!({"mention_user": {"user_id": "ou_1"}}),
            json!({"text_run": {"content": " Friday!", "text_element_style": {"bold": true}}}),
        ]);
        let elements = write(&merge(&old, &new));
        assert_eq!(elements[elements.len() - 3..], sample()[1..]);
        let text: String = elements
            .iter()
            .filter_map(|e| e["text_run"]["content"].as_str())
            .collect();
        assert_eq!(text, "Ship at  Friday!");
    }

    #[test]
    fn hidden_characters_do_not_hinder_the_search() {
        let cells = read(&[json!({"text_run": {"content": "re\u{200b}port 👩‍👩‍👧 مرحبا"}})]);
        let plain = Plain::of(&cells);
        assert_eq!(plain.find("report").first(), Some(&(0..7)));
        assert_eq!(plain.find("مرحبا").len(), 1);
    }
}
