//! Where a page may send a browser on to.

use url::Url;

/// A path of this origin that a page may lead to: one slash first, nothing that a browser could
/// read as another host, no dot segments that climb out of it.
pub fn local_path(text: &str) -> Option<String> {
    let base = Url::parse("https://origin.invalid").ok()?;
    let joined = base.join(text).ok()?;
    let same = text.starts_with('/')
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && joined.host_str() == Some("origin.invalid")
        && joined.scheme() == "https"
        && joined.as_str().strip_prefix("https://origin.invalid") == Some(text);
    same.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn return_to_never_leaves_this_origin() {
        for good in ["/", "/t/acme/connections", "/t/acme/connect?a=b#c"] {
            assert_eq!(local_path(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "evil.test",
            "/%0d%0aLocation: x y",
            "/\t/evil.test",
            "/../x",
            "/a/..//evil.test",
            "/.//evil.test",
            " /x",
            "@evil.test",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }
}
