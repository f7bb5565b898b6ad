//! Texts with expressions: `Hello {{ event.name }}`. A text that is one expression and nothing
//! else becomes that value, whatever its kind; in a longer one values are written out.

use serde_json::{Map, Value};

use crate::expression::{Expression, ExpressionFault, Sight};

/// Largest filled value in bytes.
const LARGEST: usize = 256 * 1024;
/// How deep arguments may nest.
const DEPTH: usize = 12;

enum Part {
    Text(String),
    Value(Expression),
}

/// Checks the expressions of some arguments.
pub(crate) fn check(arguments: &Map<String, Value>) -> Result<(), ExpressionFault> {
    let mut faults = Ok(());
    walk(&Value::Object(arguments.clone()), DEPTH, &mut |text| {
        if faults.is_ok() {
            faults = parts(text).map(drop);
        }
    });
    faults
}

/// Fills arguments in.
pub(crate) fn fill(arguments: &Map<String, Value>, sight: &Sight) -> Result<Value, String> {
    let filled = filled(&Value::Object(arguments.clone()), sight, DEPTH)?;
    if filled.to_string().len() > LARGEST {
        return Err("the filled arguments are larger than 256 KB".to_owned());
    }
    Ok(filled)
}

fn walk(value: &Value, depth: usize, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) if depth > 0 => {
            for item in items {
                walk(item, depth - 1, see);
            }
        }
        Value::Object(fields) if depth > 0 => {
            for field in fields.values() {
                walk(field, depth - 1, see);
            }
        }
        _ => {}
    }
}

fn filled(value: &Value, sight: &Sight, depth: usize) -> Result<Value, String> {
    if depth == 0 {
        return Err("the arguments nest too deep".to_owned());
    }
    match value {
        Value::String(text) => text_of(text, sight),
        Value::Array(items) => items
            .iter()
            .map(|item| filled(item, sight, depth - 1))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| Ok((name.clone(), filled(field, sight, depth - 1)?)))
            .collect::<Result<Map<String, Value>, String>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

fn text_of(text: &str, sight: &Sight) -> Result<Value, String> {
    if !text.contains("{{") {
        return Ok(text.into());
    }
    let parts = parts(text).map_err(|fault| fault.to_string())?;
    if let [Part::Value(expression)] = parts.as_slice() {
        return expression.value(sight);
    }
    let mut whole = String::new();
    for part in parts {
        match part {
            Part::Text(text) => whole.push_str(&text),
            Part::Value(expression) => match expression.value(sight)? {
                Value::String(text) => whole.push_str(&text),
                Value::Null => {}
                other => whole.push_str(&other.to_string()),
            },
        }
        if whole.len() > LARGEST {
            return Err("a filled text is larger than 256 KB".to_owned());
        }
    }
    Ok(whole.into())
}

fn parts(text: &str) -> Result<Vec<Part>, ExpressionFault> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        if open > 0 {
            parts.push(Part::Text(rest[..open].to_owned()));
        }
        let inner = &rest[open + 2..];
        let Some(close) = end_of(inner) else {
            return Err(ExpressionFault {
                en: "`{{` is not closed by `}}`".to_owned(),
                zh: "`{{` 缺少对应的 `}}`".to_owned(),
                line: 1,
                column: text.len() - rest.len() + open + 1,
            });
        };
        parts.push(Part::Value(Expression::new(inner[..close].trim())?));
        rest = &inner[close + 2..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

/// Where the first `}}` is that stands in no string and closes no map.
fn end_of(text: &str) -> Option<usize> {
    let (mut quote, mut open) = (None, 0_usize);
    let mut signs = text.char_indices().peekable();
    while let Some((at, c)) = signs.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                signs.next();
            }
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => open += 1,
            (None, '}') if open > 0 => open -= 1,
            (None, '}') if signs.peek().is_some_and(|(_, next)| *next == '}') => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    fn filled_in(value: Value) -> Result<Value, String> {
        let sight = Sight {
            event: json!({"name": "Ann {{ event.x }}", "n": 7, "list": [1, 2], "none": null}),
            ..Sight::default()
        };
        fill(&fields(value), &sight)
    }

    #[test]
    fn values_keep_their_kind_when_they_stand_alone() {
        let filled = filled_in(json!({
            "a": "{{ event.n }}", "b": "n={{event.n}}, {{ event.list }}", "c": ["{{ event.list }}"],
            "d": {"e": "{{ {'k': event.n}.k }}"}, "f": "{{ '}}' }}", "g": 1, "h": "x{{ event.none }}",
        }));
        let wanted = json!({
            "a": 7, "b": "n=7, [1,2]", "c": [[1, 2]], "d": {"e": 7}, "f": "}}", "g": 1, "h": "x",
        });
        assert_eq!(filled, Ok(wanted));
    }

    #[test]
    fn what_comes_out_of_an_event_is_never_an_expression() {
        let filled = filled_in(json!({"a": "{{ event.name }}", "b": "to {{ event.name }}"}));
        let wanted = json!({"a": "Ann {{ event.x }}", "b": "to Ann {{ event.x }}"});
        assert_eq!(filled, Ok(wanted));
    }

    #[test]
    fn an_open_bracket_and_a_stranger_are_pointed_at() {
        let open = check(&fields(json!({"a": "see {{ event.n"}))).expect_err("open");
        assert_eq!(open.column, 5);
        assert!(check(&fields(json!({"a": [{"b": "{{ evnt }}"}]}))).is_err());
        assert!(check(&fields(json!({"a": "{{ event.n }} and {{ now }}"}))).is_ok());
    }
}
