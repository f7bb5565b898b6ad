//! Reading JSON that strangers send: once, without duplicate names, not too deep.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Nesting of arrays and objects at most.
pub(crate) const MAX_DEPTH: usize = 64;

/// Why a text is not taken.
#[derive(Debug, thiserror::Error)]
#[error("the body is not acceptable JSON")]
pub(crate) struct JsonFault(#[source] serde_json::Error);

/// Reads one JSON value. A name that occurs twice in an object is an error: two readers of one
/// body could otherwise see different things.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, JsonFault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { left: MAX_DEPTH }
        .deserialize(&mut reader)
        .map_err(JsonFault)?;
    reader.end().map_err(JsonFault)?;
    Ok(value)
}

struct Strict {
    left: usize,
}

impl Strict {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(E::custom("nested too deep")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(self.deeper()?)?;
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice in an object"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_that_occurs_twice_is_refused_at_any_depth() {
        assert!(read(br#"{"a":1,"a":2}"#).is_err());
        assert!(read(br#"{"x":[{"a":1,"a":1}]}"#).is_err());
        assert!(read(br#"{"a":{"b":1},"b":1}"#).is_ok());
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(read(nested(MAX_DEPTH + 2).as_bytes()).is_err());
        assert!(read(nested(100_000).as_bytes()).is_err());
    }

    #[test]
    fn something_after_the_value_is_refused() {
        assert!(read(b"{} {}").is_err());
        assert!(read(b"").is_err());
        assert!(read(b"\xff").is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_serde_reads_without_duplicates_is_read_alike(text in r#"[\[\]{}:,"a-c0-9.\- ]{0,30}"#) {
            if let Ok(strict) = read(text.as_bytes()) {
                let plain: Value = serde_json::from_str(&text).unwrap_or(json!("not read"));
                proptest::prop_assert_eq!(strict, plain);
            }
        }
    }
}
