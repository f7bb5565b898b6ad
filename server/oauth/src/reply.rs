//! Answers that go to the client by way of the browser.

use axum::response::Response;
use model::{Brand, Locale};

use crate::{
    page,
    protocol::{fault::OAuthError, redirect},
    state::OAuthState,
};

/// Where an answer goes, and the client's own state.
#[derive(Debug, Clone)]
pub(crate) struct BackToClient {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
}

impl BackToClient {
    /// The address of an error answer; `iss` is part of it too (RFC 9207, section 2).
    pub(crate) fn error_url(
        &self,
        state: &OAuthState,
        error: OAuthError,
        description: &str,
    ) -> String {
        self.url(
            state,
            &[("error", error.code()), ("error_description", description)],
        )
    }

    /// An error answer.
    pub(crate) fn error(
        &self,
        state: &OAuthState,
        error: OAuthError,
        description: &str,
    ) -> Response {
        page::go(&self.error_url(state, error, description))
    }

    /// The answer with our code.
    pub(crate) fn code(&self, state: &OAuthState, code: &str) -> Response {
        page::go(&self.url(state, &[("code", code)]))
    }

    fn url(&self, state: &OAuthState, params: &[(&str, &str)]) -> String {
        let mut all = params.to_vec();
        if let Some(text) = &self.state {
            all.push(("state", text));
        }
        all.push(("iss", state.urls.issuer()));
        redirect::with_params(&self.redirect_uri, &all)
    }
}

/// The name of a brand for people.
pub(crate) const fn brand(brand: Brand, locale: Locale) -> &'static str {
    match brand {
        Brand::Feishu => locale.pick("Feishu", "飞书"),
        Brand::Lark => "Lark",
    }
}
