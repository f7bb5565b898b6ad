//! Seed documents are Markdown with a few additions.
//!
//! | line | meaning |
//! |---|---|
//! | `:::callout EMOJI COLOUR` … `:::end` | a callout |
//! | `:::grid N`, `:::column` …, `:::end` | columns |
//! | `:::image` | an image that nobody has uploaded |
//! | `:::board TOKEN` | a board that nothing is drawn on |
//!
//! Inside text `@{lin.wei}` mentions a person and `@{doc:TOKEN|Title}` a document.

use serde_json::{Map, Value, json};

use crate::families::docx::import::{Builder, encode_url};
use crate::families::docx::kinds;
use crate::families::docx::tree::Document;
use crate::ids::IdSource;

/// Writes a document from its source.
pub(crate) fn write(id: &str, title: &str, source: &str, ids: &mut IdSource) -> Document {
    let mut builder = Builder::new(ids);
    let mut text = String::new();
    for line in source.lines() {
        let Some(directive) = line.strip_prefix(":::") else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        builder.markdown(&std::mem::take(&mut text), inline);
        let mut words = directive.split_whitespace();
        let name = words.next().unwrap_or_default();
        let (first, second) = (words.next(), words.next());
        let number = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok());
        match name {
            "callout" => {
                let color = number(second).unwrap_or(2);
                let payload = json!({
                    "background_color": color,
                    "border_color": color.min(7),
                    "emoji_id": first.unwrap_or("bulb"),
                });
                builder.open(kinds::CALLOUT, payload);
            }
            "grid" => builder.open(
                kinds::GRID,
                json!({ "column_size": number(first).unwrap_or(2) }),
            ),
            "column" => {
                builder.open(
                    kinds::GRID_COLUMN,
                    json!({ "width_ratio": number(first).unwrap_or(50) }),
                );
            }
            "image" => {
                builder.leaf(
                    kinds::IMAGE,
                    json!({ "token": "", "width": 800, "height": 450, "align": 2 }),
                );
            }
            "board" => {
                let token = first.unwrap_or_default();
                builder.leaf(kinds::BOARD, json!({ "token": token, "align": 2 }));
            }
            _ => builder.close(),
        }
    }
    builder.markdown(&text, inline);
    let made = builder.finish();
    let mut document = Document::new(id, title);
    let mut blocks = made.blocks;
    for block in blocks.iter_mut().filter(|block| block.parent.is_empty()) {
        id.clone_into(&mut block.parent);
    }
    document.graft(id, 0, made.first, blocks);
    document
}

/// Text with mentions.
fn inline(builder: &mut Builder<'_>, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        builder.text(before);
        let Some((mention, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let mut body = Map::new();
        if let Some((token, title)) = mention
            .strip_prefix("doc:")
            .and_then(|doc| doc.split_once('|'))
        {
            body.insert("token".to_owned(), Value::from(token));
            body.insert("obj_type".to_owned(), Value::from(22));
            body.insert(
                "url".to_owned(),
                Value::from(encode_url(&format!("https://acme.feishu.cn/docx/{token}"))),
            );
            body.insert("title".to_owned(), Value::from(title));
            builder.element("mention_doc", body);
        } else {
            body.insert("user_id".to_owned(), Value::from(mention));
            builder.element("mention_user", body);
        }
        rest = after;
    }
    builder.text(rest);
}
