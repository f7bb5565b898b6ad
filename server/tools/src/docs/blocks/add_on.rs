//! The add-ons of Feishu that have a name here; any other goes by its component id.

use serde_json::{Map, Value, json};

/// Names, and the ids of their components.
const KNOWN: [(&str, &str); 6] = [
    ("text_drawing", "blk_631fefbbae02400430b8f9f4"),
    ("glossary", "blk_604dc919d3c0800173e7963c"),
    ("timeline", "blk_6358a421bca0001c22536e4c"),
    ("catalog", "blk_637dcc698597401c1a8fd711"),
    ("collect", "blk_6358a421bca0001c1ce11f5f"),
    ("countdown", "blk_6358a421bca0001c1ce10709"),
];

/// The payload of a named add-on; its `record` is what the add-on keeps.
pub(super) fn payload(word: &str, node: &Map<String, Value>) -> Option<Value> {
    let (_, component) = KNOWN.iter().find(|(name, _)| *name == word)?;
    let record = match node.get("record") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "{}".to_owned(),
    };
    Some(json!({
        "component_id": "",
        "component_type_id": component,
        "record": record,
    }))
}
