//! Feishu prints the same field as a number here and as a string there, or leaves it out.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A number, whether printed as a number or as a string; 0 for anything else.
pub(super) fn int<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::Number(number) => number.as_i64().unwrap_or_default(),
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        _ => 0,
    })
}

/// A value, with `null` read as its default.
pub(super) fn nullable<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(input)?.unwrap_or_default())
}

/// A small number such as that of a colour; nothing for anything else, so that one value that is
/// not known does not make all around it unreadable.
pub(super) fn small<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u8>, D::Error> {
    Ok(match Value::deserialize(input)? {
        Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "int")]
        at: i64,
        #[serde(default, deserialize_with = "nullable")]
        children: Vec<String>,
        #[serde(default, deserialize_with = "small")]
        colour: Option<u8>,
    }

    #[test]
    fn numbers_as_strings_and_nulls_are_read() {
        let read = |text: &str| serde_json::from_str::<Sample>(text).unwrap();
        assert_eq!(read(r#"{"at":"17","children":null}"#).at, 17);
        assert_eq!(read(r#"{"at":17}"#).at, 17);
        assert!(read(r#"{"at":null,"children":null}"#).children.is_empty());
    }

    #[test]
    fn what_is_no_small_number_is_left_out_and_the_rest_is_read() {
        for (given, read) in [
            ("7", Some(7)),
            (r#""7""#, Some(7)),
            ("null", None),
            ("300", None),
            ("-1", None),
            ("2.5", None),
            (r#""LightRed""#, None),
            (r#"{"r":1}"#, None),
        ] {
            let text = format!(r#"{{"at":5,"colour":{given}}}"#);
            let sample: Sample = serde_json::from_str(&text).unwrap();
            assert_eq!((sample.at, sample.colour), (5, read), "{given}");
        }
    }
}
