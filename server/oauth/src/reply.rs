//! Answers that go to the client by way of the browser.

use axum::response::Response;
use http::StatusCode;
use model::{Brand, Locale};
use views::{Href, Shell, proceed::ProceedPage};

use crate::{
    page,
    protocol::{
        fault::OAuthError,
        redirect::{self, Destination},
    },
    state::OAuthState,
};

/// Where an answer goes, and the client's own state.
#[derive(Debug, Clone)]
pub(crate) struct BackToClient {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    /// Name that the client gave itself.
    pub(crate) client_name: String,
    /// Language of the member.
    pub(crate) locale: Locale,
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
        let to = self.error_url(state, error, description);
        match error {
            OAuthError::AccessDenied => self.send(&to, false),
            _ => page::go(&to),
        }
    }

    /// The answer with our code.
    pub(crate) fn code(&self, state: &OAuthState, code: &str) -> Response {
        self.send(&self.url(state, &[("code", code)]), true)
    }

    /// Sends the browser there. An application's own scheme leaves the browser where it is, so a
    /// page with a link stays behind; a redirect would leave Feishu's login page standing.
    fn send(&self, to: &str, approved: bool) -> Response {
        let leaves_browser = matches!(
            redirect::check(&self.redirect_uri),
            Ok(Destination::Application(_))
        );
        match Href::app(to) {
            Some(target) if leaves_browser => {
                let page = ProceedPage {
                    shell: Shell::answer(page::lang(self.locale)),
                    target,
                    client_name: self.client_name.clone(),
                    approved,
                };
                page::answer(StatusCode::OK, page.render())
            }
            _ => page::go(to),
        }
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
