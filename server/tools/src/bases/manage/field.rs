//! Fields: their types and settings.

use feishu::api::{
    bitable::{
        self, Table,
        fields::{self, Field, FieldBody},
    },
    docx::client_token,
};
use serde_json::{Map, Value, json};

use super::settings::{Settings, parts, truth};
use crate::{
    ToolCx, ToolError,
    bases::{grid::Grid, near, read::schema},
};

/// Names of types, their numbers, and Feishu's finer names.
const TYPES: [(&str, i64, Option<&str>); 22] = [
    ("text", 1, None),
    ("barcode", 1, Some("Barcode")),
    ("email", 1, Some("Email")),
    ("number", 2, None),
    ("progress", 2, Some("Progress")),
    ("currency", 2, Some("Currency")),
    ("rating", 2, Some("Rating")),
    ("select", 3, None),
    ("multi_select", 4, None),
    ("date", 5, None),
    ("checkbox", 7, None),
    ("people", 11, None),
    ("phone", 13, None),
    ("url", 15, None),
    ("attachment", 17, None),
    ("link", 18, None),
    ("formula", 20, None),
    ("two_way_link", 21, None),
    ("location", 22, None),
    ("group", 23, None),
    ("created_time", 1001, None),
    ("auto_number", 1005, None),
];
/// The rest, which take no settings.
const MORE: [(&str, i64); 3] = [
    ("modified_time", 1002),
    ("created_by", 1003),
    ("modified_by", 1004),
];

/// What may be set.
pub(super) const NAMES: [&str; 12] = [
    "name", "type", "options", "add", "format", "currency", "min", "max", "link", "back",
    "multiple", "formula",
];

fn type_of(cx: &ToolCx, word: &str) -> Result<(i64, Option<&'static str>), ToolError> {
    let folded = word.trim().to_lowercase();
    if let Some((_, number, fine)) = TYPES.iter().find(|(name, ..)| *name == folded) {
        return Ok((*number, *fine));
    }
    if let Some((_, number)) = MORE.iter().find(|(name, _)| *name == folded) {
        return Ok((*number, None));
    }
    let names = TYPES
        .iter()
        .map(|(name, ..)| *name)
        .chain(MORE.iter().map(|(name, _)| *name));
    Err(near::unknown(cx, cx.say("type", "类型"), word, names))
}

/// The field that settings describe, on top of an old one.
fn body(
    cx: &ToolCx,
    name: &str,
    settings: &Settings,
    old: Option<&Field>,
    tables: &[Table],
) -> Result<FieldBody, ToolError> {
    let (kind, fine) = match (settings.get("type"), old) {
        (Some(word), _) => type_of(cx, word)?,
        (None, Some(old)) => (old.kind, None),
        (None, None) => (1, None),
    };
    let same = old.filter(|old| old.kind == kind);
    let ui_type = match (fine, settings.get("type"), same) {
        (Some(fine), ..) => Some(fine.to_owned()),
        (None, None, Some(old)) if !old.ui_type.is_empty() => Some(old.ui_type.clone()),
        _ => None,
    };
    let mut property = same.map(|old| old.property.clone()).unwrap_or_default();
    // What Feishu prints beside it is not taken back.
    property.remove("table_name");
    if let Some(names) = settings.get("options") {
        property.insert("options".to_owned(), options(&parts(names), same));
    }
    for name in settings.all("add") {
        let list = property.entry("options").or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut()
            && !list.iter().any(|one| one["name"] == name)
        {
            list.push(json!({ "name": name }));
        }
    }
    if let Some(form) = settings.get("format") {
        let key = if matches!(kind, 5 | 1001 | 1002) {
            "date_formatter"
        } else {
            "formatter"
        };
        property.insert(key.to_owned(), form.into());
    }
    if let Some(code) = settings.get("currency") {
        property.insert("currency_code".to_owned(), code.to_uppercase().into());
    }
    for bound in ["min", "max"] {
        if let Some(text) = settings.get(bound) {
            let number = text.parse::<f64>().map_err(|_| {
                ToolError::invalid(cx.say("min and max are numbers", "min 与 max 应为数字"))
            })?;
            property.insert(bound.to_owned(), json!(number));
        }
    }
    if let Some(text) = settings.get("multiple") {
        property.insert("multiple".to_owned(), truth(cx, text)?.into());
    }
    if let Some(formula) = settings.get("formula") {
        property.insert("formula_expression".to_owned(), formula.into());
    }
    if let Some(target) = settings.get("link") {
        let found = near::pick(tables, target, |one| &one.table_id, |one| &one.name);
        let names = tables.iter().map(|table| table.name.as_str());
        let missing = || near::unknown(cx, cx.say("table", "数据表"), target, names);
        let id = found.ok_or_else(missing)?.table_id.clone();
        property.insert("table_id".to_owned(), id.into());
    }
    if let Some(back) = settings.get("back") {
        property.insert("back_field_name".to_owned(), back.into());
    }
    let needs = match kind {
        18 | 21 if !property.contains_key("table_id") => Some("link"),
        20 if !property.contains_key("formula_expression") => Some("formula"),
        _ => None,
    };
    if let Some(needs) = needs {
        return Err(ToolError::invalid(format!(
            "{}: `{needs}`",
            cx.say("this type needs a setting", "该类型需要设置项")
        ))
        .with_hint(cx.say("See `help base`.", "参见 `help base`。")));
    }
    Ok(FieldBody {
        field_name: settings.get("name").unwrap_or(name).to_owned(),
        kind,
        ui_type,
        property: (!property.is_empty()).then_some(property),
    })
}

/// Choices by name; known ones keep their id, so that records keep theirs.
fn options(names: &[String], old: Option<&Field>) -> Value {
    let known = old.map(Field::choices).unwrap_or_default();
    let options = names.iter().map(|name| {
        let mut option = Map::new();
        if let Some(one) = known.iter().find(|one| one.name == *name) {
            option.insert("id".to_owned(), one.id.as_str().into());
        }
        option.insert("name".to_owned(), name.as_str().into());
        Value::Object(option)
    });
    options.collect::<Vec<_>>().into()
}

/// The fields of a new table: `field NAME: TYPE`, with choices or a formula behind the type.
pub(super) fn first(
    cx: &ToolCx,
    settings: &Settings,
    tables: &[Table],
) -> Result<Vec<FieldBody>, ToolError> {
    let fields = settings.about("field").map(|(name, value)| {
        let (word, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        let mut own = vec![format!("type: {word}")];
        let (number, _) = type_of(cx, word)?;
        let key = match number {
            3 | 4 => "options",
            18 | 21 => "link",
            20 => "formula",
            _ => "format",
        };
        if !rest.trim().is_empty() {
            own.push(format!("{key}: {}", rest.trim()));
        }
        body(cx, name, &Settings::read(cx, &own)?, None, tables)
    });
    fields.collect()
}

/// Makes a field; gives a line about it.
pub(super) async fn create(
    cx: &ToolCx,
    grid: &Grid,
    (name, settings): (&str, &Settings),
    (key, dry): (&str, bool),
) -> Result<String, ToolError> {
    settings.only(cx, &NAMES)?;
    let (app, table) = grid.at();
    let tables = tables(cx, app).await?;
    let body = body(cx, name, settings, None, &tables)?;
    if dry {
        return Ok(serde_json::to_string(&body).unwrap_or_default());
    }
    let content = serde_json::to_string(&body).unwrap_or_default();
    let token = client_token(&[key, app, table, &content]);
    let made = fields::create(&cx.feishu, app, table, &body, &token).await;
    let made = made.map_err(|fault| cx.fault(fault))?;
    Ok(schema::field_line(cx, &made, &tables))
}

/// Changes a field: what the settings do not name stays.
pub(super) async fn update(
    cx: &ToolCx,
    grid: &Grid,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    settings.only(cx, &NAMES)?;
    let (app, table) = grid.at();
    let old = grid.field(cx, name)?;
    let tables = tables(cx, app).await?;
    let body = body(cx, &old.field_name, settings, Some(old), &tables)?;
    if dry {
        let new = serde_json::to_string(&body).unwrap_or_default();
        return Ok(format!("{} → {new}", schema::field_line(cx, old, &tables)));
    }
    let made = fields::replace(&cx.feishu, app, table, &old.field_id, &body).await;
    let made = made.map_err(|fault| cx.fault(fault))?;
    Ok(schema::field_line(cx, &made, &tables))
}

pub(super) async fn tables(cx: &ToolCx, app: &str) -> Result<Vec<Table>, ToolError> {
    let page = bitable::tables(&cx.feishu, app).await;
    Ok(page.map_err(|fault| cx.fault(fault))?.items)
}
