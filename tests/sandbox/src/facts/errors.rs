//! Codes with the HTTP status and message of the documentation.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

static ERRORS: LazyLock<HashMap<i64, (u16, String)>> = LazyLock::new(|| {
    let table: HashMap<String, Vec<Value>> =
        serde_json::from_str(include_str!("../../facts/errors.json")).unwrap_or_default();
    table
        .into_iter()
        .filter_map(|(code, row)| {
            let http = u16::try_from(row.first()?.as_u64()?).ok()?;
            Some((code.parse().ok()?, (http, row.get(1)?.as_str()?.to_owned())))
        })
        .collect()
});

/// HTTP status and message of a code; 400 and an empty message for an unknown one.
pub(crate) fn error_fact(code: i64) -> (u16, String) {
    ERRORS.get(&code).cloned().unwrap_or((400, String::new()))
}
