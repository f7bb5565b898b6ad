//! The part of a door's address that chooses a profile: `?tools=docs&readonly=1`.
//!
//! A profile narrows what a client sees; it is no resource of its own. Tokens of a door work with
//! each of its profiles. Still, clients compare the metadata's `resource` with the whole address
//! that they were given (RFC 9728, section 3.3), so challenges and metadata repeat these
//! parameters as they stand.

use percent_encoding::percent_decode_str;

/// What the query of a door chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileQuery {
    /// Only what changes nothing.
    pub read_only: bool,
    /// Names of profiles and tools; empty is everything.
    pub tools: String,
    raw: String,
}

impl ProfileQuery {
    /// Longest query that is repeated.
    const LONGEST: usize = 400;

    /// Reads a query; what has nothing to do with profiles is passed over.
    pub fn read(query: &str) -> Self {
        let mut found = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "readonly" => found.read_only = matches!(value, "1" | "true" | ""),
                "tools" => {
                    let value = percent_decode_str(value).decode_utf8_lossy();
                    found.tools = value.replace('+', " ");
                }
                _ => continue,
            }
            if pair.bytes().all(plain) && found.raw.len() + pair.len() < Self::LONGEST {
                if !found.raw.is_empty() {
                    found.raw.push('&');
                }
                found.raw.push_str(pair);
            }
        }
        found
    }

    /// Reads a query that has nothing else.
    pub fn exact(query: &str) -> Option<Self> {
        let found = Self::read(query);
        (!query.is_empty() && found.raw == query).then_some(found)
    }

    /// The parameters as they stood, with the question mark; empty when nothing was chosen.
    pub fn suffix(&self) -> String {
        if self.raw.is_empty() {
            String::new()
        } else {
            format!("?{}", self.raw)
        }
    }
}

/// What may be repeated in a header and an address.
const fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b',' | b'_' | b'-' | b'.' | b'%' | b'+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_read_and_repeated_as_it_stood() {
        let chosen = ProfileQuery::read("lang=zh&tools=docs%2Cfiles&readonly=1");
        assert!(chosen.read_only);
        assert_eq!(chosen.tools, "docs,files");
        assert_eq!(chosen.suffix(), "?tools=docs%2Cfiles&readonly=1");
        assert_eq!(ProfileQuery::read("lang=zh"), ProfileQuery::default());
        assert!(ProfileQuery::read("readonly").read_only);
        assert!(!ProfileQuery::read("readonly=0").read_only);
        assert_eq!(ProfileQuery::read("").suffix(), "");
    }

    #[test]
    fn nothing_else_gets_into_a_header() {
        for query in ["tools=a\"b", "tools=a b", "tools=a\r\nX: y", "x=1"] {
            assert_eq!(ProfileQuery::read(query).suffix(), "", "{query}");
            assert_eq!(ProfileQuery::exact(query), None, "{query}");
        }
        let long = format!("tools={}", "a".repeat(1000));
        assert_eq!(ProfileQuery::read(&long).suffix(), "");
    }
}
