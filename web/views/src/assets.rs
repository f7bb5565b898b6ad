//! Static files, compiled in and served under a path that holds a hash of the content, so that a
//! browser may keep them for a year.

use std::sync::LazyLock;

/// A static file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Path with the content hash, such as `/assets/app.0123456789abcdef.css`.
    pub path: String,
    /// Content type.
    pub content_type: &'static str,
    /// Content, uncompressed.
    pub bytes: &'static [u8],
    /// Weak entity tag: the compressed form has the same.
    pub etag: String,
}

pub(crate) struct Paths {
    pub(crate) css: String,
    pub(crate) js: String,
    pub(crate) icon: String,
    pub(crate) console_css: String,
    pub(crate) icons: String,
    pub(crate) passkey_js: String,
}

const CSS: &[u8] = include_bytes!("../assets/app.css");
const JS: &[u8] = include_bytes!("../assets/app.js");
const ICON: &[u8] = include_bytes!("../assets/icon.svg");
const CONSOLE_CSS: &[u8] = include_bytes!("../assets/console.css");
const ICONS: &[u8] = include_bytes!("../assets/icons.svg");
const PASSKEY_JS: &[u8] = include_bytes!("../assets/passkey.js");

/// FNV-1a, 64 bits: names a version of a file; nothing secret depends on it.
const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash ^= bytes[index] as u64;
        hash = hash.wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

fn asset(stem: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    let hash = fingerprint(bytes);
    Asset {
        path: format!("/assets/{stem}.{hash:016x}.{extension}"),
        content_type,
        bytes,
        etag: format!("W/\"{hash:016x}\""),
    }
}

static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset("app", "css", "text/css; charset=utf-8", CSS),
        asset("app", "js", "text/javascript; charset=utf-8", JS),
        asset("icon", "svg", "image/svg+xml", ICON),
        asset("console", "css", "text/css; charset=utf-8", CONSOLE_CSS),
        asset("icons", "svg", "image/svg+xml", ICONS),
        asset(
            "passkey",
            "js",
            "text/javascript; charset=utf-8",
            PASSKEY_JS,
        ),
    ]
});

static PATHS: LazyLock<Paths> = LazyLock::new(|| Paths {
    css: ASSETS[0].path.clone(),
    js: ASSETS[1].path.clone(),
    icon: ASSETS[2].path.clone(),
    console_css: ASSETS[3].path.clone(),
    icons: ASSETS[4].path.clone(),
    passkey_js: ASSETS[5].path.clone(),
});

/// All static files.
pub fn assets() -> &'static [Asset] {
    &*ASSETS
}

pub(crate) fn paths() -> &'static Paths {
    &PATHS
}

#[cfg(test)]
mod tests {
    use super::{assets, fingerprint};

    #[test]
    fn another_content_gets_another_path() {
        assert_ne!(fingerprint(b"a"), fingerprint(b"b"));
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in assets() {
            let text = std::str::from_utf8(asset.bytes).unwrap();
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !text.contains("http:") && !text.contains("https:"),
                "{}",
                asset.path
            );
            assert!(!text.contains("@import"), "{}", asset.path);
        }
    }
}
