//! The reader's language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use model::Locale;

/// Name of the cookie that remembers a chosen language.
pub const LANG_COOKIE: &str = "lang";

/// The language of the reader of a page: `?lang=`, then the `lang` cookie, then
/// `Accept-Language`, then English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderLocale(pub Locale);

impl ReaderLocale {
    /// Reads the language from the parts of a request; `None` when nothing says it.
    pub fn of(query: Option<&str>, headers: &HeaderMap) -> Option<Locale> {
        from_query(query)
            .or_else(|| crate::cookies::read(headers, LANG_COOKIE).and_then(Locale::from_tag))
            .or_else(|| {
                headers
                    .get(header::ACCEPT_LANGUAGE)
                    .and_then(|value| value.to_str().ok())
                    .and_then(Locale::from_accept_language)
            })
    }
}

impl<S: Sync> FromRequestParts<S> for ReaderLocale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(
            Self::of(parts.uri.query(), &parts.headers).unwrap_or_default(),
        ))
    }
}

/// The `lang` parameter; also OpenID's `ui_locales`, which OAuth clients may send.
fn from_query(query: Option<&str>) -> Option<Locale> {
    let mut asked = None;
    for pair in query?.split('&') {
        match pair.split_once('=') {
            Some(("lang", tag)) => return Locale::from_tag(tag),
            Some(("ui_locales", tags)) => {
                asked = tags.split(['+', ' ']).find_map(Locale::from_tag);
            }
            _ => {}
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_of_the_address_beats_the_cookie_and_the_browser() {
        let mut headers = HeaderMap::new();
        assert_eq!(ReaderLocale::of(None, &headers), None);
        headers.insert(header::ACCEPT_LANGUAGE, "zh-CN,en;q=0.5".parse().unwrap());
        assert_eq!(ReaderLocale::of(None, &headers), Some(Locale::Zh));
        headers.insert(header::COOKIE, "a=b; lang=en".parse().unwrap());
        assert_eq!(ReaderLocale::of(None, &headers), Some(Locale::En));
        let query = Some("x=1&lang=zh");
        assert_eq!(ReaderLocale::of(query, &headers), Some(Locale::Zh));
        let query = Some("ui_locales=fr+zh-CN");
        assert_eq!(ReaderLocale::of(query, &headers), Some(Locale::Zh));
    }
}
