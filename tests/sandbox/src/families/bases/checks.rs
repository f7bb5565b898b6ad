//! What fields may be: types, their names, and what each wants in `property`.

use serde_json::{Map, Value};

use super::{Base, Choice, Field, Form, Question, Table, View};
use crate::families::common::fault;
use crate::gateway::ApiError;
use crate::ids::IdSource;

/// Most fields of a table and most options of a field.
const FIELDS_MAX: usize = 300;
const OPTIONS_MAX: usize = 20_000;

/// Type number, the names that newer clients use for it, and the code of a wrong property.
const KINDS: [(i64, &[&str], i64); 24] = [
    (1, &["Text", "Email", "Barcode"], 1_254_080),
    (2, &["Number", "Progress", "Currency", "Rating"], 1_254_081),
    (3, &["SingleSelect"], 1_254_082),
    (4, &["MultiSelect"], 1_254_083),
    (5, &["DateTime"], 1_254_084),
    (7, &["Checkbox"], 1_254_085),
    (11, &["User"], 1_254_086),
    (13, &["Phone"], 1_254_800),
    (15, &["Url"], 1_254_087),
    (17, &["Attachment"], 1_254_088),
    (18, &["SingleLink"], 1_254_089),
    (19, &["Lookup"], 1_254_090),
    (20, &["Formula"], 1_254_091),
    (21, &["DuplexLink"], 1_254_092),
    (22, &["Location"], 1_254_800),
    (23, &["GroupChat"], 1_254_086),
    (24, &["Stage"], 1_254_800),
    (1001, &["CreatedTime"], 1_254_093),
    (1002, &["ModifiedTime"], 1_254_094),
    (1003, &["CreatedUser"], 1_254_095),
    (1004, &["ModifiedUser"], 1_254_096),
    (1005, &["AutoNumber"], 1_254_800),
    (3001, &["Button"], 1_254_800),
    (0, &[], 1_254_800),
];

const NUMBERS: &[&str] = &[
    "0", "0.0", "0.00", "0.000", "0.0000", "1,000", "1,000.00", "%", "0%", "0.0%", "0.00%", "¥",
    "¥0.00", "$", "$0.00",
];
const DATES: &[&str] = &[
    "yyyy/MM/dd",
    "yyyy-MM-dd HH:mm",
    "yyyy-MM-dd",
    "yyyy/MM/dd HH:mm",
    "MM-dd",
    "MM/dd/yyyy",
    "dd/MM/yyyy",
];
const CURRENCIES: &[&str] = &[
    "CNY", "USD", "EUR", "GBP", "AED", "AUD", "BRL", "CAD", "CHF", "HKD", "INR", "IDR", "JPY",
    "KRW", "MOP", "MXN", "MYR", "PHP", "PLN", "RUB", "SGD", "THB", "TRY", "TWD", "VND",
];

/// Types that the first field of a table may have.
pub(super) const fn may_lead(kind: i64) -> bool {
    matches!(kind, 1 | 2 | 5 | 13 | 15 | 20 | 22)
}

/// A table with one text field and one view.
pub(crate) fn blank(name: &str, ids: &mut IdSource) -> Table {
    Table {
        id: format!("tbl{}", ids.hex(13)),
        name: name.to_owned(),
        fields: vec![Field {
            id: format!("fld{}", ids.hex(7)),
            name: "文本".to_owned(),
            kind: 1,
            ui: "Text".to_owned(),
            ..Field::default()
        }],
        views: vec![View {
            id: format!("vew{}", ids.hex(7)),
            name: "表格".to_owned(),
            kind: "grid".to_owned(),
            ..View::default()
        }],
        revision: 1,
        ..Table::default()
    }
}

/// The form of a new form view: every field that can be filled is a question.
pub(crate) fn form_of(fields: &[Field]) -> Form {
    let asked = fields.iter().filter(|field| !field.computed());
    Form {
        limit: "off".to_owned(),
        questions: asked
            .map(|field| Question {
                field: field.id.clone(),
                title: field.name.clone(),
                description: String::new(),
                required: false,
                visible: true,
            })
            .collect(),
        ..Form::default()
    }
}

/// A field as a request describes it, checked against the table that it goes to.
///
/// # Errors
/// The code of what is wrong with name, type or property.
pub(super) fn field_of(
    base: &Base,
    table: &Table,
    asked: &Value,
    old: Option<&Field>,
    ids: &mut IdSource,
) -> Result<Field, ApiError> {
    let name = asked["field_name"].as_str().unwrap_or_default();
    if name.trim().is_empty() {
        return Err(fault(1_254_028));
    }
    if name.chars().count() > 100 || name.contains(['[', ']', '\n']) {
        return Err(fault(1_254_029));
    }
    let id = old.map(|old| old.id.as_str());
    let twin = table.fields.iter().find(|field| field.name == name);
    if twin.is_some_and(|twin| Some(twin.id.as_str()) != id) {
        return Err(fault(1_254_014));
    }
    if old.is_none() && table.fields.len() >= FIELDS_MAX {
        return Err(fault(1_254_105));
    }
    let kind = asked["type"].as_i64().unwrap_or_default();
    let found = KINDS.iter().find(|(number, ..)| *number == kind);
    let (_, names, code) = *found.ok_or_else(|| fault(1_254_800))?;
    let ui = match asked["ui_type"].as_str() {
        None => names.first().copied().unwrap_or_default(),
        Some(ui) if names.contains(&ui) => ui,
        Some(_) => return Err(fault(1_254_015)),
    };
    let mut field = Field {
        id: id.map_or_else(|| format!("fld{}", ids.hex(7)), str::to_owned),
        name: name.to_owned(),
        kind,
        ui: ui.to_owned(),
        description: asked["description"]["text"]
            .as_str()
            .or_else(|| asked["description"].as_str())
            .unwrap_or_default()
            .to_owned(),
        serial: old.map_or(0, |old| old.serial),
        lookup: old.and_then(|old| old.lookup.clone()),
        ..Field::default()
    };
    let empty = Map::new();
    let property = asked["property"].as_object().unwrap_or(&empty);
    check(base, table, &field, property).map_err(|()| fault(code))?;
    field.options = options(property, old, ids).map_err(|()| fault(code))?;
    field.property.clone_from(property);
    field.property.remove("options");
    Ok(field)
}

fn options(
    property: &Map<String, Value>,
    old: Option<&Field>,
    ids: &mut IdSource,
) -> Result<Vec<Choice>, ()> {
    let asked = property.get("options").and_then(Value::as_array);
    let mut made: Vec<Choice> = Vec::new();
    for (index, option) in asked.into_iter().flatten().enumerate() {
        let name = option["name"].as_str().unwrap_or_default();
        if name.is_empty() || made.len() >= OPTIONS_MAX || made.iter().any(|one| one.name == name) {
            return Err(());
        }
        let known = old.into_iter().flat_map(|old| &old.options);
        let known = known.into_iter().find(|one| {
            option["id"]
                .as_str()
                .map_or(one.name == name, |id| one.id == id)
        });
        let color = i64::try_from(index % 54).unwrap_or(0);
        made.push(Choice {
            id: known.map_or_else(|| format!("opt{}", ids.hex(7)), |one| one.id.clone()),
            name: name.to_owned(),
            color: option["color"]
                .as_i64()
                .unwrap_or_else(|| known.map_or(color, |one| one.color)),
        });
    }
    Ok(made)
}

fn check(
    base: &Base,
    table: &Table,
    field: &Field,
    property: &Map<String, Value>,
) -> Result<(), ()> {
    let text = |name: &str| property.get(name).and_then(Value::as_str);
    let one_of = |name: &str, allowed: &[&str]| match text(name) {
        Some(word) if !allowed.contains(&word) => Err(()),
        _ => Ok(()),
    };
    let only = |names: &[&str]| {
        let known = property
            .iter()
            .all(|(name, value)| value.is_null() || names.contains(&name.as_str()));
        if known { Ok(()) } else { Err(()) }
    };
    match (field.kind, field.ui.as_str()) {
        (1, "Barcode") => only(&["allowed_edit_modes"]),
        (1 | 7 | 13 | 15 | 17 | 1003 | 1004, _) => only(&[]),
        (2, ui) => {
            only(&[
                "formatter",
                "currency_code",
                "min",
                "max",
                "range_customize",
                "rating",
            ])?;
            one_of("formatter", NUMBERS)?;
            one_of("currency_code", CURRENCIES)?;
            let (min, max) = (property.get("min"), property.get("max"));
            let bound = |value: Option<&Value>, default: f64| {
                value.and_then(Value::as_f64).unwrap_or(default)
            };
            match ui {
                "Rating" if bound(min, 1.0) > 1.0 || bound(max, 5.0) > 10.0 => Err(()),
                "Rating" | "Progress" if bound(min, 0.0) >= bound(max, 5.0) => Err(()),
                "Number" if min.is_some() || max.is_some() => Err(()),
                _ => Ok(()),
            }
        }
        (3 | 4, _) => only(&["options"]),
        (5 | 1001 | 1002, _) => {
            only(&["date_formatter", "auto_fill"])?;
            one_of("date_formatter", DATES)
        }
        (11 | 23, _) => only(&["multiple"]),
        (18 | 21, _) => {
            only(&["table_id", "table_name", "multiple", "back_field_name"])?;
            let known = text("table_id").and_then(|id| base.table(id));
            if known.is_some() { Ok(()) } else { Err(()) }
        }
        (20, _) => {
            only(&["formatter", "formula_expression", "type"])?;
            let source = text("formula_expression").unwrap_or_default();
            super::formula::check(source, table)
        }
        (22, _) => only(&["location"]),
        (1005, _) => only(&["auto_serial"]),
        _ => Err(()),
    }
}

/// The code of a value that does not fit a type.
pub(super) fn wrong_value(kind: i64) -> ApiError {
    fault(match kind {
        1 => 1_254_060,
        2 => 1_254_061,
        3 => 1_254_062,
        4 => 1_254_063,
        5 => 1_254_064,
        7 => 1_254_065,
        11 | 23 => 1_254_066,
        13 => 1_254_072,
        15 => 1_254_068,
        17 => 1_254_069,
        18 => 1_254_067,
        21 => 1_254_074,
        _ => 1_254_010,
    })
}
