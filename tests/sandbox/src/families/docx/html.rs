//! Simple HTML to blocks.

use serde_json::json;

use super::import::Builder;
use super::kinds;

impl Builder<'_> {
    /// Adds what a piece of simple HTML says: headings, paragraphs, lists, quotes, code, tables, inline styles.
    #[expect(clippy::too_many_lines, reason = "one match over the tags")]
    pub(crate) fn html(&mut self, source: &str) {
        let mut rest = source;
        let mut lists: Vec<u16> = Vec::new();
        let mut in_code = false;
        let (mut columns, mut row) = (0, 0);
        while !rest.is_empty() {
            let Some(at) = rest.find('<') else {
                self.html_text(rest, in_code);
                break;
            };
            let (text, tagged) = rest.split_at(at);
            self.html_text(text, in_code);
            let Some(end) = tagged.find('>') else {
                self.html_text(tagged, in_code);
                break;
            };
            let tag = &tagged[1..end];
            rest = &tagged[end + 1..];
            let closing = tag.starts_with('/');
            let name = tag
                .trim_matches('/')
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_lowercase();
            let step = |count: &mut u32| {
                *count = if closing {
                    count.saturating_sub(1)
                } else {
                    *count + 1
                }
            };
            match (name.as_str(), closing) {
                ("b" | "strong", _) => step(&mut self.bold),
                ("i" | "em", _) => step(&mut self.italic),
                ("s" | "del" | "strike", _) => step(&mut self.strike),
                ("u", _) => step(&mut self.underline),
                ("code", _) if !in_code => step(&mut self.code),
                ("a", false) => self
                    .links
                    .push(attribute(tag, "href").unwrap_or_default().to_owned()),
                ("a", true) => drop(self.links.pop()),
                ("br", _) => self.text("\n"),
                ("hr", _) => drop(self.leaf(kinds::DIVIDER, json!({}))),
                ("img", _) => self.image(attribute(tag, "src").unwrap_or_default()),
                ("p" | "div", _) => self.flush(),
                ("ul", false) => lists.push(kinds::BULLET),
                ("ol", false) => lists.push(kinds::ORDERED),
                ("ul" | "ol", true) => drop(lists.pop()),
                ("li", false) => {
                    self.open(lists.last().copied().unwrap_or(kinds::BULLET), json!({}));
                }
                ("blockquote", false) => self.open(kinds::QUOTE_CONTAINER, json!({})),
                ("pre", false) => {
                    in_code = true;
                    self.open(
                        kinds::CODE,
                        json!({"style": {"language": 1, "wrap": false}}),
                    );
                }
                ("pre", true) => {
                    in_code = false;
                    self.close();
                }
                ("table", false) => {
                    (columns, row) = (0, 0);
                    self.open(kinds::TABLE, json!({}));
                }
                ("tr", _) => row = 0,
                ("td" | "th", false) => {
                    row += 1;
                    columns = columns.max(row);
                    self.open(kinds::TABLE_CELL, json!({}));
                }
                ("table", true) => self.close_table(columns),
                ("td" | "th" | "li" | "blockquote", true) => self.close(),
                (heading, _) if heading.len() == 2 && heading.starts_with('h') => {
                    match heading[1..].parse::<u16>() {
                        Ok(level @ 1..=9) if !closing => {
                            self.open(kinds::HEADING1 + level - 1, json!({}));
                        }
                        Ok(_) => self.close(),
                        Err(_) => {}
                    }
                }
                _ => {}
            }
        }
        self.flush();
    }

    fn html_text(&mut self, text: &str, verbatim: bool) {
        let text = text
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&nbsp;", " ");
        let text = text.replace("&amp;", "&");
        if verbatim {
            self.text(&text);
        } else if !text.trim().is_empty() {
            self.text(&text.replace(['\n', '\r'], " "));
        }
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
