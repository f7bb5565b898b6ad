//! Blocks to Markdown and to plain text.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::assemble::table_size;
use super::kinds;
use super::language::LANGUAGES;
use super::tree::{Block, Document};

/// How people are printed: the stored id → a name.
pub(crate) type NameOf<'a> = &'a dyn Fn(&str) -> String;

impl Document {
    /// The document as Markdown, the title as its first heading.
    pub(crate) fn to_markdown(&self, name: NameOf<'_>) -> String {
        let mut out = String::new();
        let Some(page) = self.blocks.get(&self.id) else {
            return out;
        };
        out.push_str("# ");
        out.push_str(&inline(page, name, true));
        out.push_str("\n\n");
        self.markdown_children(page, "", name, &mut out);
        let kept = out.trim_end().len();
        out.truncate(kept);
        out.push('\n');
        out
    }

    fn markdown_children(&self, parent: &Block, indent: &str, name: NameOf<'_>, out: &mut String) {
        let mut number = 0;
        let mut list = false;
        for block in parent.children.iter().filter_map(|id| self.blocks.get(id)) {
            let item = matches!(block.kind, kinds::BULLET | kinds::ORDERED | kinds::TODO);
            number = if block.kind == kinds::ORDERED {
                number + 1
            } else {
                0
            };
            if list && !item {
                out.push('\n');
            }
            list = item;
            self.markdown_block(block, number, indent, name, out);
        }
        if list && indent.is_empty() {
            out.push('\n');
        }
    }

    #[expect(clippy::too_many_lines, reason = "one match over the kinds")]
    fn markdown_block(
        &self,
        block: &Block,
        number: usize,
        indent: &str,
        name: NameOf<'_>,
        out: &mut String,
    ) {
        let line = |out: &mut String, text: &str| {
            for part in text.split('\n') {
                out.push_str(indent);
                out.push_str(part);
                out.push('\n');
            }
        };
        match block.kind {
            kinds::BULLET | kinds::ORDERED | kinds::TODO => {
                let mark = match block.kind {
                    kinds::BULLET => "- ".to_owned(),
                    kinds::ORDERED => format!("{number}. "),
                    _ if style(block, "done") == Some(&Value::Bool(true)) => "- [x] ".to_owned(),
                    _ => "- [ ] ".to_owned(),
                };
                line(
                    out,
                    &format!("{mark}{}", inline(block, name, true).replace('\n', "<br>")),
                );
                let deeper = format!(
                    "{indent}{}",
                    " ".repeat(if block.kind == kinds::ORDERED {
                        mark.len()
                    } else {
                        2
                    })
                );
                self.markdown_children(block, &deeper, name, out);
                return;
            }
            kinds::CODE => {
                let language = style(block, "language")
                    .and_then(Value::as_u64)
                    .and_then(|n| usize::try_from(n).ok());
                let language = language
                    .and_then(|n| LANGUAGES.get(n.wrapping_sub(1)))
                    .copied()
                    .unwrap_or("PlainText");
                let fence = if language == "PlainText" {
                    String::new()
                } else {
                    language.to_lowercase()
                };
                line(
                    out,
                    &format!("```{fence}\n{}\n```", inline(block, name, false)),
                );
            }
            kinds::DIVIDER => line(out, "---"),
            kinds::IMAGE => line(out, &format!("![image]({})", text_of(block, "token"))),
            kinds::QUOTE => line(
                out,
                &format!("> {}", inline(block, name, true).replace('\n', "\n> ")),
            ),
            kinds::QUOTE_CONTAINER | kinds::CALLOUT => {
                let mut inner = String::new();
                self.markdown_children(block, "", name, &mut inner);
                for text in inner.trim_end().split('\n') {
                    line(out, &format!("> {text}"));
                }
            }
            kinds::TABLE => self.markdown_table(block, name, out),
            kinds::FILE => line(
                out,
                &format!("[{}]({})", text_of(block, "name"), text_of(block, "token")),
            ),
            kinds::GRID | kinds::GRID_COLUMN | kinds::VIEW => {
                self.markdown_children(block, indent, name, out);
                return;
            }
            kind if kinds::is_heading(kind) => {
                let depth = usize::from(kind - kinds::HEADING1) + 1;
                line(
                    out,
                    &format!("{} {}", "#".repeat(depth.min(6)), inline(block, name, true)),
                );
            }
            kind if kinds::is_text(kind) => line(out, &inline(block, name, true)),
            _ => return,
        }
        out.push('\n');
        self.markdown_children(block, indent, name, out);
    }

    fn markdown_table(&self, block: &Block, name: NameOf<'_>, out: &mut String) {
        let (_, columns) = table_size(&block.payload);
        for (row, cells) in block.children.chunks(columns.max(1)).enumerate() {
            out.push('|');
            for cell in cells.iter().filter_map(|id| self.blocks.get(id)) {
                let mut inner = String::new();
                self.markdown_children(cell, "", name, &mut inner);
                out.push(' ');
                out.push_str(
                    &inner
                        .trim()
                        .replace("\n\n", "<br>")
                        .replace('\n', "<br>")
                        .replace('|', "\\|"),
                );
                out.push_str(" |");
            }
            out.push('\n');
            if row == 0 {
                out.push('|');
                out.push_str(&" --- |".repeat(cells.len()));
                out.push('\n');
            }
        }
    }

    /// All text, one line per block, in reading order.
    pub(crate) fn to_plain(&self, name: NameOf<'_>) -> String {
        let mut out = String::new();
        for block in self
            .preorder(&self.id)
            .into_iter()
            .filter(|block| kinds::is_text(block.kind))
        {
            out.push_str(&inline(block, name, false));
            out.push('\n');
        }
        out
    }
}

fn style<'b>(block: &'b Block, key: &str) -> Option<&'b Value> {
    block.payload.get("style").and_then(|style| style.get(key))
}

fn text_of<'b>(block: &'b Block, key: &str) -> &'b str {
    block
        .payload
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The elements of a block as Markdown, or as bare text.
fn inline(block: &Block, name: NameOf<'_>, markup: bool) -> String {
    let mut out = String::new();
    for element in block
        .payload
        .get("elements")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let Some((key, body)) = element.as_object().and_then(|object| object.iter().next()) else {
            continue;
        };
        let field = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
        match key.as_str() {
            "text_run" if markup => out.push_str(&styled(field("content"), body)),
            "equation" if markup => out.extend(["$", field("content"), "$"]),
            "text_run" | "equation" => out.push_str(field("content")),
            "mention_user" => out.extend(["@", &name(field("user_id"))]),
            "mention_doc" if markup => {
                let url = percent_decode_str(field("url")).decode_utf8_lossy();
                out.extend(["[", field("title"), "](", &url, ")"]);
            }
            "mention_doc" | "link_preview" => out.push_str(field("title")),
            _ => {}
        }
    }
    out
}

fn styled(text: &str, body: &Value) -> String {
    let style = body.get("text_element_style");
    let on = |key: &str| style.and_then(|style| style.get(key)) == Some(&Value::Bool(true));
    if text.trim().is_empty() {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    for (key, mark) in [
        ("inline_code", "`"),
        ("bold", "**"),
        ("italic", "*"),
        ("strikethrough", "~~"),
    ] {
        if on(key) {
            out = format!("{mark}{out}{mark}");
        }
    }
    if on("underline") {
        out = format!("<u>{out}</u>");
    }
    let link = style
        .and_then(|style| style.get("link"))
        .and_then(|link| link.get("url"))
        .and_then(Value::as_str);
    match link {
        Some(url) => format!("[{out}]({})", percent_decode_str(url).decode_utf8_lossy()),
        None => out,
    }
}
