//! One cell: from Feishu's JSON to what a model reads, and back.

use serde_json::{Value as Json, json};

use super::serial::{self, Shape};
use crate::{docs::markdown::inline::is_open_id, render::clean_text};

/// Characters of a cell that are shown; the rest is told as its length.
const SHOWN: usize = 2_000;
/// Stands for a line break within a cell, in both directions.
pub(crate) const BREAK: char = '↵';

/// What a cell holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A number.
    Number(f64),
    /// Days since 1899-12-30, shown as a date or time.
    Date(f64),
    /// A truth value.
    Bool(bool),
    /// A text.
    Text(String),
    /// Text with links, mentions or pictures.
    Rich(Vec<Piece>),
    /// A formula as it was written.
    Formula(String),
}

/// A part of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Link {
        text: String,
        url: String,
    },
    Person {
        name: String,
        id: String,
    },
    /// A picture, a mentioned document, a file: its name.
    Other(String),
}

impl Value {
    /// A cell as one reading call printed it.
    pub(crate) fn of(json: &Json) -> Self {
        match json {
            Json::Null => Self::Empty,
            Json::Bool(truth) => Self::Bool(*truth),
            Json::Number(number) => Self::Number(number.as_f64().unwrap_or_default()),
            Json::String(text) if text.is_empty() => Self::Empty,
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(segments) => {
                let pieces: Vec<Piece> = segments.iter().map(piece).collect();
                let plain: Option<String> = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect();
                match plain {
                    Some(text) if text.is_empty() => Self::Empty,
                    Some(text) => Self::Text(text),
                    None => Self::Rich(pieces),
                }
            }
            Json::Object(_) => match piece(json) {
                Piece::Text(text) => Self::Text(text),
                piece => Self::Rich(vec![piece]),
            },
        }
    }

    /// Of the results without number format, and those with dates as text: a number that is shown
    /// as text is a date.
    pub(crate) fn dated(raw: &Json, shown: &Json) -> Self {
        match (raw, shown) {
            (Json::Number(serial), Json::String(_)) => {
                Self::Date(serial.as_f64().unwrap_or_default())
            }
            _ => Self::of(raw),
        }
    }

    /// Of the formula and the result.
    pub(crate) fn with_formula(formula: &Json, raw: &Json) -> Self {
        match formula {
            Json::String(text) if text.starts_with('=') && formula != raw => {
                Self::Formula(text.clone())
            }
            _ => Self::dated(raw, formula),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// As one column of a line, as people see it: text is not marked.
    pub(crate) fn seen(&self, zone: &str) -> String {
        match self {
            Self::Text(text) => flat(text),
            other => other.show(zone),
        }
    }

    /// As one column of a line. What is written back as it stands gives the same cell.
    pub(crate) fn show(&self, zone: &str) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Date(serial) => serial::iso(*serial, zone).unwrap_or_else(|| serial.to_string()),
            Self::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Formula(text) => flat(text),
            Self::Text(text) => {
                let text = flat(text);
                // What would be taken for something else is marked as text.
                if matches!(Written::of(&text, zone).kind, Kind::Text) && !text.starts_with('\'') {
                    text
                } else {
                    format!("'{text}")
                }
            }
            Self::Rich(pieces) => pieces.iter().map(Piece::show).collect(),
        }
    }
}

impl Piece {
    fn show(&self) -> String {
        match self {
            Self::Text(text) => flat(text),
            Self::Link { text, url } => format!("[{}]({})", flat(text), flat(url)),
            Self::Person { name, id } if is_open_id(id) => format!("@[{}](user:{id})", flat(name)),
            Self::Person { name, .. } => format!("@{}", flat(name)),
            Self::Other(name) => format!("⟨{}⟩", flat(name)),
        }
    }
}

/// One line without tabs.
fn flat(text: &str) -> String {
    let text = clean_text(text).replace('\n', "↵").replace('\t', " ");
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => {
            let all = text.chars().count();
            format!("{}… ({all})", &text[..cut])
        }
        None => text,
    }
}

fn piece(segment: &Json) -> Piece {
    let word = |name: &str| segment.get(name).and_then(Json::as_str).unwrap_or_default();
    let text = word("text").to_owned();
    match word("type") {
        "url" => Piece::Link {
            url: word("link").to_owned(),
            text,
        },
        "mention" => {
            let id = [word("token"), word("text")]
                .into_iter()
                .find(|id| is_open_id(id));
            match id {
                Some(id) => Piece::Person {
                    name: if is_open_id(&text) {
                        id.to_owned()
                    } else {
                        text.trim_start_matches('@').to_owned()
                    },
                    id: id.to_owned(),
                },
                None => Piece::Other(text.trim_start_matches('@').to_owned()),
            }
        }
        "embed-image" | "attachment" => Piece::Other(if text.is_empty() {
            "image".to_owned()
        } else {
            text
        }),
        _ if segment.get("values").is_some() => {
            let values = segment.get("values").and_then(Json::as_array);
            let values: Vec<&str> = values
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .collect();
            Piece::Text(values.join(","))
        }
        _ => Piece::Text(text),
    }
}

/// What a written cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Empty,
    Text,
    Number,
    Bool,
    Date(Shape),
    Share,
    Formula,
    Link,
    Mention,
}

/// A cell to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    pub(crate) json: Json,
    pub(crate) kind: Kind,
    /// The number format that it needs to be seen as what it is.
    pub(crate) formatter: Option<&'static str>,
}

impl Written {
    fn new(kind: Kind, json: Json) -> Self {
        Self {
            json,
            kind,
            formatter: None,
        }
    }

    /// Reads a cell: `=…` a formula, `'…` a text whatever it looks like, then dates, numbers,
    /// shares of a hundred, truth values, `[text](link)`, `@[name](user:ou_…)`; all else is text.
    pub(crate) fn of(text: &str, zone: &str) -> Self {
        if text.is_empty() {
            return Self::new(Kind::Empty, json!(""));
        }
        if let Some(kept) = text.strip_prefix('\'') {
            return Self::new(Kind::Text, json!(broken(kept)));
        }
        if text.len() > 1 && text.starts_with('=') {
            return Self::new(
                Kind::Formula,
                json!({ "type": "formula", "text": broken(text) }),
            );
        }
        match text {
            "TRUE" | "true" => return Self::new(Kind::Bool, json!(true)),
            "FALSE" | "false" => return Self::new(Kind::Bool, json!(false)),
            _ => {}
        }
        if let Some(number) = number(text) {
            return Self::new(Kind::Number, number);
        }
        if let Some(share) = text.strip_suffix('%').and_then(number) {
            return Self {
                formatter: Some(if text.contains('.') { "0.00%" } else { "0%" }),
                ..Self::new(
                    Kind::Share,
                    json!(share.as_f64().unwrap_or_default() / 100.0),
                )
            };
        }
        if let Some((serial, shape)) = serial::read(text, zone) {
            return Self {
                formatter: Some(shape.formatter()),
                ..Self::new(Kind::Date(shape), json!(serial))
            };
        }
        if let Some((name, target)) = bracketed(text.strip_prefix('@').unwrap_or(text)) {
            let person = target.strip_prefix("user:").filter(|id| is_open_id(id));
            if let (true, Some(id)) = (text.starts_with('@'), person) {
                let mention = json!({
                    "type": "mention", "text": id, "textType": "openId",
                    "notify": false, "grantReadPermission": false,
                });
                return Self::new(Kind::Mention, mention);
            }
            let web = ["https://", "http://", "mailto:"];
            if !text.starts_with('@') && web.iter().any(|start| target.starts_with(start)) {
                let link = json!({ "type": "url", "text": name, "link": target });
                return Self::new(Kind::Link, link);
            }
        }
        Self::new(Kind::Text, json!(broken(text)))
    }
}

fn broken(text: &str) -> String {
    text.replace(BREAK, "\n")
}

/// A plain number that a cell keeps exactly; `007` and long numbers of accounts stay text.
fn number(text: &str) -> Option<Json> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let (whole, rest) = body.split_once('.').unwrap_or((body, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading = whole.len() > 1 && whole.starts_with('0');
    if !plain(whole) || !plain(rest) || leading || digits > 15 {
        return None;
    }
    if !body.contains('.') {
        return text.parse::<i64>().ok().map(Json::from);
    }
    text.parse::<f64>().ok().map(Json::from)
}

/// `[text](target)` and nothing around it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('[')?.split_once("](")?;
    let target = rest.strip_suffix(')')?;
    let fits =
        !name.is_empty() && !name.contains(['[', ']']) && !target.contains(char::is_whitespace);
    fits.then_some((name, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "Asia/Shanghai";

    #[test]
    fn words_become_what_they_look_like_and_a_mark_keeps_them_text() {
        let kind = |text| Written::of(text, ZONE).kind;
        for (text, expected) in [
            ("", Kind::Empty),
            ("12", Kind::Number),
            ("-0.5", Kind::Number),
            ("0", Kind::Number),
            ("007", Kind::Text),
            ("6222021234567890123", Kind::Text),
            ("1,200", Kind::Text),
            ("1e5", Kind::Text),
            ("12.5%", Kind::Share),
            ("2026-11-23", Kind::Date(Shape::Date)),
            ("14:05", Kind::Date(Shape::Time)),
            ("TRUE", Kind::Bool),
            ("=SUM(A1:A3)", Kind::Formula),
            ("=", Kind::Text),
            ("'=HYPERLINK(\"x\")", Kind::Text),
            ("'12", Kind::Text),
            ("[site](https://example.com)", Kind::Link),
            ("[bad](javascript:alert(1))", Kind::Text),
            ("see [site](https://example.com)", Kind::Text),
            (
                "@[Chen](user:ou_1234567890abcdef1234567890abcdef)",
                Kind::Mention,
            ),
            ("云服务", Kind::Text),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert_eq!(Written::of("'=1+1", ZONE).json, json!("=1+1"));
        assert_eq!(Written::of("a↵b", ZONE).json, json!("a\nb"));
        assert_eq!(Written::of("25%", ZONE).json, json!(0.25));
        assert_eq!(Written::of("3", ZONE).json, json!(3));
    }

    #[test]
    fn what_is_shown_is_read_back_as_the_same() {
        for value in [
            Value::Number(1.5),
            Value::Text("12".to_owned()),
            Value::Text("=1+1".to_owned()),
            Value::Text("'quoted".to_owned()),
            Value::Text("two\nlines".to_owned()),
            Value::Text("2026-11-23".to_owned()),
            Value::Text("[site](https://example.com)".to_owned()),
            Value::Bool(true),
            Value::Formula("=A1&\"x\"".to_owned()),
        ] {
            let shown = value.show(ZONE);
            let back = match Written::of(&shown, ZONE) {
                Written {
                    kind: Kind::Formula,
                    json,
                    ..
                } => Value::Formula(json["text"].as_str().unwrap().to_owned()),
                written => Value::of(&written.json),
            };
            assert_eq!(back, value, "{shown}");
        }
    }

    #[test]
    fn segments_and_dates_are_told_apart() {
        let link = json!([{ "type": "url", "text": "a\tb", "link": "https://x.test" }]);
        assert_eq!(Value::of(&link).show(ZONE), "[a b](https://x.test)");
        assert_eq!(
            Value::of(&json!([{ "type": "text", "text": "x" }])),
            Value::Text("x".to_owned())
        );
        assert_eq!(
            Value::dated(&json!(46_349), &json!("2026/11/23")).show(ZONE),
            "2026-11-23"
        );
        assert_eq!(
            Value::dated(&json!(46_349), &json!(46_349)),
            Value::Number(46_349.0)
        );
        assert_eq!(
            Value::with_formula(&json!("=A1"), &json!(3)),
            Value::Formula("=A1".to_owned())
        );
        assert_eq!(
            Value::with_formula(&json!("=A1"), &json!("=A1")).show(ZONE),
            "'=A1"
        );
        assert_eq!(Value::of(&json!("a\u{202e}b")).show(ZONE), "ab");
    }
}
