//! Cookies, by hand: reading one name and printing one `Set-Cookie` are thirty lines.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use crate::Urls;

/// The value of the first cookie called `name`.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// The full name of a cookie that only this origin may set. Over https that is promised by the
/// `__Host-` prefix (RFC 6265bis); browsers refuse it on plain http, so development on loopback
/// uses a name that says what it is.
pub fn host_name(urls: &Urls, name: &str) -> String {
    if urls.is_https() {
        format!("__Host-{name}")
    } else {
        format!("insecure-dev-{name}")
    }
}

/// A `Set-Cookie` value for this origin only, out of reach of scripts, sent along when the
/// browser comes back from Feishu (`SameSite=Lax`).
pub fn set(urls: &Urls, name: &str, value: &str, max_age: Duration) -> Option<HeaderValue> {
    let secure = if urls.is_https() { "; Secure" } else { "" };
    let name = host_name(urls, name);
    let seconds = max_age.as_secs();
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

/// A `Set-Cookie` value that removes a cookie made by [`set`].
pub fn clear(urls: &Urls, name: &str) -> Option<HeaderValue> {
    set(urls, name, "", Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "xa=1; a=2; b=3=4".parse().unwrap());
        headers.append(header::COOKIE, "c=5".parse().unwrap());
        assert_eq!(read(&headers, "a"), Some("2"));
        assert_eq!(read(&headers, "b"), Some("3=4"));
        assert_eq!(read(&headers, "c"), Some("5"));
        assert_eq!(read(&headers, "d"), None);
    }

    #[test]
    fn the_host_prefix_is_used_exactly_where_browsers_accept_it() {
        let https = Urls::new(&"https://a.test".parse().unwrap()).unwrap();
        let http = Urls::new(&"http://localhost:8788".parse().unwrap()).unwrap();
        let cookie = set(&https, "s", "v", Duration::from_secs(9)).unwrap();
        assert_eq!(
            cookie.to_str().unwrap(),
            "__Host-s=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax; Secure"
        );
        let cookie = set(&http, "s", "v", Duration::from_secs(9)).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("insecure-dev-s=v; "));
        assert!(!cookie.to_str().unwrap().contains("Secure"));
    }
}
