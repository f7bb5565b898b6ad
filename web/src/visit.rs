//! What every handler wants to know about its request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use edge::{
    ReaderLocale,
    guard::{ClientIp, RequestId},
};
use http::{HeaderMap, Method, request::Parts};
use model::Locale;
use views::{Lang, Shell};

/// One request of a browser.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) locale: Locale,
    pub(crate) request_id: String,
    pub(crate) headers: HeaderMap,
    pub(crate) method: Method,
    /// Address of the browser, as the listener or a trusted proxy says it.
    pub(crate) address: String,
    /// Path and query, for the language switch.
    here: String,
}

impl Visit {
    /// The language of the texts.
    pub(crate) const fn lang(&self) -> Lang {
        match self.locale {
            Locale::En => Lang::En,
            Locale::Zh => Lang::Zh,
        }
    }

    /// Path and query of this request.
    pub(crate) fn here(&self) -> &str {
        &self.here
    }

    /// Whether the page can be fetched again at [`Visit::here`].
    pub(crate) fn is_get(&self) -> bool {
        self.method == Method::GET
    }

    /// The same visitor, to be sent back to a page.
    pub(crate) fn returning_to(&self, path: &str) -> Self {
        Self {
            here: path.to_owned(),
            method: Method::GET,
            ..self.clone()
        }
    }

    /// The frame of a page that answers this request.
    pub(crate) fn shell(&self) -> Shell {
        if self.is_get() {
            Shell::at(self.lang(), self.here.as_str())
        } else {
            Shell::answer(self.lang())
        }
    }

    /// What Feishu is called in the reader's language.
    pub(crate) fn brand(&self, brand: model::Brand) -> String {
        match brand {
            model::Brand::Feishu => self.locale.pick("Feishu", "飞书"),
            model::Brand::Lark => "Lark",
        }
        .to_owned()
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self {
            locale: ReaderLocale::of(parts.uri.query(), &parts.headers).unwrap_or_default(),
            request_id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            headers: parts.headers.clone(),
            here: parts
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            method: parts.method.clone(),
            address: parts
                .extensions
                .get::<ClientIp>()
                .map(|ip| ip.0.to_string())
                .unwrap_or_default(),
        })
    }
}
