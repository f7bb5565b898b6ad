//! Values as answers print them.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{Base, Field, Record, Table, formula};
use crate::families::media::Media;
use crate::gateway::Caller;
use crate::identity::{IdKind, Identity};

/// How deep lookups and formulas are followed.
const DEPTH: u8 = 4;

/// Prints records for one request.
pub(super) struct Printer<'p> {
    pub(super) base: &'p Base,
    pub(super) identity: &'p Identity,
    pub(super) media: &'p Media,
    pub(super) caller: &'p Caller,
    pub(super) kind: IdKind,
    pub(super) origin: &'p str,
    /// Texts as lists of segments.
    pub(super) segments: bool,
    pub(super) people: RefCell<HashMap<String, Value>>,
}

impl Printer<'_> {
    /// `{record_id, fields}` with the chosen fields, and who made and changed it.
    pub(super) fn record(
        &self,
        table: &Table,
        record: &Record,
        fields: &[&Field],
        automatic: bool,
    ) -> Value {
        let mut shown = Map::new();
        for field in fields {
            if let Some(value) = self.cell(table, field, record, 0) {
                shown.insert(field.name.clone(), value);
            }
        }
        let mut printed = json!({ "record_id": record.id, "fields": shown });
        if automatic {
            printed["created_by"] = self.person(&record.created_by);
            printed["created_time"] = record.created_ms.into();
            printed["last_modified_by"] = self.person(&record.modified_by);
            printed["last_modified_time"] = record.modified_ms.into();
        }
        printed
    }

    /// One cell; `None` when it is empty.
    pub(super) fn cell(
        &self,
        table: &Table,
        field: &Field,
        record: &Record,
        depth: u8,
    ) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        match field.kind {
            1001 => return Some(record.created_ms.into()),
            1002 => return Some(record.modified_ms.into()),
            1003 => return Some(json!([self.person(&record.created_by)])),
            1004 => return Some(json!([self.person(&record.modified_by)])),
            19 => return self.lookup(table, field, record, depth),
            20 => return formula_of(table, field, record, depth),
            _ => {}
        }
        let value = record.values.get(&field.id)?;
        Some(match field.kind {
            1 => self.text(field, value)?,
            3 => name_of(field, value)?.into(),
            4 => {
                let names = value.as_array()?.iter().filter_map(|id| name_of(field, id));
                names.collect::<Vec<_>>().into()
            }
            11 => {
                let keys = value.as_array()?.iter().filter_map(Value::as_str);
                keys.map(|key| self.person(key)).collect::<Vec<_>>().into()
            }
            17 => {
                let tokens = value.as_array()?.iter().filter_map(Value::as_str);
                tokens
                    .map(|token| self.file(token))
                    .collect::<Vec<_>>()
                    .into()
            }
            18 | 21 if value.as_array().is_some_and(Vec::is_empty) => return None,
            18 | 21 => json!({ "link_record_ids": value }),
            23 => {
                let ids = value.as_array()?.iter();
                ids.map(|id| json!({ "id": id, "name": group_name(id), "avatar_url": "" }))
                    .collect::<Vec<_>>()
                    .into()
            }
            _ => value.clone(),
        })
    }

    fn text(&self, field: &Field, value: &Value) -> Option<Value> {
        let text = value.as_str().filter(|text| !text.is_empty())?;
        if !self.segments {
            return Some(text.into());
        }
        Some(match field.ui.as_str() {
            "Email" => {
                json!([{ "type": "url", "text": text, "link": format!("mailto:{text}") }])
            }
            _ => json!([{ "type": "text", "text": text }]),
        })
    }

    fn person(&self, key: &str) -> Value {
        if let Some(known) = self.people.borrow().get(key) {
            return known.clone();
        }
        let tenant = &self.caller.tenant_key;
        let printed = match self.identity.user(tenant, key) {
            Some(user) => json!({
                "id": self.identity.id_of(self.caller, key, self.kind),
                "name": user.name,
                "en_name": user.en_name,
                "email": user.email,
                "avatar_url": format!("{}/avatar/{key}.png", self.origin),
            }),
            None => {
                json!({ "id": key, "name": key, "en_name": key, "email": "", "avatar_url": "" })
            }
        };
        let known = printed.clone();
        self.people.borrow_mut().insert(key.to_owned(), known);
        printed
    }

    fn file(&self, token: &str) -> Value {
        let file = self.media.files.get(token);
        let name = file.map_or("", |file| file.name.as_str());
        let size = file.map_or(0, |file| file.data.len() / 4 * 3);
        let at = format!("{}/open-apis/drive/v1/medias/{token}/download", self.origin);
        json!({
            "file_token": token,
            "name": name,
            "type": mime(name),
            "size": size,
            "url": at,
            "tmp_url": format!("{}/open-apis/drive/v1/medias/batch_get_tmp_download_url?file_tokens={token}", self.origin),
        })
    }

    fn lookup(&self, table: &Table, field: &Field, record: &Record, depth: u8) -> Option<Value> {
        let lookup = field.lookup.as_ref()?;
        let link = table.field(&lookup.link)?;
        let other = self.base.table(link.text("table_id"))?;
        let shown = other.field(&lookup.shown)?;
        let ids = record.values.get(&link.id)?.as_array()?;
        let mut values = Vec::new();
        for id in ids.iter().filter_map(Value::as_str) {
            let Some(behind) = other.record(id) else {
                continue;
            };
            match self.cell(other, shown, behind, depth + 1) {
                Some(Value::Array(items)) => values.extend(items),
                Some(value) => values.push(value),
                None => {}
            }
        }
        (!values.is_empty()).then(|| json!({ "type": shown.kind, "value": values }))
    }
}

/// What a formula comes to, in the form of an answer.
fn formula_of(table: &Table, field: &Field, record: &Record, depth: u8) -> Option<Value> {
    let source = field.text("formula_expression");
    let named = |name: &str| match table.named(name).or_else(|| table.field(name)) {
        Some(other) if other.kind == 20 && depth < DEPTH => {
            match formula_of(table, other, record, depth + 1) {
                Some(value) if value["type"] == 2 => {
                    formula::Known::Number(value["value"][0].as_f64().unwrap_or_default())
                }
                Some(value) => formula::Known::Text(
                    value["value"][0]["text"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                ),
                None => formula::Known::Nothing,
            }
        }
        Some(other) => known(other, record),
        None => formula::Known::Nothing,
    };
    Some(match formula::value(source, &named)? {
        formula::Known::Number(number) if number.is_finite() => {
            json!({ "type": 2, "value": [tidy(number)] })
        }
        formula::Known::Number(_) | formula::Known::Nothing => return None,
        formula::Known::Text(text) => {
            json!({ "type": 1, "value": [{ "type": "text", "text": text }] })
        }
    })
}
/// A number without the noise of binary fractions.
fn tidy(number: f64) -> Value {
    let round = (number * 1e9).round() / 1e9;
    if round.fract() == 0.0 && round.abs() < 9e15 {
        let text = format!("{round:.0}");
        return text
            .parse::<i64>()
            .map_or_else(|_| json!(round), Value::from);
    }
    json!(round)
}

/// The name of an option.
pub(super) fn name_of<'f>(field: &'f Field, id: &Value) -> Option<&'f str> {
    let id = id.as_str()?;
    let option = field.options.iter().find(|option| option.id == id)?;
    Some(&option.name)
}

fn group_name(id: &Value) -> String {
    let id = id.as_str().unwrap_or_default();
    let tail = id.len().saturating_sub(4);
    format!("项目群 {}", id.get(tail..).unwrap_or_default())
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain",
        _ => "application/octet-stream",
    }
}

/// A stored value as formulas see it.
fn known(field: &Field, record: &Record) -> formula::Known {
    let millis = match field.kind {
        1001 => Some(record.created_ms),
        1002 => Some(record.modified_ms),
        _ => None,
    };
    if let Some(millis) = millis {
        return millis
            .to_string()
            .parse()
            .map_or(formula::Known::Nothing, formula::Known::Number);
    }
    match record.values.get(&field.id) {
        None => formula::Known::Nothing,
        Some(Value::Number(number)) => number
            .as_f64()
            .map_or(formula::Known::Nothing, formula::Known::Number),
        Some(Value::Bool(flag)) => formula::Known::Number(f64::from(u8::from(*flag))),
        Some(value) => formula::Known::Text(plain(field, value)),
    }
}

/// A stored value as one text, without names of people.
pub(crate) fn plain(field: &Field, value: &Value) -> String {
    match value {
        Value::String(_) if field.kind == 3 => name_of(field, value).unwrap_or_default().to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) => {
            let items = items.iter().map(|item| match field.kind {
                4 => name_of(field, item).unwrap_or_default(),
                _ => item.as_str().unwrap_or_default(),
            });
            items.collect::<Vec<_>>().join(",")
        }
        Value::Object(members) => {
            let shown = members.get("text").or_else(|| members.get("full_address"));
            shown.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Value::Null => String::new(),
    }
}
