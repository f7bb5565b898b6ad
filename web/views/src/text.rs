//! The catalogues: one struct per area, each key with its English and its Chinese text side by
//! side. A key without a translation does not compile; a key that no page uses is dead code, which
//! the lints refuse.

pub(crate) mod account;
pub(crate) mod chooser;
pub(crate) mod confirm;
pub(crate) mod connect;
pub(crate) mod connections;
pub(crate) mod consent;
pub(crate) mod console;
pub(crate) mod erasure;
pub(crate) mod error;
pub(crate) mod handover;
pub(crate) mod home;
pub(crate) mod install;
pub(crate) mod invite;
pub(crate) mod moment;
pub(crate) mod new_tenant;
pub(crate) mod operator;
pub(crate) mod passkey;
pub(crate) mod proceed;
pub(crate) mod shell;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod signed_out;
pub(crate) mod tenants;

/// Declares a catalogue: `key: "English", "中文";`. Texts may hold placeholders in braces.
macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $en:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $(pub(crate) $key: &'static str,)*
        }
        static EN: $name = $name { $($key: $en,)* };
        static ZH: $name = $name { $($key: $zh,)* };
        /// The texts of one language.
        pub(crate) fn of(lang: $crate::Lang) -> &'static $name {
            lang.pick(&EN, &ZH)
        }
        /// Each key with both texts, for tests.
        #[cfg(test)]
        pub(crate) const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($key), $en, $zh),)*];
    };
}
pub(crate) use catalogue;

/// Puts values in the place of `{name}` placeholders. Values are not looked at again, so a brace
/// in a foreign name stays a brace.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        let name = &rest[start + 1..start + length];
        filled.push_str(&rest[..start]);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    filled.push_str(rest);
    filled
}

/// The text before and after the placeholder `{name}`, so that a template can wrap the value.
pub(crate) fn around<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    let marker = format!("{{{name}}}");
    text.split_once(marker.as_str()).unwrap_or((text, ""))
}

/// A count with a comma between groups of three digits, as both languages print it.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Percent-encodes everything but unreserved characters (RFC 3986, section 2.3).
pub(crate) fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Every key of every catalogue with both texts.
#[cfg(test)]
pub(crate) fn all_pairs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    [
        account::PAIRS,
        chooser::PAIRS,
        confirm::PAIRS,
        connect::PAIRS,
        connections::PAIRS,
        consent::PAIRS,
        erasure::PAIRS,
        error::PAIRS,
        handover::PAIRS,
        home::PAIRS,
        install::PAIRS,
        invite::PAIRS,
        moment::PAIRS,
        new_tenant::PAIRS,
        operator::PAIRS,
        passkey::PAIRS,
        proceed::PAIRS,
        shell::PAIRS,
        sign_in::PAIRS,
        sign_up::PAIRS,
        signed_out::PAIRS,
        tenants::PAIRS,
    ]
    .into_iter()
    .chain(console::ALL.iter().copied())
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    use super::{around, fill, grouped, percent};

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        let values = [("a", "{b}"), ("b", "x")];
        assert_eq!(
            fill("{a} and {b} and {c} {", &values),
            "{b} and x and {c} {"
        );
    }

    #[test]
    fn a_text_is_split_around_its_placeholder() {
        assert_eq!(around("to {host}!", "host"), ("to ", "!"));
        assert_eq!(around("nothing", "host"), ("nothing", ""));
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        let shown = [0, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        assert_eq!(percent("a-b_c.d~e+/= 飞"), "a-b_c.d~e%2B%2F%3D%20%E9%A3%9E");
    }
}
