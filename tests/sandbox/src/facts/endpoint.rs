//! The endpoint table.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One endpoint.
#[derive(Debug, Deserialize)]
pub(crate) struct Endpoint {
    /// Name in the official SDK, like `docx.v1.document.get`.
    #[serde(rename = "n")]
    pub(crate) name: String,
    /// HTTP method.
    #[serde(rename = "m")]
    pub(crate) method: String,
    /// Path with `:names`.
    #[serde(rename = "p")]
    pub(crate) path: String,
    /// Accepted token kinds: letters `u`, `t`, `a`; empty = no token.
    #[serde(rename = "k", default)]
    pub(crate) tokens: String,
    /// One of these scopes is needed.
    #[serde(rename = "s", default)]
    pub(crate) scopes: Vec<String>,
    /// Published rate tier.
    #[serde(default)]
    pub(crate) rate: Option<String>,
    /// Constraints of path parameters that have any.
    #[serde(rename = "pp", default)]
    pub(crate) path_params: HashMap<String, Field>,
    /// Query parameters.
    #[serde(rename = "q", default)]
    pub(crate) query: HashMap<String, Field>,
    /// Body fields.
    #[serde(rename = "b", default)]
    pub(crate) body: HashMap<String, Field>,
    /// The body is multipart/form-data.
    #[serde(rename = "mp", default, deserialize_with = "flag")]
    pub(crate) multipart: bool,
}

/// The type of one parameter or field.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Field {
    /// `string`, `int`, `array<object>`, `$docx.Block`, …
    #[serde(rename = "t")]
    pub(crate) kind: String,
    /// Must be present.
    #[serde(rename = "r", default, deserialize_with = "flag")]
    pub(crate) required: bool,
    /// Allowed values, printed.
    #[serde(rename = "e", default)]
    pub(crate) allowed: Vec<String>,
    /// Least length of a text or list.
    #[serde(rename = "ll", default)]
    pub(crate) min_len: Option<u64>,
    /// Greatest length of a text or list.
    #[serde(rename = "lh", default)]
    pub(crate) max_len: Option<u64>,
    /// Least number.
    #[serde(rename = "lo", default)]
    pub(crate) min: Option<f64>,
    /// Greatest number.
    #[serde(rename = "hi", default)]
    pub(crate) max: Option<f64>,
    /// Members of an object or of a list's objects.
    #[serde(rename = "f", default)]
    pub(crate) fields: Option<HashMap<String, Field>>,
}

fn flag<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(input)? == 1)
}

static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../facts/endpoints.json")).unwrap_or_default()
});

static TYPES: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../facts/types.json")).unwrap_or_default()
});

static RESPONSES: LazyLock<HashMap<String, HashMap<String, Field>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../facts/responses.json")).unwrap_or_default()
});

/// The published fields of an endpoint's answer.
pub(crate) fn response_fields(name: &str) -> Option<&'static HashMap<String, Field>> {
    RESPONSES.get(name)
}

/// All endpoints.
pub(crate) fn endpoints() -> &'static [Endpoint] {
    &ENDPOINTS
}

/// A shared type such as `docx.Block`.
pub(crate) fn named_type(name: &str) -> Option<&'static Field> {
    TYPES.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_facts_parse_completely() {
        assert!(endpoints().len() > 590, "{}", endpoints().len());
        assert!(response_fields("docx.v1.document.get").is_some());
        assert!(named_type("docx.Block").is_some_and(|block| block.fields.is_some()));
    }
}
