//! Cells as formulas and charts see them: words without signs of links and mentions.

use super::cell::{Piece, Value};

/// What stands in a cell, in words.
pub(crate) fn words(value: &Value, zone: &str) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Rich(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Link { text, .. } | Piece::Other(text) => text.clone(),
                Piece::Person { name, .. } => format!("@{name}"),
            })
            .collect(),
        other => other.show(zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_left_out() {
        let pieces = vec![
            Piece::Text("见 ".to_owned()),
            Piece::Link {
                text: "发票".to_owned(),
                url: "https://example.com".to_owned(),
            },
        ];
        assert_eq!(words(&Value::Rich(pieces), "UTC"), "见 发票");
        assert_eq!(words(&Value::Text("'42".to_owned()), "UTC"), "'42");
        assert_eq!(words(&Value::Date(46_096.0), "UTC"), "2026-03-15");
        assert_eq!(words(&Value::Empty, "UTC"), "");
    }
}
