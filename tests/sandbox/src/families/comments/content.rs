//! What a comment says: reading the two request forms, and times.

use serde_json::{Value, json};

use super::super::common::fault;
use super::super::people::People;
use crate::gateway::ApiError;

/// Most characters of a comment.
const CONTENT_MAX: usize = 10_000;
/// Most characters of one text element of the anchored form.
const ELEMENT_MAX: usize = 1_000;

/// Reads `content.elements`; people become stored keys.
///
/// # Errors
/// 1069302 when malformed, empty, or naming somebody unknown; 1069308 when too long.
pub(crate) fn read_elements(
    people: &People<'_>,
    content: Option<&Value>,
) -> Result<Vec<Value>, ApiError> {
    let elements = content
        .and_then(|content| content.get("elements"))
        .and_then(Value::as_array);
    let mut out = Vec::new();
    for element in elements.into_iter().flatten() {
        let body = |kind: &str, key: &str| {
            element
                .get(kind)
                .and_then(|body| body.get(key))
                .and_then(Value::as_str)
        };
        out.push(match element.get("type").and_then(Value::as_str) {
            Some("text_run") => text(body("text_run", "text").ok_or_else(|| fault(1_069_302))?),
            Some("docs_link") => link(body("docs_link", "url").ok_or_else(|| fault(1_069_302))?),
            Some("person") => person(people, body("person", "user_id").unwrap_or_default())?,
            _ => return Err(fault(1_069_302)),
        });
    }
    measured(out)
}

/// Reads `reply_elements` of the anchored form.
pub(crate) fn read_new_elements(
    people: &People<'_>,
    elements: &[Value],
) -> Result<Vec<Value>, ApiError> {
    let mut out = Vec::new();
    for element in elements {
        let field = |key: &str| element.get(key).and_then(Value::as_str);
        out.push(match field("type") {
            Some("text") => {
                let content = field("text").ok_or_else(|| fault(1_069_302))?;
                if content.chars().count() > ELEMENT_MAX {
                    return Err(fault(1_069_308));
                }
                text(content)
            }
            Some("mention_user") => person(people, field("mention_user").unwrap_or_default())?,
            Some("link") => link(field("link").ok_or_else(|| fault(1_069_302))?),
            _ => return Err(fault(1_069_302)),
        });
    }
    measured(out)
}

fn text(content: &str) -> Value {
    json!({ "type": "text_run", "text_run": { "text": content } })
}

fn link(url: &str) -> Value {
    json!({ "type": "docs_link", "docs_link": { "url": url } })
}

fn person(people: &People<'_>, id: &str) -> Result<Value, ApiError> {
    let key = people.find(id).ok_or_else(|| fault(1_069_302))?;
    Ok(json!({ "type": "person", "person": { "user_id": key } }))
}

fn measured(elements: Vec<Value>) -> Result<Vec<Value>, ApiError> {
    let said = |element: &Value| {
        let text = element
            .get("text_run")
            .and_then(|run| run.get("text"))
            .and_then(Value::as_str);
        text.map_or(0, |text| text.chars().count())
    };
    let blank = elements
        .iter()
        .all(|element| element.get("text_run").is_some() && said(element) == 0);
    if blank {
        return Err(fault(1_069_302));
    }
    if elements.iter().map(said).sum::<usize>() > CONTENT_MAX {
        Err(fault(1_069_308))
    } else {
        Ok(elements)
    }
}

/// Epoch seconds as ISO 8601 in UTC.
pub(crate) fn iso(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Civil date from a day count, with years beginning in March so that leap days come last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn times_print_as_iso_8601() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(1_709_164_799), "2024-02-28T23:59:59Z");
        assert_eq!(iso(1_709_164_800), "2024-02-29T00:00:00Z");
        assert_eq!(iso(1_735_689_599), "2024-12-31T23:59:59Z");
    }
}
