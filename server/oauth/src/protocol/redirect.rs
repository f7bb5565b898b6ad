//! Redirect URIs: which may be registered, and which request matches a registration.
//!
//! Comparison is of raw strings (RFC 9700, section 4.1.3). The one relaxation is the port of
//! `http` loopback addresses (RFC 8252, section 7.3). Parsing is used only to refuse: an address
//! that a parser would print differently is one that two parties may read differently.

use url::{Host, Url};

/// Longest redirect URI in bytes.
pub const MAX_LEN: usize = 2_048;

/// Schemes of installed applications that may take an answer, because their makers register
/// them for their own product. Anything else could be claimed by any program.
pub const APPLICATION_SCHEMES: &[&str] = &[
    "cherrystudio",
    "claude",
    "cursor",
    "goose",
    "jetbrains",
    "kiro",
    "lmstudio",
    "raycast",
    "trae",
    "trae-cn",
    "vscode",
    "vscode-insiders",
    "windsurf",
    "zed",
];

/// Where an answer goes, for the consent page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// An https site: host and, if any, port.
    Site(String),
    /// A program on the member's computer: host and port.
    Loopback(String),
    /// An installed application: its scheme.
    Application(String),
}

/// Why an address may not be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Too long, empty, or with characters that do not belong in an address.
    #[error("not a plain absolute address")]
    Malformed,
    /// A parser prints it differently.
    #[error("not in its normal form")]
    NotNormal,
    /// It has a fragment.
    #[error("has a fragment")]
    Fragment,
    /// It carries a user name or password.
    #[error("has a user part")]
    UserInfo,
    /// Plain http to another machine.
    #[error("http is allowed only for 127.0.0.1, [::1] and localhost")]
    InsecureHost,
    /// A scheme that is not on the list of applications.
    #[error("the scheme is not one of a known application")]
    UnknownScheme,
}

/// Checks an address for registration and tells where it leads.
pub fn check(raw: &str) -> Result<Destination, RedirectError> {
    let plain = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'\\' | b'"' | b'<' | b'>' | b'`' | b'^' | b'{' | b'|' | b'}'
            )
    };
    if raw.is_empty() || raw.len() > MAX_LEN || !raw.bytes().all(plain) {
        return Err(RedirectError::Malformed);
    }
    if raw.contains('#') {
        return Err(RedirectError::Fragment);
    }
    let url = Url::parse(raw).map_err(|_| RedirectError::Malformed)?;
    // An origin without a path is printed with a slash; that is the only difference allowed.
    let bare_origin = url.path() == "/" && url.query().is_none();
    let printed = url.as_str();
    if printed != raw && !(bare_origin && printed.strip_suffix('/') == Some(raw)) {
        return Err(RedirectError::NotNormal);
    }
    let authority = raw
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or_default())
        .ok_or(RedirectError::Malformed)?;
    if authority.contains('@') {
        return Err(RedirectError::UserInfo);
    }
    match url.scheme() {
        "https" => match url.host() {
            Some(_) => Ok(Destination::Site(authority.to_owned())),
            None => Err(RedirectError::Malformed),
        },
        "http" => match url.host() {
            Some(Host::Domain("localhost")) => Ok(Destination::Loopback(authority.to_owned())),
            Some(Host::Ipv4(ip)) if ip == std::net::Ipv4Addr::LOCALHOST => {
                Ok(Destination::Loopback(authority.to_owned()))
            }
            Some(Host::Ipv6(ip)) if ip.is_loopback() => {
                Ok(Destination::Loopback(authority.to_owned()))
            }
            _ => Err(RedirectError::InsecureHost),
        },
        scheme if APPLICATION_SCHEMES.contains(&scheme) => {
            Ok(Destination::Application(scheme.to_owned()))
        }
        _ => Err(RedirectError::UnknownScheme),
    }
}

/// Whether a request's address matches one of the registered ones. Both sides are checked
/// again, so a registration made under older rules gains nothing.
pub fn matches(registered: &[String], asked: &str) -> bool {
    if check(asked).is_err() {
        return false;
    }
    registered.iter().any(|known| {
        known == asked
            || (check(known).is_ok()
                && loopback(asked).is_some()
                && loopback(asked) == loopback(known))
    })
}

/// An http loopback address without its port: host, and everything behind the port.
fn loopback(raw: &str) -> Option<(&str, &str)> {
    ["127.0.0.1", "[::1]", "localhost"]
        .into_iter()
        .find_map(|host| {
            let rest = raw.strip_prefix("http://")?.strip_prefix(host)?;
            let after = match rest.strip_prefix(':') {
                Some(tail) => {
                    let end = tail
                        .find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(tail.len());
                    let (port, after) = tail.split_at(end);
                    if port.is_empty() {
                        return None;
                    }
                    after
                }
                None => rest,
            };
            (after.is_empty() || after.starts_with(['/', '?'])).then_some((host, after))
        })
}

/// Adds parameters to a redirect URI, keeping its own query as it is.
pub fn with_params(redirect_uri: &str, params: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in params {
        query.push(if query.is_empty() && !redirect_uri.contains('?') {
            '?'
        } else {
            '&'
        });
        query.push_str(name);
        query.push('=');
        query.extend(percent_encoding::utf8_percent_encode(
            value,
            percent_encoding::NON_ALPHANUMERIC,
        ));
    }
    format!("{redirect_uri}{query}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_real_clients_are_accepted() {
        for good in [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://www.cursor.com/agents/mcp/oauth/callback",
            "http://localhost:8787/callback",
            "https://claude.ai/api/mcp/auth_callback",
            "https://claude.com/api/mcp/auth_callback",
            "http://127.0.0.1:33418",
            "http://127.0.0.1:33418/",
            "http://[::1]:4711/oauth/callback",
            "https://vscode.dev/redirect",
            "http://localhost/callback?keep=1",
        ] {
            assert!(check(good).is_ok(), "{good}");
            assert!(matches(&[good.to_owned()], good), "{good}");
        }
    }

    #[test]
    fn tricks_are_refused_at_registration() {
        for bad in [
            "",
            "/relative",
            "http://evil.test/cb",
            "http://127.1/cb",
            "http://2130706433/cb",
            "http://0x7f.1/cb",
            "http://127.0.0.2/cb",
            "http://localhost.evil.test/cb",
            "http://localhost@evil.test/cb",
            "http://localhost:80@evil.test/cb",
            "https://a@b@good.test/cb",
            "https://user:pw@good.test/cb",
            "https://good.test/cb#frag",
            "https://good.test/a/../cb",
            "https://good.test/a/%2e%2e/cb",
            "https://good.test/./cb",
            "https://GOOD.test/cb",
            "HTTPS://good.test/cb",
            "https://good.test:443/cb",
            "https:good.test/cb",
            "https:///good.test/cb",
            "https:\\\\good.test/cb",
            "https://good.test\\@evil.test/cb",
            "https://good.test/c b",
            "https://good.test/cb\n",
            "https://good.test/c\tb",
            "https://ｇood.test/cb",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "JavaScript://x/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "intent://x/y",
            "unknown-app://callback",
            "cursor:callback",
            "CURSOR://anysphere.cursor-mcp/oauth/callback",
            "cursor://a@b/oauth/callback",
            "cursor://x/../y",
        ] {
            assert!(check(bad).is_err(), "{bad}");
            assert!(!matches(&[bad.to_owned()], bad), "{bad}");
        }
    }

    #[test]
    fn only_the_port_of_loopback_may_differ() {
        let one = |registered: &str, asked: &str| matches(&[registered.to_owned()], asked);
        assert!(one("http://127.0.0.1:1/cb", "http://127.0.0.1:65000/cb"));
        assert!(one("http://localhost/cb", "http://localhost:3000/cb"));
        assert!(one("http://[::1]:1/cb?a=1", "http://[::1]:2/cb?a=1"));
        for (registered, asked) in [
            ("http://127.0.0.1:1/cb", "http://localhost:1/cb"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb/"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:1/CB"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:1/cb?x=1"),
            ("http://127.0.0.1:1/cb?a=1", "http://127.0.0.1:1/cb"),
            ("http://127.0.0.1:1/cb?a=1", "http://127.0.0.1:1/cb?a=2"),
            ("http://127.0.0.1:1/cb", "https://127.0.0.1:1/cb"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:1"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:/cb"),
            ("https://good.test/cb", "https://good.test:8443/cb"),
            ("https://good.test/cb", "https://good.test/cb/"),
            ("https://good.test/cb", "https://good.test/cb?x"),
            ("https://good.test/cb", "https://good.test.evil/cb"),
            ("cursor://a/cb", "cursor://a:1/cb"),
        ] {
            assert!(!one(registered, asked), "{registered} ~ {asked}");
        }
    }

    #[test]
    fn the_query_of_the_client_is_kept() {
        let with = |uri: &str| with_params(uri, &[("code", "a b"), ("iss", "https://x")]);
        assert_eq!(
            with("http://l/cb"),
            "http://l/cb?code=a%20b&iss=https%3A%2F%2Fx"
        );
        assert_eq!(
            with("http://l/cb?k=v"),
            "http://l/cb?k=v&code=a%20b&iss=https%3A%2F%2Fx"
        );
    }

    /// An independent matcher: components of a strict parser of its own, no shared code.
    fn reference(registered: &str, asked: &str) -> bool {
        if registered == asked {
            return true;
        }
        let parts = |text: &str| -> Option<(String, String)> {
            let rest = text.strip_prefix("http://")?;
            let cut = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, tail) = rest.split_at(cut);
            let (host, port) = match authority.rfind(':') {
                Some(at) if !authority.ends_with(']') => {
                    (&authority[..at], Some(&authority[at + 1..]))
                }
                _ => (authority, None),
            };
            if port.is_some_and(|p| p.is_empty() || p.parse::<u16>().is_err() || p == "80") {
                return None;
            }
            let local = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
            local.then(|| (host.to_owned(), tail.to_owned()))
        };
        match (parts(registered), parts(asked)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }

    const BASES: [&str; 6] = [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://claude.ai/api/mcp/auth_callback",
        "https://vscode.dev/redirect?keep=1",
        "http://localhost:8787/callback",
        "http://127.0.0.1:33418/",
        "http://[::1]:9/cb?a=b",
    ];
    const BITS: [&str; 27] = [
        "@",
        "/",
        "//",
        "\\",
        "..",
        "/../",
        "%2e%2e/",
        "?",
        "#",
        "&",
        ":",
        ":80",
        ":443",
        ":1",
        " ",
        "\t",
        "\n",
        "evil.test",
        ".evil.test",
        "localhost",
        "127.0.0.1",
        "A",
        "%00",
        ";",
        "http://",
        "https://",
        "\u{202e}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        #[test]
        fn a_mutated_address_matches_only_where_the_reference_does(
            base in 0..BASES.len(),
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..BITS.len(), 0..3_u8), 1..4),
        ) {
            let registered = BASES[base];
            let mut asked = registered.to_owned();
            for (place, bit, kind) in edits {
                let places: Vec<usize> = asked.char_indices().map(|(at, _)| at).collect();
                if places.is_empty() { continue; }
                let at = places[place.index(places.len())];
                match kind {
                    0 => asked.insert_str(at, BITS[bit]),
                    1 => { asked.remove(at); }
                    _ => {
                        asked.remove(at);
                        asked.insert_str(at, BITS[bit]);
                    }
                }
            }
            if matches(&[registered.to_owned()], &asked) {
                prop_assert!(reference(registered, &asked), "{registered} ~ {asked}");
            }
            if reference(registered, &asked) && check(&asked).is_ok() {
                prop_assert!(matches(&[registered.to_owned()], &asked), "{asked}");
            }
        }
    }
}
