//! Pages of the flow: rendering, headers, and errors that are shown to people.

use axum::response::{Html, IntoResponse, Redirect, Response};
use edge::guard::CSP_PAGE;
use http::{HeaderValue, StatusCode, header};
use model::{Fault, FaultClass, Locale};
use views::{
    Href, Lang, RenderError, Shell,
    error::{ErrorPage, Trouble},
};

use crate::state::Asking;

/// The language of a page.
pub(crate) const fn lang(locale: Locale) -> Lang {
    match locale {
        Locale::En => Lang::En,
        Locale::Zh => Lang::Zh,
    }
}

/// A rendered page with its headers. Pages of the flow are never stored, and have no
/// `form-action` in their policy, because their forms may end at a client's own address.
pub(crate) fn answer(status: StatusCode, page: Result<String, RenderError>) -> Response {
    let mut response = match page {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CSP_PAGE),
    );
    response
}

/// Sends the browser on by GET (RFC 9700, section 4.12: never 307 after a form).
pub(crate) fn go(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A refusal that is shown to a person.
#[derive(Debug)]
pub(crate) struct PageFault {
    page: Box<ErrorPage>,
}

impl PageFault {
    /// About a known trouble.
    pub(crate) fn new(trouble: Trouble, asking: &Asking) -> Self {
        let shell = Shell::answer(lang(asking.locale));
        Self {
            page: Box::new(ErrorPage::about(trouble, shell, asking.request_id.clone())),
        }
    }

    /// With a fact for support.
    #[must_use]
    pub(crate) fn fact(mut self, label: &str, value: impl Into<String>) -> Self {
        self.page = Box::new(self.page.fact(label, value));
        self
    }

    /// With a link that takes the error back to the client.
    #[must_use]
    pub(crate) fn way_out(mut self, label: &str, target: &str) -> Self {
        if let Some(href) = Href::app(target) {
            self.page = Box::new(self.page.way_out(label, href));
        }
        self
    }

    /// A failure of a lower layer; logged once, here.
    pub(crate) fn internal(fault: &(impl Fault + ?Sized), asking: &Asking) -> Self {
        tracing::error!(code = fault.code(), error = %fault, source = ?fault.source(), "page failed");
        let trouble = match fault.class() {
            FaultClass::Upstream | FaultClass::Limit => Trouble::Unavailable,
            _ => Trouble::Internal,
        };
        Self::new(trouble, asking)
    }
}

impl IntoResponse for PageFault {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        answer(status, self.page.render())
    }
}
