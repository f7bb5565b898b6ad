//! From the derived schema to the flat one that clients get.
//!
//! Some clients refuse unions, references, nullable types or arrays without `items`, so all of
//! these are folded away here, and the texts of the arguments are put in by language.

use model::{Locale, policy::Effect};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{ToolSpec, profile};

pub(crate) fn derive<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

pub(crate) fn finish(derived: Value, spec: &ToolSpec, locale: Locale, read_only: bool) -> Value {
    let mut root = flatten(derived);
    let Some(object) = root.as_object_mut() else {
        return json!({"type": "object", "properties": {}});
    };
    object.remove("title");
    object.remove("description");
    object.remove("$defs");
    object
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    object.insert("additionalProperties".to_owned(), Value::Bool(false));
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties.iter_mut() {
            describe(name, property, spec, locale);
        }
        if read_only
            && spec.effect != Effect::Read
            && let Some(op) = properties.get_mut("op").and_then(Value::as_object_mut)
        {
            op.insert("enum".to_owned(), json!(spec.reading_ops));
            properties.retain(|name, _| !profile::writes_only(spec.name, name));
        }
    }
    root
}

fn describe(name: &str, property: &mut Value, spec: &ToolSpec, locale: Locale) {
    let Some(property) = property.as_object_mut() else {
        return;
    };
    property.remove("title");
    property.remove("description");
    if let Some((_, text)) = spec.args.iter().find(|(arg, _)| *arg == name) {
        property.insert("description".to_owned(), json!(text.pick(locale)));
    }
}

/// Folds `anyOf [X, null]`, `type [X, null]`, `oneOf [const…]` and number formats.
fn flatten(schema: Value) -> Value {
    let Value::Object(mut object) = schema else {
        return schema;
    };
    for union in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = object.remove(union) {
            fold_union(&mut object, branches);
        }
    }
    if let Some(Value::Array(types)) = object.get("type") {
        let real = types.iter().find(|kind| **kind != "null").cloned();
        object.insert("type".to_owned(), real.unwrap_or_else(|| json!("string")));
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for noise in ["format", "default", "$schema"] {
        if object
            .get(noise)
            .is_some_and(|value| noise != "default" || value.is_null())
        {
            object.remove(noise);
        }
    }
    object
        .into_iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let flat = properties
                    .into_iter()
                    .map(|(k, v)| (k, flatten(v)))
                    .collect();
                (key, Value::Object(flat))
            }
            ("items", value) => (key, strip_text(flatten(value))),
            (_, value) => (key, value),
        })
        .collect()
}

fn strip_text(mut schema: Value) -> Value {
    if let Some(object) = schema.as_object_mut() {
        object.remove("description");
        object.remove("title");
    }
    schema
}

fn fold_union(object: &mut Map<String, Value>, branches: Vec<Value>) {
    let mut constants = Vec::new();
    for branch in branches {
        let Value::Object(branch) = flatten(branch) else {
            continue;
        };
        if branch.get("type") == Some(&json!("null")) {
            continue;
        }
        if let Some(constant) = branch.get("const") {
            constants.push(constant.clone());
        } else if let Some(Value::Array(values)) = branch.get("enum") {
            constants.extend(values.iter().cloned());
        } else {
            for (key, value) in branch {
                object.entry(key).or_insert(value);
            }
        }
    }
    if !constants.is_empty() {
        object.insert("type".to_owned(), json!("string"));
        object.insert("enum".to_owned(), Value::Array(constants));
    }
}
