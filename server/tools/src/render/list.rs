//! Lists: a header, one line per item, and always whether there is more.

use model::Locale;
use serde_json::{Map, Value, json};

use crate::ToolOutput;

/// Cuts a text to about `tokens` tokens, at a line. Returns the rest's offset when it was cut.
pub(crate) fn budget_cut(text: &str, tokens: usize) -> (&str, Option<usize>) {
    let mut weight = 0;
    let mut line_end = None;
    for (index, c) in text.char_indices() {
        weight += quarter_tokens(c);
        if weight > tokens * 4 {
            let cut = line_end.unwrap_or(index);
            return (&text[..cut], Some(cut));
        }
        if c == '\n' {
            line_end = Some(index + 1);
        }
    }
    (text, None)
}

/// The estimated cost of a character: ASCII about a quarter of a token, all else a whole one.
const fn quarter_tokens(c: char) -> usize {
    if c.is_ascii() { 1 } else { 4 }
}

/// A list in the making.
#[derive(Debug)]
pub(crate) struct Listing {
    heading: String,
    lines: Vec<String>,
    items: Vec<Value>,
    notes: Vec<String>,
    next: Option<String>,
}

impl Listing {
    pub(crate) fn new(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            lines: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
            next: None,
        }
    }

    /// Adds an item: its line for the text, its fields for programs.
    pub(crate) fn push(&mut self, line: String, item: Value) {
        self.lines.push(line);
        self.items.push(item);
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The cursor of the next page.
    pub(crate) fn next(&mut self, next: Option<String>) {
        self.next = next;
    }

    /// Estimated tokens of the lines so far.
    pub(crate) fn tokens(&self) -> usize {
        let quarters: usize = self
            .lines
            .iter()
            .flat_map(|line| line.chars())
            .map(quarter_tokens)
            .sum();
        quarters / 4
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Text and data; both say `next` and `truncated`.
    pub(crate) fn finish(self, locale: Locale) -> ToolOutput {
        let mut text = self.heading;
        for line in &self.lines {
            text.push('\n');
            text.push_str(line);
        }
        for note in &self.notes {
            text.push_str("\n(");
            text.push_str(note);
            text.push(')');
        }
        if let Some(next) = &self.next {
            text.push_str(locale.pick(
                "\nMore: call again with cursor=",
                "\n还有更多：再次调用并传入 cursor=",
            ));
            text.push_str(next);
        }
        let mut data = Map::new();
        data.insert("items".to_owned(), Value::Array(self.items));
        data.insert("next".to_owned(), json!(self.next));
        data.insert("truncated".to_owned(), json!(self.next.is_some()));
        ToolOutput::text(text).with_structured(Value::Object(data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_falls_on_a_line_and_counts_chinese_as_dearer() {
        assert_eq!(budget_cut("abc", 100), ("abc", None));
        let (head, rest) = budget_cut("aaaa\nbbbb\ncccc\n", 2);
        assert_eq!((head, rest), ("aaaa\n", Some(5)));
        let (head, _) = budget_cut("中文中文", 2);
        assert_eq!(head, "中文");
    }

    #[test]
    fn every_list_says_whether_there_is_more() {
        let mut list = Listing::new("2 of many");
        list.push("a".to_owned(), json!({"title": "a"}));
        list.next(Some("c1".to_owned()));
        let output = list.finish(Locale::En);
        assert!(output.text.ends_with("cursor=c1"));
        let data = output.structured.unwrap();
        assert_eq!(
            (data["truncated"].as_bool(), data["next"].as_str()),
            (Some(true), Some("c1"))
        );
    }
}
