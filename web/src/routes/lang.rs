//! The language switch.

use axum::{
    extract::{Query, State},
    response::Response,
};
use edge::LANG_COOKIE;
use http::{HeaderValue, header};
use model::Locale;
use serde::Deserialize;
use views::Href;

use crate::{WebState, page};

const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

/// What is chosen, and the page to go back to.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// Remembers the language in a cookie and goes back to the page.
///
/// Permissions: none.
pub(super) async fn choose(
    State(state): State<WebState>,
    Query(choice): Query<Choice>,
) -> Response {
    let mut response = page::go(&back(&choice.back));
    if let Some(cookie) = cookie(&choice.to, state.urls.is_https()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn cookie(to: &str, https: bool) -> Option<HeaderValue> {
    let tag = Locale::from_tag(to)?.tag();
    let secure = if https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{LANG_COOKIE}={tag}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax{secure}"
    ))
    .ok()
}

/// The path to go back to: never another site, and without the parameters that would overrule the
/// choice that was just made.
fn back(text: &str) -> String {
    let Some(path) = Href::path(text) else {
        return "/".to_owned();
    };
    let Some((path, query)) = path.as_str().split_once('?') else {
        return path.to_string();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !matches!(name, "lang" | "ui_locales")
        })
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::{back, cookie};

    #[test]
    fn the_switch_never_leads_to_another_site() {
        for hostile in [
            "https://evil.test/",
            "//evil.test/",
            "/\\evil.test",
            "javascript:alert(1)",
            "",
            "/a\r\nset-cookie: x=y",
        ] {
            assert_eq!(back(hostile), "/", "{hostile}");
        }
        assert_eq!(back("/t/acme/connect?x=1"), "/t/acme/connect?x=1");
    }

    #[test]
    fn a_language_in_the_address_does_not_overrule_the_choice() {
        assert_eq!(
            back("/oauth/authorize?lang=en&a=b&ui_locales=en"),
            "/oauth/authorize?a=b"
        );
        assert_eq!(back("/t/acme/connect?lang=en"), "/t/acme/connect");
    }

    #[test]
    fn only_known_languages_are_remembered() {
        assert_eq!(cookie("x; Domain=evil.test", true), None);
        let chosen = cookie("zh", true).unwrap();
        let text = chosen.to_str().unwrap();
        assert!(
            text.starts_with("lang=zh-CN; Path=/; ") && text.ends_with("; Secure"),
            "{text}"
        );
    }
}
