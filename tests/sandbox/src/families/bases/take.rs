//! Values as requests write them, turned into the form that the sandbox keeps.

use serde_json::{Map, Value, json};

use super::checks::wrong_value;
use super::{Base, Choice, Field, Table};
use crate::families::common::fault;
use crate::families::media::Media;
use crate::gateway::{ApiError, Caller};
use crate::identity::{IdKind, Identity};
use crate::ids::IdSource;

/// Most characters of a cell.
const CELL_MAX: usize = 100_000;
/// Most attachments of a cell.
const FILES_MAX: usize = 100;

/// What values are checked against.
pub(super) struct Desk<'d> {
    pub(super) identity: &'d Identity,
    pub(super) media: &'d Media,
    pub(super) caller: &'d Caller,
    pub(super) kind: IdKind,
    pub(super) app: &'d str,
}

/// The values of one record by field id; `None` clears a cell. New options are added to `added`.
pub(super) fn values(
    desk: &Desk<'_>,
    base: &Base,
    table: &Table,
    fields: &Map<String, Value>,
    added: &mut Vec<(String, Choice)>,
    ids: &mut IdSource,
) -> Result<Vec<(String, Option<Value>)>, ApiError> {
    let mut taken = Vec::new();
    for (name, value) in fields {
        let field = table.named(name).ok_or_else(|| fault(1_254_045))?;
        if field.computed() {
            return Err(ApiError::with(
                1_254_010,
                format!("the field {name} cannot be written"),
            ));
        }
        let kept = match value {
            Value::Null => None,
            Value::Array(items) if items.is_empty() => None,
            value => Some(
                one(desk, base, field, value, added, ids).map_err(|mut error| {
                    error.msg = format!("{} (field {name})", error.msg);
                    error
                })?,
            ),
        };
        taken.push((field.id.clone(), kept));
    }
    Ok(taken)
}

fn one(
    desk: &Desk<'_>,
    base: &Base,
    field: &Field,
    value: &Value,
    added: &mut Vec<(String, Choice)>,
    ids: &mut IdSource,
) -> Result<Value, ApiError> {
    let wrong = || wrong_value(field.kind);
    let text = || value.as_str().ok_or_else(wrong);
    match field.kind {
        1 => {
            let text = text()?;
            if text.chars().count() > CELL_MAX {
                return Err(fault(1_254_130));
            }
            Ok(text.into())
        }
        2 => number(field, value).ok_or_else(wrong),
        3 => choice(field, text()?, added, ids),
        4 => {
            let names = texts(value).ok_or_else(wrong)?;
            let chosen: Result<Vec<Value>, ApiError> = names
                .into_iter()
                .map(|name| choice(field, name, added, ids))
                .collect();
            Ok(chosen?.into())
        }
        5 => value
            .as_i64()
            .filter(|ms| (-62_135_596_800_000..=253_402_300_799_000).contains(ms))
            .map(Value::from)
            .ok_or_else(wrong),
        7 => value.as_bool().map(Value::from).ok_or_else(wrong),
        11 => people(desk, field, value).ok_or_else(wrong),
        13 => {
            let text = text()?;
            let digits = text.strip_prefix('+').unwrap_or(text);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            if text.len() <= 64 && plain {
                Ok(text.into())
            } else {
                Err(wrong())
            }
        }
        15 => {
            let link = value["link"].as_str().ok_or_else(wrong)?;
            let shown = value["text"].as_str().unwrap_or(link);
            Ok(json!({ "text": shown, "link": link }))
        }
        17 => files(desk, value),
        18 | 21 => links(base, field, value).ok_or_else(wrong),
        22 => place(text()?).ok_or_else(wrong),
        23 => groups(field, value).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn number(field: &Field, value: &Value) -> Option<Value> {
    let number = value.as_f64()?;
    if field.ui == "Rating" {
        let bound = |name: &str, default: f64| {
            field
                .property
                .get(name)
                .and_then(Value::as_f64)
                .unwrap_or(default)
        };
        let fits = number >= bound("min", 1.0) && number <= bound("max", 5.0);
        return (fits && number.fract() == 0.0).then(|| value.clone());
    }
    Some(value.clone())
}

/// The id of an option; an unknown name becomes one.
fn choice(
    field: &Field,
    name: &str,
    added: &mut Vec<(String, Choice)>,
    ids: &mut IdSource,
) -> Result<Value, ApiError> {
    if name.is_empty() {
        return Err(fault(1_254_026));
    }
    let new = added
        .iter()
        .filter(|(at, _)| *at == field.id)
        .map(|(_, one)| one);
    if let Some(known) = field.options.iter().chain(new).find(|one| one.name == name) {
        return Ok(known.id.as_str().into());
    }
    let color = i64::try_from((field.options.len() + added.len()) % 54).unwrap_or(0);
    let made = Choice {
        id: format!("opt{}", ids.hex(7)),
        name: name.to_owned(),
        color,
    };
    let id = Value::from(made.id.as_str());
    added.push((field.id.clone(), made));
    Ok(id)
}

fn ids_in(field: &Field, value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    let named = items
        .iter()
        .map(|item| Some(item["id"].as_str()?.to_owned()));
    let named: Option<Vec<String>> = named.collect();
    named.filter(|ids| field.multiple() || ids.len() <= 1)
}

fn people(desk: &Desk<'_>, field: &Field, value: &Value) -> Option<Value> {
    let mut keys: Vec<Value> = Vec::new();
    for id in ids_in(field, value)? {
        let key = desk.identity.resolve(desk.caller, &id, desk.kind).ok()?;
        let key = Value::from(key);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Some(keys.into())
}

fn groups(field: &Field, value: &Value) -> Option<Value> {
    let ids = ids_in(field, value)?;
    ids.iter()
        .all(|id| id.starts_with("oc_"))
        .then(|| ids.into())
}

fn files(desk: &Desk<'_>, value: &Value) -> Result<Value, ApiError> {
    let items = value.as_array().ok_or_else(|| wrong_value(17))?;
    if items.len() > FILES_MAX {
        return Err(fault(1_254_106));
    }
    let mut tokens = Vec::new();
    for item in items {
        let token = item["file_token"].as_str().ok_or_else(|| wrong_value(17))?;
        let known = desk.media.files.get(token);
        // The file has to have been uploaded for this base.
        known
            .filter(|file| file.document == desk.app)
            .ok_or_else(|| fault(1_254_303))?;
        tokens.push(Value::from(token));
    }
    Ok(tokens.into())
}

fn links(base: &Base, field: &Field, value: &Value) -> Option<Value> {
    let ids = texts(value)?;
    if !field.multiple() && ids.len() > 1 {
        return None;
    }
    let table = base.table(field.text("table_id"))?;
    let mut kept: Vec<Value> = Vec::new();
    for id in ids {
        table.record(id)?;
        let id = Value::from(id);
        if !kept.contains(&id) {
            kept.push(id);
        }
    }
    Some(kept.into())
}

/// Places near which a point is said to be.
const PLACES: [(f64, f64, &str, &str, &str); 5] = [
    (116.39, 39.90, "北京市", "北京市", "东城区"),
    (121.47, 31.23, "上海市", "上海市", "黄浦区"),
    (114.06, 22.54, "广东省", "深圳市", "福田区"),
    (120.16, 30.27, "浙江省", "杭州市", "西湖区"),
    (104.07, 30.57, "四川省", "成都市", "武侯区"),
];

fn place(text: &str) -> Option<Value> {
    let (longitude, latitude) = text.split_once(',')?;
    let longitude: f64 = longitude.trim().parse().ok()?;
    let latitude: f64 = latitude.trim().parse().ok()?;
    if !(-180.0..=180.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
        return None;
    }
    let far = |place: &(f64, f64, &str, &str, &str)| {
        (place.0 - longitude).abs() + (place.1 - latitude).abs()
    };
    let near = PLACES
        .iter()
        .min_by(|a, b| far(a).total_cmp(&far(b)))
        .copied()?;
    let (_, _, province, city, district) = near;
    let name = format!("{city}{district}");
    Some(json!({
        "location": format!("{},{}", longitude, latitude),
        "pname": province,
        "cityname": city,
        "adname": district,
        "address": district,
        "name": name,
        "full_address": format!("{name}，{province}{city}{district}"),
    }))
}
