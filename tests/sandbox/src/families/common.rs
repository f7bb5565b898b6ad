//! What the content families share: reading requests and printing pages.

use serde_json::{Value, json};

use crate::gateway::{ApiError, Call, Page, Reply};

/// The error with one of the modules' codes.
pub(crate) fn fault(code: i64) -> ApiError {
    ApiError::of(code)
}

/// 99992402 for one field.
pub(crate) fn invalid(field: &str, description: &str) -> ApiError {
    ApiError::field(field, description)
}

/// A value of the path.
pub(crate) fn path<'c>(call: &'c Call<'_>, name: &str) -> &'c str {
    call.path.get(name)
}

/// A value of the query, if given.
pub(crate) fn optional<'c>(call: &'c Call<'_>, name: &str) -> Option<&'c str> {
    call.query.get(name)
}

/// A value of the query that has to be there.
pub(crate) fn wanted<'c>(call: &'c Call<'_>, name: &str) -> Result<&'c str, ApiError> {
    call.query
        .get(name)
        .ok_or_else(|| invalid(name, "is required"))
}

/// An integer of the query.
pub(crate) fn int(call: &Call<'_>, name: &str) -> Result<Option<i64>, ApiError> {
    match call.query.get(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|_| invalid(name, "must be an integer")),
    }
}

/// A boolean of the query.
pub(crate) fn flag(call: &Call<'_>, name: &str) -> Result<Option<bool>, ApiError> {
    match call.query.get(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(_) => call
            .query
            .flag(name)
            .map(Some)
            .ok_or_else(|| invalid(name, "must be a boolean")),
    }
}

/// `page_size` of the query.
///
/// # Errors
/// `too_big` (a code of the family) beyond `max`.
pub(crate) fn page_size(
    call: &Call<'_>,
    default: usize,
    max: usize,
    too_big: i64,
) -> Result<usize, ApiError> {
    match int(call, "page_size")? {
        None | Some(0) => Ok(default),
        Some(size) => usize::try_from(size)
            .ok()
            .filter(|size| *size <= max)
            .ok_or_else(|| fault(too_big)),
    }
}

/// A text of the body that has to be there.
pub(crate) fn body_text<'c>(call: &Call<'c>, name: &str) -> Result<&'c str, ApiError> {
    call.body
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| invalid(name, "is required"))
}

/// A text of the body; empty when it is missing.
pub(crate) fn body_or_empty<'c>(call: &Call<'c>, name: &str) -> &'c str {
    call.body
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A list of the body; empty when it is missing.
pub(crate) fn body_list<'c>(call: &Call<'c>, name: &str) -> &'c [Value] {
    call.body
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// A page of things as most endpoints print it.
pub(crate) fn paged(items: &[Value], page: &Page) -> Reply {
    let mut data = json!({ "items": items, "has_more": page.has_more });
    if let (true, Some(data)) = (page.has_more, data.as_object_mut()) {
        data.insert(
            "page_token".to_owned(),
            Value::from(page.page_token.as_str()),
        );
    }
    Reply::Data(data)
}
