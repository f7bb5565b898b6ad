//! Payloads of blocks that are no text.

use feishu::api::docx::BlockKind;
use serde_json::{Map, Value, json};

use super::element::encoded;
use crate::docs::markdown::{
    attrs, names,
    tree::{Callout, Image, Opaque},
};

pub(super) fn callout(callout: &Callout) -> Value {
    let mut payload = Map::new();
    for (name, colour) in [
        ("background_color", callout.background),
        ("border_color", callout.border),
        ("text_color", callout.text),
    ] {
        if let Some(colour) = colour {
            payload.insert(name.to_owned(), json!(colour));
        }
    }
    if !callout.emoji.is_empty() {
        payload.insert("emoji_id".to_owned(), json!(callout.emoji));
    }
    Value::Object(payload)
}

/// What an image block is made with; its picture comes later.
pub(super) fn image(image: &Image) -> Value {
    let mut payload = Map::new();
    if let Some(align) = image.align {
        payload.insert("align".to_owned(), json!(align));
    }
    if !image.caption.is_empty() {
        payload.insert("caption".to_owned(), json!({ "content": image.caption }));
    }
    if let Some(scale) = image.scale {
        payload.insert("scale".to_owned(), json!(f64::from(scale) / 100.0));
    }
    Value::Object(payload)
}

/// The block of an opaque node, if Feishu lets one be made from what is known about it. Content
/// that lies under a token cannot be.
pub(crate) fn opaque(opaque: &Opaque) -> Option<(BlockKind, Value)> {
    let get = |name: &str| opaque.get(name).filter(|value| !value.is_empty());
    if get("token").is_some() {
        return None;
    }
    let align = || get("align").and_then(names::align);
    let mut payload = Map::new();
    let mut put = |name: &str, value: Value| {
        payload.insert(name.to_owned(), value);
    };
    let kind = match opaque.kind.as_str() {
        "iframe" => {
            let mut component = json!({ "url": encoded(get("url")?) });
            if let Some(site) = get("type").and_then(names::site) {
                component["iframe_type"] = json!(site);
            }
            put("component", component);
            BlockKind::Iframe
        }
        "chat_card" => {
            put("chat_id", json!(get("chat_id")?));
            if let Some(align) = align() {
                put("align", json!(align));
            }
            BlockKind::ChatCard
        }
        "add_ons" => {
            put("component_id", json!(""));
            put("component_type_id", json!(names::widget(get("type")?)?));
            put("record", json!(get("record").unwrap_or("{}")));
            BlockKind::AddOns
        }
        "isv" => {
            put("component_id", json!(get("component_id")?));
            put("component_type_id", json!(names::widget(get("type")?)?));
            BlockKind::Isv
        }
        "sheet" => {
            put("row_size", json!(count(get("rows"), 9)));
            put("column_size", json!(count(get("columns"), 9)));
            BlockKind::Sheet
        }
        "bitable" => {
            put(
                "view_type",
                json!(if get("view") == Some("kanban") { 2 } else { 1 }),
            );
            BlockKind::Bitable
        }
        "board" => {
            if let Some(align) = align() {
                put("align", json!(align));
            }
            if let Some((width, height)) = get("size").and_then(attrs::size) {
                put("width", json!(width));
                put("height", json!(height));
            }
            BlockKind::Board
        }
        "wiki_catalog" => {
            put("wiki_token", json!(get("wiki_token")?));
            BlockKind::WikiCatalog
        }
        "sub_page_list" => {
            put("wiki_token", json!(get("wiki_token")?));
            BlockKind::SubPageList
        }
        "link_preview" => {
            put("url", json!(encoded(get("url")?)));
            put("url_type", json!(get("url_type").unwrap_or("MessageLink")));
            BlockKind::LinkPreview
        }
        "okr" => {
            put("okr_id", json!(get("okr_id")?));
            BlockKind::Okr
        }
        _ => return None,
    };
    Some((kind, Value::Object(payload)))
}

/// A number from 1 to `most`; 3 when nothing is said.
fn count(text: Option<&str>, most: u32) -> u32 {
    text.and_then(|text| text.parse().ok())
        .unwrap_or(3)
        .clamp(1, most)
}
