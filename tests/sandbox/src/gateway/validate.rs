//! Judges parameters and body by the typed facts. Feishu itself is laxer here and there; a
//! stand-in that names every mistake finds more of them.

use std::collections::HashMap;

use serde_json::Value;

use crate::facts::{Endpoint, Field, named_type, response_fields};
use crate::gateway::body::Body;
use crate::gateway::call::truth;
use crate::gateway::{ApiError, Multipart, PathParams, Query};

/// At most this many violations are reported.
const REPORTED: usize = 20;

/// Violations found so far: field and description.
#[derive(Debug, Default)]
struct Report(Vec<(String, String)>);

impl Report {
    fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        if self.0.len() < REPORTED {
            self.0.push((field.into(), description.into()));
        }
    }
}

/// Checks path, query and body of one request.
///
/// # Errors
/// 9499 for a body that is not JSON, 99992402 naming every wrong field.
pub(crate) fn check(
    endpoint: &Endpoint,
    path: &PathParams,
    query: &Query,
    body: &Body,
) -> Result<(), ApiError> {
    if body.malformed {
        return Err(ApiError::new(
            400,
            9499,
            "Bad Request: the body is not valid JSON",
        ));
    }
    let mut report = Report::default();
    for (name, value) in &path.0 {
        if let Some(field) = endpoint.path_params.get(name) {
            check_text(&mut report, name, value, field);
        }
    }
    check_query(&mut report, &endpoint.query, query);
    match &body.multipart {
        Some(parts) => check_parts(&mut report, &endpoint.body, parts),
        None if endpoint.multipart => report.add("body", "multipart/form-data is required"),
        None => check_body(&mut report, &endpoint.body, &body.value),
    }
    if report.0.is_empty() {
        Ok(())
    } else {
        Err(ApiError::fields(report.0))
    }
}

/// What an answer has that is not published: fields, or types of fields.
pub(crate) fn unpublished(endpoint: &Endpoint, answer: &Value) -> Vec<String> {
    let mut report = Report::default();
    if let Some(fields) = response_fields(&endpoint.name) {
        check_object(&mut report, "", answer, fields);
    }
    report
        .0
        .into_iter()
        .map(|(field, text)| format!("{} {field}: {text}", endpoint.name))
        .collect()
}

fn check_query(report: &mut Report, fields: &HashMap<String, Field>, query: &Query) {
    for (name, value) in &query.0 {
        let Some(field) = fields.get(name) else {
            report.add(name, "unknown query parameter");
            continue;
        };
        if value.is_empty() && !field.required {
            continue;
        }
        check_text(report, name, value, field);
    }
    for (name, field) in fields {
        if field.required && query.get(name).is_none_or(str::is_empty) {
            report.add(name, format!("{name} is required"));
        }
    }
}

fn check_parts(report: &mut Report, fields: &HashMap<String, Field>, parts: &Multipart) {
    for part in &parts.parts {
        match fields.get(&part.name) {
            None => report.add(&part.name, "unknown field"),
            Some(field) if field.kind == "file" => {}
            Some(field) => match std::str::from_utf8(&part.bytes) {
                Ok(text) => check_text(report, &part.name, text, field),
                Err(_) => report.add(&part.name, "not a text"),
            },
        }
    }
    for (name, field) in fields {
        if field.required && parts.part(name).is_none() {
            report.add(name, format!("{name} is required"));
        }
    }
}

fn check_body(report: &mut Report, fields: &HashMap<String, Field>, body: &Value) {
    match body {
        Value::Object(_) => check_object(report, "", body, fields),
        Value::Null => {
            for (name, field) in fields {
                if field.required {
                    report.add(name, format!("{name} is required"));
                }
            }
        }
        _ => report.add("body", "an object is expected"),
    }
}

/// A value that arrives as text: path, query, form part.
fn check_text(report: &mut Report, name: &str, text: &str, field: &Field) {
    let kind = field
        .kind
        .strip_prefix("array<")
        .map_or(field.kind.as_str(), |rest| rest.trim_end_matches('>'));
    match kind {
        "int" | "int64" => match text.parse::<i64>() {
            Ok(number) => check_number(
                report,
                name,
                number.to_string().parse().unwrap_or(0.0),
                field,
            ),
            Err(_) => report.add(name, "an integer is expected"),
        },
        "number" | "float" => match text.parse::<f64>() {
            Ok(number) => check_number(report, name, number, field),
            Err(_) => report.add(name, "a number is expected"),
        },
        "bool" if truth(text).is_none() => {
            report.add(name, "true or false is expected");
        }
        "string" if !field.kind.starts_with("array") => {
            check_length(report, name, text.chars().count(), field);
        }
        _ => {}
    }
    check_allowed(report, name, text, field);
}

fn check_number(report: &mut Report, name: &str, number: f64, field: &Field) {
    if field.min.is_some_and(|min| number < min) {
        report.add(
            name,
            format!("the min value is {}", field.min.unwrap_or_default()),
        );
    }
    if field.max.is_some_and(|max| number > max) {
        report.add(
            name,
            format!("the max value is {}", field.max.unwrap_or_default()),
        );
    }
}

fn check_length(report: &mut Report, name: &str, length: usize, field: &Field) {
    let length = length as u64;
    if field.min_len.is_some_and(|min| length < min) {
        report.add(
            name,
            format!("the min len is {}", field.min_len.unwrap_or_default()),
        );
    }
    if field.max_len.is_some_and(|max| length > max) {
        report.add(
            name,
            format!("the max len is {}", field.max_len.unwrap_or_default()),
        );
    }
}

fn check_allowed(report: &mut Report, name: &str, text: &str, field: &Field) {
    if !field.allowed.is_empty() && !field.allowed.iter().any(|allowed| allowed == text) {
        report.add(
            name,
            format!("must be one of [{}]", field.allowed.join(", ")),
        );
    }
}

fn check_object(report: &mut Report, at: &str, value: &Value, fields: &HashMap<String, Field>) {
    let Value::Object(members) = value else {
        report.add(at, "an object is expected");
        return;
    };
    for (name, member) in members {
        match fields.get(name) {
            Some(field) => check_value(report, &join(at, name), member, field),
            None => report.add(join(at, name), "unknown field"),
        }
    }
    for (name, field) in fields {
        if field.required && members.get(name).is_none_or(Value::is_null) {
            report.add(join(at, name), format!("{name} is required"));
        }
    }
}

fn check_value(report: &mut Report, at: &str, value: &Value, field: &Field) {
    if value.is_null() {
        return;
    }
    if let Some(item) = field
        .kind
        .strip_prefix("array<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        let Value::Array(items) = value else {
            report.add(at, "an array is expected");
            return;
        };
        check_length(report, at, items.len(), field);
        let item_field = Field {
            kind: item.to_owned(),
            required: false,
            allowed: field.allowed.clone(),
            min_len: None,
            max_len: None,
            min: field.min,
            max: field.max,
            fields: field.fields.clone(),
        };
        for (index, item) in items.iter().enumerate() {
            check_value(report, &format!("{at}[{index}]"), item, &item_field);
        }
        return;
    }
    if let Some(name) = field.kind.strip_prefix('$') {
        if let Some(fields) = named_type(name).and_then(|named| named.fields.as_ref()) {
            check_object(report, at, value, fields);
        }
        return;
    }
    check_scalar(report, at, value, field);
}

fn check_scalar(report: &mut Report, at: &str, value: &Value, field: &Field) {
    match (field.kind.as_str(), value) {
        ("string", Value::String(text)) => {
            check_length(report, at, text.chars().count(), field);
            check_allowed(report, at, text, field);
        }
        ("string", _) => report.add(at, "a string is expected"),
        ("int" | "int64", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            check_number(report, at, number.as_f64().unwrap_or_default(), field);
            check_allowed(report, at, &number.to_string(), field);
        }
        ("int" | "int64", _) => report.add(at, "an integer is expected"),
        ("number" | "float", Value::Number(number)) => {
            check_number(report, at, number.as_f64().unwrap_or_default(), field);
            check_allowed(report, at, &number.to_string(), field);
        }
        ("number" | "float", _) => report.add(at, "a number is expected"),
        ("bool", Value::Bool(_)) | ("map", Value::Object(_)) => {}
        ("bool", _) => report.add(at, "true or false is expected"),
        ("object", Value::Object(_)) => {
            if let Some(fields) = &field.fields {
                check_object(report, at, value, fields);
            }
        }
        ("object" | "map", _) => report.add(at, "an object is expected"),
        _ => {}
    }
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::facts::endpoints;

    fn violations(name: &str, query: &[(&str, &str)], value: Value) -> Vec<String> {
        let endpoint = endpoints()
            .iter()
            .find(|endpoint| endpoint.name == name)
            .expect("known endpoint");
        let query = Query(
            query
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
        );
        let body = Body {
            value,
            ..Body::default()
        };
        match check(endpoint, &PathParams::default(), &query, &body) {
            Ok(()) => Vec::new(),
            Err(error) => error.detail["field_violations"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|row| format!("{}: {}", row["field"], row["description"]).replace('"', ""))
                .collect(),
        }
    }

    #[test]
    fn unknown_missing_and_mistyped_fields_are_named() {
        let children = "docx.v1.documentBlockChildren.create";
        let block = json!({"block_type": 2, "text": {"elements": [{"text_run": {"content": 5}}]}});
        assert_eq!(
            violations(children, &[], json!({"children": [block]})),
            ["children[0].text.elements[0].text_run.content: a string is expected"]
        );
        assert_eq!(
            violations(
                children,
                &[("colour", "red")],
                json!({"children": [{"block_typ": 2}]})
            ),
            [
                "colour: unknown query parameter",
                "children[0].block_typ: unknown field",
                "children[0].block_type: block_type is required"
            ]
        );
        assert_eq!(
            violations(children, &[], json!({"children": []})),
            ["children: the min len is 1"]
        );
    }

    #[test]
    fn enums_and_ranges_of_the_query_are_checked() {
        let list = "contact.v3.group.simplelist";
        assert_eq!(
            violations(list, &[("page_size", "7")], Value::Null),
            Vec::<String>::new()
        );
        assert_eq!(
            violations(list, &[("page_size", "x")], Value::Null),
            ["page_size: an integer is expected"]
        );
        assert!(
            violations(
                "contact.v3.user.get",
                &[("user_id_type", "email")],
                Value::Null
            )[0]
            .starts_with("user_id_type: must be one of")
        );
    }

    #[test]
    fn an_answer_with_a_field_of_its_own_is_noticed() {
        let group = endpoints()
            .iter()
            .find(|one| one.name == "contact.v3.group.get");
        let answer = json!({"group": {"id": "g", "type": "1", "colour": "red"}});
        let found = group
            .map(|group| unpublished(group, &answer))
            .unwrap_or_default();
        assert_eq!(
            found,
            [
                "contact.v3.group.get group.type: an integer is expected",
                "contact.v3.group.get group.colour: unknown field"
            ]
        );
    }

    #[test]
    fn an_empty_object_on_a_bodyless_request_is_fine() {
        assert!(violations("contact.v3.user.get", &[], json!({})).is_empty());
        assert_eq!(
            violations("contact.v3.user.get", &[], json!({"a": 1})),
            ["a: unknown field"]
        );
    }
}
