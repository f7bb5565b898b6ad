//! Cells as a caller writes them, in Feishu's form.

use std::collections::HashMap;

use feishu::api::bitable::fields::{Choice, Field};
use jiff::tz::TimeZone;
use model::Locale;
use serde_json::{Value, json};

use crate::{
    ToolCx, ToolError,
    bases::{
        cell::{kind, number_text},
        near,
        read::links::Names,
        time,
    },
    render::clean_line,
};

/// What a cell becomes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Taken {
    /// Left as it is.
    Nothing,
    /// Emptied.
    Clear,
    Set(Value),
}

/// What cells are read with.
pub(crate) struct Desk<'d> {
    pub(crate) locale: Locale,
    pub(crate) zone: &'d TimeZone,
    /// Open ids by what was written, or why there is none.
    pub(crate) people: HashMap<String, Result<String, String>>,
    /// Linked records by field id.
    pub(crate) links: HashMap<String, Names>,
    /// Choices by field id.
    pub(crate) choices: HashMap<String, Vec<Choice>>,
    pub(crate) cx: &'d ToolCx,
}

/// The parts of a list: of an array, or of a text with commas between.
pub(crate) fn parts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Object(item) => {
            let id = ["id", "file_token", "name", "text"];
            let id = id.iter().find_map(|key| item.get(*key)?.as_str());
            id.unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    };
    let all: Vec<String> = match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::String(whole) => whole
            .split([',', '，', '、', ';', '；'])
            .map(|part| part.trim().to_owned())
            .collect(),
        other => vec![text(other)],
    };
    all.into_iter().filter(|part| !part.is_empty()).collect()
}

/// The token at the end of `name (TOKEN)`, as `base_read` shows it, or the whole text.
fn token(text: &str) -> &str {
    let inner = text.trim_end().strip_suffix(')');
    let inner = inner.and_then(|text| text.rsplit_once('('));
    inner.map_or(text.trim(), |(_, token)| token.trim())
}

fn said(error: &ToolError) -> String {
    let mut text = error.message.clone();
    let candidates = error.details.get("candidates").and_then(Value::as_array);
    let names = candidates.into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<&str> = names.take(5).collect();
    if !names.is_empty() {
        text.push_str(&format!(" ({})", names.join(" | ")));
    }
    text
}

impl Desk<'_> {
    fn say(&self, en: &str, zh: &str) -> String {
        match self.locale {
            Locale::En => en,
            Locale::Zh => zh,
        }
        .to_owned()
    }

    /// Reads a cell for its field.
    ///
    /// # Errors
    /// What is wrong with it, in the caller's language.
    pub(crate) fn take(&self, field: &Field, value: &Value) -> Result<Taken, String> {
        match value {
            Value::Null => return Ok(Taken::Clear),
            Value::String(text) if text.trim() == "null" => return Ok(Taken::Clear),
            Value::String(text) if text.trim().is_empty() => return Ok(Taken::Nothing),
            Value::Array(items) if items.is_empty() => return Ok(Taken::Clear),
            _ => {}
        }
        self.set(field, value).map(Taken::Set)
    }

    fn set(&self, field: &Field, value: &Value) -> Result<Value, String> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => String::new(),
        };
        let bad = |en: &str, zh: &str| {
            let shown = clean_line(&value.to_string(), 40);
            format!("{}: {shown}", self.say(en, zh))
        };
        match field.kind {
            kind::TEXT if text.is_empty() => Err(bad("a text is expected", "应为文本")),
            kind::TEXT => Ok(text.into()),
            kind::NUMBER => number(field, value, &text)
                .ok_or_else(|| bad("a number in range is expected", "应为范围内的数字")),
            kind::SELECT => self.choice(field, text.trim()).map(Value::from),
            kind::MULTI => {
                if value.is_string() && self.known(field, text.trim()).is_some() {
                    return Ok(json!([text.trim()]));
                }
                let names: Result<Vec<String>, String> = parts(value)
                    .iter()
                    .map(|part| self.choice(field, part))
                    .collect();
                Ok(names?.into())
            }
            kind::DATE => {
                let millis = value
                    .as_i64()
                    .filter(|number| number.abs() > 10_000_000_000);
                let millis =
                    millis.or_else(|| time::read(&text, self.zone).map(time::Moment::millis));
                let wrong = || {
                    bad(
                        "a date such as 2026-12-01 is expected",
                        "应为日期，如 2026-12-01",
                    )
                };
                millis.map(Value::from).ok_or_else(wrong)
            }
            kind::CHECKBOX => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "1" | "x" | "✓" | "√" | "是" => Ok(true.into()),
                "false" | "no" | "0" | "否" => Ok(false.into()),
                _ => Err(bad("true or false is expected", "应为 true 或 false")),
            },
            kind::USER => self.people(value),
            13 => {
                let plain: String = text
                    .chars()
                    .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
                    .collect();
                let digits = plain.strip_prefix('+').unwrap_or(&plain);
                if !digits.is_empty()
                    && digits.len() <= 63
                    && digits.bytes().all(|b| b.is_ascii_digit())
                {
                    Ok(plain.into())
                } else {
                    Err(bad("a phone number is expected", "应为电话号码"))
                }
            }
            kind::URL => url(value, &text).ok_or_else(|| bad("a link is expected", "应为链接")),
            kind::FILE => {
                let tokens = parts(value);
                let tokens = tokens.iter().map(|one| json!({ "file_token": token(one) }));
                Ok(tokens.collect::<Vec<_>>().into())
            }
            kind::LINK | kind::DUPLEX => self.linked(field, value),
            kind::LOCATION => point(token(&text))
                .map(Value::from)
                .ok_or_else(|| bad("longitude,latitude is expected", "应为“经度,纬度”")),
            kind::GROUP => {
                let ids = parts(value);
                if ids.iter().any(|id| !token(id).starts_with("oc_")) {
                    return Err(bad("chat ids (oc_…) are expected", "应为群 id（oc_…）"));
                }
                let ids = ids.iter().map(|id| json!({ "id": token(id) }));
                Ok(ids.collect::<Vec<_>>().into())
            }
            _ => Err(bad("this field cannot be written", "该字段不可写入")),
        }
    }

    fn known(&self, field: &Field, name: &str) -> Option<&str> {
        let choices = self.choices.get(&field.field_id)?;
        let found = near::pick(choices, name, |one| &one.id, |one| &one.name)?;
        Some(&found.name)
    }

    /// The name of a choice; `+NAME` makes a new one.
    fn choice(&self, field: &Field, name: &str) -> Result<String, String> {
        if let Some(known) = self.known(field, name) {
            return Ok(known.to_owned());
        }
        if let Some(new) = name.strip_prefix('+').map(str::trim)
            && !new.is_empty()
        {
            return Ok(self.known(field, new).unwrap_or(new).to_owned());
        }
        let choices = self.choices.get(&field.field_id);
        let names = choices.into_iter().flatten().map(|one| one.name.as_str());
        let near = near::near(name, names).join(" | ");
        Err(format!(
            "{}: {} ({}; +{})",
            self.say("no such choice", "没有该选项"),
            clean_line(name, 40),
            clean_line(&near, 200),
            self.say("NAME makes it", "名称 可新建"),
        ))
    }

    fn people(&self, value: &Value) -> Result<Value, String> {
        let mut ids = Vec::new();
        for part in parts(value) {
            match self.people.get(&part) {
                Some(Ok(id)) => ids.push(json!({ "id": id })),
                Some(Err(why)) => return Err(why.clone()),
                None => return Err(self.say("too many different people", "人员过多")),
            }
        }
        Ok(ids.into())
    }

    fn linked(&self, field: &Field, value: &Value) -> Result<Value, String> {
        let none = Names::default();
        let names = self.links.get(&field.field_id).unwrap_or(&none);
        let one = |text: &str| names.id(self.cx, text).map_err(|error| said(&error));
        // A name may have a comma in it.
        if let Value::String(whole) = value
            && let Ok(id) = one(whole.trim())
        {
            return Ok(json!([id]));
        }
        let ids: Result<Vec<String>, String> = parts(value).iter().map(|part| one(part)).collect();
        Ok(ids?.into())
    }
}

fn number(field: &Field, value: &Value, text: &str) -> Option<Value> {
    let found = if let Value::Number(number) = value {
        number.as_f64()?
    } else {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥' | '$' | '€' | '£'))
            .collect();
        match plain.strip_suffix('%') {
            Some(percent) => percent.parse::<f64>().ok()? / 100.0,
            None => plain.parse::<f64>().ok()?,
        }
    };
    if !found.is_finite() {
        return None;
    }
    if field.ui_type == "Rating" {
        let bound = |name: &str, default: f64| {
            let bound = field.property.get(name).and_then(Value::as_f64);
            bound.unwrap_or(default)
        };
        let fits = found >= bound("min", 1.0) && found <= bound("max", 5.0);
        if !fits || found.fract() != 0.0 {
            return None;
        }
    }
    if found.fract() == 0.0 && found.abs() < 9e15 {
        return number_text(found).parse::<i64>().ok().map(Value::from);
    }
    Some(json!(found))
}

/// `LINK`, `TEXT <LINK>`, `[TEXT](LINK)` or an object of both.
fn url(value: &Value, text: &str) -> Option<Value> {
    if let Some(link) = value.get("link").and_then(Value::as_str) {
        let shown = value.get("text").and_then(Value::as_str).unwrap_or(link);
        return Some(json!({ "text": shown, "link": link }));
    }
    let text = text.trim();
    let (shown, link) = if let Some((shown, rest)) = text.split_once('<') {
        (shown.trim(), rest.strip_suffix('>')?.trim())
    } else if let Some((shown, rest)) = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]("))
    {
        (shown.trim(), rest.strip_suffix(')')?.trim())
    } else {
        (text, text)
    };
    let known = ["http://", "https://", "mailto:"];
    let shown = if shown.is_empty() { link } else { shown };
    known
        .iter()
        .any(|scheme| link.starts_with(scheme))
        .then(|| json!({ "text": shown, "link": link }))
}

fn point(text: &str) -> Option<String> {
    let (longitude, latitude) = text.split_once([',', '，'])?;
    let longitude: f64 = longitude.trim().parse().ok()?;
    let latitude: f64 = latitude.trim().parse().ok()?;
    let fits = longitude.abs() <= 180.0 && latitude.abs() <= 90.0;
    fits.then(|| format!("{longitude},{latitude}"))
}

/// The parts of a value that tell whether two are the same, whether read from Feishu or to be
/// written; an unticked box is empty.
pub(crate) fn canon(number: i64, value: &Value) -> Vec<String> {
    let one = |value: &Value| -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.as_f64().map(number_text).unwrap_or_default(),
            Value::Object(item) => {
                let keys: &[&str] = match number {
                    kind::TEXT => &["text"],
                    kind::URL => &["link"],
                    kind::LOCATION => &["location"],
                    _ => &["id", "file_token"],
                };
                let found = keys.iter().find_map(|key| item.get(*key)?.as_str());
                found.unwrap_or_default().to_owned()
            }
            Value::Bool(true) => "true".to_owned(),
            _ => String::new(),
        }
    };
    let listed = value.get("link_record_ids").unwrap_or(value);
    let mut found: Vec<String> = match listed {
        Value::Array(parts) if matches!(number, kind::TEXT | 1005 | 13) => {
            vec![parts.iter().map(one).collect::<String>()]
        }
        Value::Array(items) => items.iter().map(one).collect(),
        other => vec![one(other)],
    };
    if number == kind::URL
        && let Some(text) = value.get("text").and_then(Value::as_str)
    {
        found.push(text.to_owned());
    }
    found.retain(|part| !part.is_empty());
    if number != kind::URL {
        found.sort();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_numbers_and_points_are_read_in_their_usual_forms() {
        let link = json!({"text": "官网", "link": "https://a.example"});
        for text in ["官网 <https://a.example>", "[官网](https://a.example)"] {
            assert_eq!(url(&json!(text), text), Some(link.clone()), "{text}");
        }
        assert_eq!(url(&json!("javascript:x"), "javascript:x"), None);
        let field = Field::default();
        let read = |text: &str| number(&field, &json!(text), text);
        assert_eq!(read("1,234.5"), Some(json!(1234.5)));
        assert_eq!(read("¥ 300"), Some(json!(300)));
        assert_eq!(read("45%"), Some(json!(0.45)));
        assert_eq!(read("many"), None);
        assert_eq!(read("NaN"), None);
        assert_eq!(point("116.39, 39.90"), Some("116.39,39.9".to_owned()));
        assert_eq!(point("200,1"), None);
        assert_eq!(token("a (b).png (boxA)"), "boxA");
    }

    #[test]
    fn what_was_read_and_what_is_written_compare() {
        let same = |number: i64, read: Value, write: Value| {
            assert_eq!(canon(number, &read), canon(number, &write), "{read}");
        };
        same(
            1,
            json!([{"text": "a", "type": "text"}, {"text": "b"}]),
            json!("ab"),
        );
        same(2, json!(12.0), json!(12));
        same(4, json!(["b", "a"]), json!(["a", "b"]));
        same(7, Value::Null, json!(false));
        same(
            11,
            json!([{"id": "ou_1", "name": "x"}]),
            json!([{"id": "ou_1"}]),
        );
        same(
            15,
            json!({"text": "t", "link": "l"}),
            json!({"text": "t", "link": "l"}),
        );
        same(
            17,
            json!([{"file_token": "b", "name": "x"}]),
            json!([{"file_token": "b"}]),
        );
        same(18, json!({"link_record_ids": ["rec1"]}), json!(["rec1"]));
        same(22, json!({"location": "1,2", "name": "x"}), json!("1,2"));
        assert_ne!(canon(3, &json!("a")), canon(3, &json!("b")));
    }
}
