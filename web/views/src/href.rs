//! Addresses that may stand in an `href`.

use std::fmt;

/// A checked address. Escaping alone lets `javascript:` through, so templates take foreign
/// addresses only in this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Href(String);

/// Schemes that run or reveal something instead of leading somewhere.
const REFUSED: [&str; 13] = [
    "about",
    "blob",
    "data",
    "feed",
    "file",
    "filesystem",
    "intent",
    "jar",
    "javascript",
    "mhtml",
    "ms-msdt",
    "vbscript",
    "view-source",
];

impl Href {
    /// An absolute web address: `https`, or `http`.
    pub fn web(text: &str) -> Option<Self> {
        let (scheme, rest) = Self::split(text)?;
        let fits =
            matches!(scheme.as_str(), "https" | "http") && rest.starts_with("//") && rest.len() > 2;
        fits.then(|| Self(text.to_owned()))
    }

    /// The address of another application: any absolute address whose scheme is not one that
    /// runs code or reads files. Used for redirect targets that were registered and checked
    /// before, and for install links.
    pub fn app(text: &str) -> Option<Self> {
        let (scheme, _) = Self::split(text)?;
        (!REFUSED.contains(&scheme.as_str())).then(|| Self(text.to_owned()))
    }

    /// A path of this origin: starts with one slash and cannot be read as another host.
    pub fn path(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let fits = bytes.next() == Some(b'/')
            && !matches!(bytes.next(), Some(b'/' | b'\\'))
            && Self::is_plain(text);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_plain(text: &str) -> bool {
        text.bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'`'))
    }

    fn split(text: &str) -> Option<(String, &str)> {
        if !Self::is_plain(text) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        (well_formed && !rest.is_empty()).then(|| (scheme.to_ascii_lowercase(), rest))
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Href;

    #[test]
    fn code_never_becomes_a_link() {
        for hostile in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "https://x/\"onclick=\"y",
            "no-scheme",
            ":",
        ] {
            assert_eq!(Href::app(hostile), None, "{hostile}");
            assert_eq!(Href::web(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn applications_and_loopback_are_reachable() {
        for good in [
            "cursor://anysphere.cursor-mcp/oauth/callback?code=a%20b",
            "vscode:mcp/install?%7B%7D",
            "http://127.0.0.1:33418/callback",
            "https://claude.ai/api/mcp/auth_callback",
        ] {
            assert!(Href::app(good).is_some(), "{good}");
        }
        assert_eq!(Href::web("cursor://x/y"), None);
    }

    #[test]
    fn a_path_stays_on_this_origin() {
        for hostile in [
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "",
            "x",
            "/a\\b",
            "/a\tb",
        ] {
            assert_eq!(Href::path(hostile), None, "{hostile}");
        }
        assert!(Href::path("/t/acme/connect?a=b").is_some());
    }
}
