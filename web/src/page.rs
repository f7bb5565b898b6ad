//! Answers of pages, and errors that are shown to people.

use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use model::{Fault, FaultClass};
use views::{
    Href, RenderError,
    error::{ErrorPage, Trouble},
};

use crate::visit::Visit;

/// The policy of our pages. Unlike the pages of the OAuth flow their forms only ever lead back to
/// this origin, so `form-action` holds.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A rendered page with its headers. Pages show one member's things in one language: no cache
/// may keep them.
pub(crate) fn answer(status: StatusCode, page: Result<String, RenderError>) -> Response {
    let mut response = match page {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, source = ?std::error::Error::source(&error), "page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    response
}

/// A page that went well.
pub(crate) fn show(page: Result<String, RenderError>) -> Response {
    answer(StatusCode::OK, page)
}

/// Sends the browser on by GET.
pub(crate) fn go(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A refusal or a failure, shown to a person.
#[derive(Debug)]
pub(crate) struct PageFault(Box<ErrorPage>);

impl PageFault {
    /// About a known trouble.
    pub(crate) fn new(trouble: Trouble, visit: &Visit) -> Self {
        let page = ErrorPage::about(trouble, visit.shell(), visit.request_id.as_str());
        Self(Box::new(page))
    }

    /// With a link to a page of this origin.
    #[must_use]
    pub(crate) fn way_out(self, label: &str, path: &str) -> Self {
        match Href::path(path) {
            Some(href) => Self(Box::new(self.0.way_out(label, href))),
            None => self,
        }
    }

    /// With a fact that the reader may know.
    #[must_use]
    pub(crate) fn fact(self, label: &str, value: &str) -> Self {
        Self(Box::new(self.0.fact(label, value)))
    }

    /// A failure of a lower layer; logged once, here.
    pub(crate) fn internal(fault: &(impl Fault + ?Sized), visit: &Visit) -> Self {
        let trouble = match fault.class() {
            FaultClass::Upstream | FaultClass::Limit => Trouble::Unavailable,
            FaultClass::Missing => Trouble::NotFound,
            FaultClass::Denied => Trouble::Forbidden,
            FaultClass::Caller | FaultClass::Unauthenticated | FaultClass::Bug => Trouble::Internal,
        };
        if trouble.status() >= 500 {
            tracing::error!(code = fault.code(), error = %fault, source = ?fault.source(), "page failed");
        }
        Self::new(trouble, visit)
    }
}

impl IntoResponse for PageFault {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        answer(status, self.0.render())
    }
}
