//! The fields of a node as Feishu's payload.

use feishu::api::docx::BlockKind;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// The style of a block of text.
pub(super) fn style(node: &Map<String, Value>) -> Map<String, Value> {
    let mut style = Map::new();
    if let Some(align) = node.get("align").and_then(align) {
        style.insert("align".to_owned(), Value::from(align));
    }
    for (short, name) in [("done", "done"), ("fold", "folded"), ("wrap", "wrap")] {
        if let Some(Value::Bool(set)) = node.get(short) {
            style.insert(name.to_owned(), Value::Bool(*set));
        }
    }
    if let Some(Value::String(name)) = node.get("bg") {
        let name = if name.ends_with("Background") {
            name.clone()
        } else {
            format!("{name}Background")
        };
        style.insert("background_color".to_owned(), Value::String(name));
    }
    if node.get("indent") == Some(&Value::Bool(true)) {
        style.insert("indentation_level".to_owned(), json!("OneLevelIndent"));
    }
    style
}

/// `left`, `center`, `right`, or Feishu's number.
pub(super) fn align(value: &Value) -> Option<u64> {
    match value.as_str() {
        Some("left") => Some(1),
        Some("center" | "centre") => Some(2),
        Some("right") => Some(3),
        Some(_) => None,
        None => value.as_u64().filter(|number| (1..=3).contains(number)),
    }
}

/// The payload of a block without text: short names where there are some, all else as it is.
pub(super) fn payload(kind: BlockKind, node: &Map<String, Value>) -> Value {
    let mut body = Map::new();
    for (name, value) in node {
        if matches!(name.as_str(), "t" | "c" | "x") {
            continue;
        }
        let name = match (kind, name.as_str()) {
            (BlockKind::Callout, "emoji") => "emoji_id",
            (BlockKind::Callout, "bg") => "background_color",
            (BlockKind::Callout, "border") => "border_color",
            (BlockKind::Callout, "color") => "text_color",
            (BlockKind::Sheet, "rows") => "row_size",
            (BlockKind::Sheet, "cols") => "column_size",
            (BlockKind::Bitable, "view") => "view_type",
            (BlockKind::AddOns, "component") => "component_type_id",
            (_, name) => name,
        };
        let value = match name {
            "align" => align(value).map_or_else(|| value.clone(), Value::from),
            _ => value.clone(),
        };
        body.insert(name.to_owned(), value);
    }
    match kind {
        BlockKind::Iframe => {
            let url = body.remove("url").unwrap_or_default();
            let url = url.as_str().unwrap_or_default();
            let encoded = utf8_percent_encode(url, NON_ALPHANUMERIC).to_string();
            let kind = body.remove("type").or_else(|| body.remove("iframe_type"));
            let mut component = json!({ "url": encoded });
            if let Some(kind) = kind {
                component["iframe_type"] = kind;
            }
            json!({ "component": component })
        }
        BlockKind::LinkPreview => {
            body.entry("url_type").or_insert_with(|| json!("Undefined"));
            Value::Object(body)
        }
        BlockKind::AddOns => {
            if let Some(record) = body.get_mut("record")
                && !record.is_string()
            {
                *record = Value::String(record.to_string());
            }
            Value::Object(body)
        }
        _ => Value::Object(body),
    }
}
