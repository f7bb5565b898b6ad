//! Encodings of install links.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

pub(super) use crate::text::percent;

/// Base64 of compact JSON, percent-encoded: readers that use `URLSearchParams` would turn a bare
/// `+` into a space.
pub(super) fn base64_json(value: &Value) -> String {
    percent(&STANDARD.encode(value.to_string()))
}

/// Percent-encoded compact JSON.
pub(super) fn percent_json(value: &Value) -> String {
    percent(&value.to_string())
}

/// JSON for people.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// One argument of a POSIX shell command, quoted only when it needs to be.
pub(super) fn shell(argument: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/@=,+".contains(&b);
    if !argument.is_empty() && argument.bytes().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}
