//! Cells as Feishu prints them, in a form that can be shown, compared and added up.

use std::{cmp::Ordering, collections::HashMap};

use feishu::api::bitable::fields::Field;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::time;
use crate::render::clean_text;

/// Type numbers of fields, as far as they are treated apart.
pub(crate) mod kind {
    pub(crate) const TEXT: i64 = 1;
    pub(crate) const NUMBER: i64 = 2;
    pub(crate) const SELECT: i64 = 3;
    pub(crate) const MULTI: i64 = 4;
    pub(crate) const DATE: i64 = 5;
    pub(crate) const CHECKBOX: i64 = 7;
    pub(crate) const USER: i64 = 11;
    pub(crate) const URL: i64 = 15;
    pub(crate) const FILE: i64 = 17;
    pub(crate) const LINK: i64 = 18;
    pub(crate) const LOOKUP: i64 = 19;
    pub(crate) const FORMULA: i64 = 20;
    pub(crate) const DUPLEX: i64 = 21;
    pub(crate) const LOCATION: i64 = 22;
    pub(crate) const GROUP: i64 = 23;
    pub(crate) const CREATED: i64 = 1001;
    pub(crate) const MODIFIED: i64 = 1002;
    pub(crate) const CREATOR: i64 = 1003;
    pub(crate) const MODIFIER: i64 = 1004;
}

/// Whether Feishu fills the field.
pub(crate) const fn is_computed(number: i64) -> bool {
    matches!(number, 19 | 20 | 24 | 1001..=1005 | 3001)
}

/// One of several things in a cell: a person, a file, a linked record, a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its id; empty for a choice.
    pub(crate) id: String,
    /// What people call it; empty for a linked record whose name was not looked up.
    pub(crate) name: String,
}

/// What is in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
    /// Milliseconds.
    Time(i64),
    Items(Vec<Item>),
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text as one string or as segments.
fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(joined).collect(),
        Value::Object(part) => part
            .get("text")
            .or_else(|| part.get("name"))
            .map(joined)
            .unwrap_or_default(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn items(value: &Value, name: &str) -> Cell {
    let each: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(_) => vec![value],
        _ => Vec::new(),
    };
    let found: Vec<Item> = each
        .into_iter()
        .map(|item| {
            let id = item.get("id").or_else(|| item.get("file_token"));
            Item {
                id: id.map(text).unwrap_or_default().to_owned(),
                name: item.get(name).map(text).unwrap_or_default().to_owned(),
            }
        })
        .collect();
    Cell::listed(found)
}

impl Cell {
    fn listed(items: Vec<Item>) -> Self {
        if items.is_empty() {
            Self::Empty
        } else {
            Self::Items(items)
        }
    }

    fn text(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }

    /// Reads what a field of this type holds.
    pub(crate) fn read(number: i64, value: &Value) -> Self {
        if value.is_null() {
            return Self::Empty;
        }
        match number {
            kind::NUMBER => match value {
                Value::Number(number) => number.as_f64().map_or(Self::Empty, Self::Number),
                Value::String(text) => text.parse().map_or(Self::Empty, Self::Number),
                _ => Self::Empty,
            },
            kind::DATE | kind::CREATED | kind::MODIFIED => {
                value.as_i64().map_or(Self::Empty, Self::Time)
            }
            kind::CHECKBOX => value.as_bool().map_or(Self::Empty, Self::Flag),
            kind::MULTI => {
                let names = value.as_array().into_iter().flatten();
                let items = names.map(|name| Item {
                    id: String::new(),
                    name: text(name).to_owned(),
                });
                Self::listed(items.collect())
            }
            kind::USER | kind::CREATOR | kind::MODIFIER | kind::GROUP | kind::FILE => {
                items(value, "name")
            }
            kind::LINK | kind::DUPLEX => {
                let ids = value
                    .get("link_record_ids")
                    .or_else(|| value.get("record_ids"));
                let ids = ids.and_then(Value::as_array).into_iter().flatten();
                let items = ids.map(|id| Item {
                    id: text(id).to_owned(),
                    name: String::new(),
                });
                Self::listed(items.collect())
            }
            kind::LOOKUP | kind::FORMULA => Self::computed(value),
            kind::URL => {
                let (shown, link) = (text(&value["text"]), text(&value["link"]));
                Self::text(if shown.is_empty() || shown == link {
                    link.to_owned()
                } else {
                    format!("{shown} <{link}>")
                })
            }
            kind::LOCATION => {
                let (name, point) = (text(&value["full_address"]), text(&value["location"]));
                Self::text(if name.is_empty() || name == point {
                    point.to_owned()
                } else {
                    format!("{name} ({point})")
                })
            }
            _ => Self::text(joined(value)),
        }
    }

    /// A formula or a lookup: a type and a list of values of it.
    fn computed(value: &Value) -> Self {
        let Some(values) = value.get("value").and_then(Value::as_array) else {
            return match value {
                Value::Number(number) => number.as_f64().map_or(Self::Empty, Self::Number),
                Value::Bool(flag) => Self::Flag(*flag),
                other => Self::text(joined(other)),
            };
        };
        let number = value["type"].as_i64().unwrap_or(kind::TEXT);
        match (number, values.as_slice()) {
            (_, []) => Self::Empty,
            (kind::TEXT, [_, _, ..]) if values.iter().all(|part| part.get("text").is_some()) => {
                let items = values.iter().map(|part| Item {
                    id: String::new(),
                    name: joined(part),
                });
                Self::listed(items.collect())
            }
            (kind::TEXT, _) => Self::text(joined(&value["value"])),
            (kind::USER | kind::CREATOR | kind::MODIFIER | kind::GROUP | kind::FILE, _) => {
                items(&value["value"], "name")
            }
            (kind::MULTI, _) => Self::read(kind::MULTI, &value["value"]),
            (_, [one]) => Self::read(number, one),
            (_, several) => {
                let items = several.iter().map(|one| Item {
                    id: String::new(),
                    name: Self::read(number, one).show(&Look::plain()),
                });
                Self::listed(items.collect())
            }
        }
    }

    /// The cell for people and models.
    pub(crate) fn show(&self, look: &Look<'_>) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => clean_text(text),
            Self::Number(number) => number_text(*number),
            Self::Flag(flag) => flag.to_string(),
            Self::Time(millis) => time::show(*millis, look.zone, look.dates_only),
            Self::Items(items) => {
                let shown = items.iter().map(|item| look.item(item));
                shown.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// The texts that a comparison looks at: one, or one per item (ids of items without a name).
    pub(crate) fn texts(&self, look: &Look<'_>) -> Vec<String> {
        match self {
            Self::Empty => Vec::new(),
            Self::Items(items) => items.iter().map(|item| look.name(item)).collect(),
            other => vec![other.show(look)],
        }
    }

    /// The number in it, as sums need it.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            _ => None,
        }
    }

    /// Which of two cells is smaller; empty ones come last.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Empty, Self::Empty) => Ordering::Equal,
            (Self::Empty, _) => Ordering::Greater,
            (_, Self::Empty) => Ordering::Less,
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            _ => {
                if let (Some(a), Some(b)) = (self.number(), other.number()) {
                    return a.total_cmp(&b);
                }
                let look = Look::plain();
                self.show(&look).cmp(&other.show(&look))
            }
        }
    }
}

/// A number as short as it can be written.
pub(crate) fn number_text(number: f64) -> String {
    let round = (number * 1e9).round() / 1e9;
    if round == 0.0 {
        return "0".to_owned();
    }
    format!("{round}")
}

/// How cells are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'l> {
    pub(crate) zone: &'l TimeZone,
    /// Midnight is shown as a date.
    pub(crate) dates_only: bool,
    /// Names of linked records by id.
    pub(crate) linked: Option<&'l HashMap<String, String>>,
}

static UTC: TimeZone = TimeZone::UTC;

impl Look<'static> {
    /// Without names of linked records, in UTC.
    pub(crate) const fn plain() -> Self {
        Self {
            zone: &UTC,
            dates_only: false,
            linked: None,
        }
    }
}

impl Look<'_> {
    /// Dates of this field are shown as dates.
    pub(crate) fn of(mut self, field: &Field) -> Self {
        let form = field.setting("date_formatter");
        self.dates_only = !form.contains("HH");
        self
    }

    fn name(&self, item: &Item) -> String {
        if !item.name.is_empty() {
            return clean_text(&item.name);
        }
        let linked = self.linked.and_then(|names| names.get(&item.id));
        linked.map_or_else(|| item.id.clone(), |name| clean_text(name))
    }

    /// Files are told with their token: it is what they are fetched and written by.
    fn item(&self, item: &Item) -> String {
        let name = self.name(item);
        if item.id.is_empty() || item.id == name || item.id.starts_with("ou_") {
            return name;
        }
        if item.id.starts_with("rec") && self.linked.is_some() {
            return name;
        }
        format!("{name} ({})", item.id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(number: i64, value: &Value) -> String {
        Cell::read(number, value).show(&Look::plain())
    }

    #[test]
    fn every_type_is_shown_as_text() {
        let segments = json!([{"type": "text", "text": "a"}, {"type": "mention", "text": "@b"}]);
        assert_eq!(shown(1, &segments), "a@b");
        assert_eq!(shown(1, &json!("plain")), "plain");
        assert_eq!(shown(2, &json!(0.1)), "0.1");
        assert_eq!(shown(2, &json!(480_000)), "480000");
        assert_eq!(shown(3, &json!("开发中")), "开发中");
        assert_eq!(shown(4, &json!(["a", "b"])), "a, b");
        assert_eq!(shown(5, &json!(0)), "1970-01-01T00:00+00:00");
        assert_eq!(shown(7, &json!(true)), "true");
        assert_eq!(shown(11, &json!([{"id": "ou_1", "name": "陈雨"}])), "陈雨");
        assert_eq!(shown(1003, &json!({"id": "ou_1", "name": "陈雨"})), "陈雨");
        let link = json!({"text": "官网", "link": "https://a.example"});
        assert_eq!(shown(15, &link), "官网 <https://a.example>");
        let file = json!([{"file_token": "boxA", "name": "a.png"}]);
        assert_eq!(shown(17, &file), "a.png (boxA)");
        assert_eq!(shown(18, &json!({"link_record_ids": ["rec1"]})), "rec1");
        assert_eq!(shown(20, &json!({"type": 2, "value": [4.5]})), "4.5");
        let lookup = json!({"type": 3, "value": ["战略", "重点"]});
        assert_eq!(shown(19, &lookup), "战略, 重点");
        let place = json!({"location": "1,2", "full_address": "北京"});
        assert_eq!(shown(22, &place), "北京 (1,2)");
        assert_eq!(shown(1005, &json!("FR-0001")), "FR-0001");
        assert_eq!(Cell::read(4, &json!([])), Cell::Empty);
    }

    #[test]
    fn empty_cells_sort_last() {
        let number = |n: f64| Cell::Number(n);
        assert_eq!(number(2.0).order(&number(10.0)), Ordering::Less);
        assert_eq!(Cell::Empty.order(&number(1.0)), Ordering::Greater);
    }
}
