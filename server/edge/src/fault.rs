//! The one JSON error envelope.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use model::{Fault, FaultClass, Locale};
use serde_json::{Map, Value};

/// An error for a program: `{"error", "error_description", "hint", …}`. The description says
/// what happened, the hint what to do next; both exist in Chinese and English.
#[derive(Debug, Clone)]
pub struct ApiFault {
    status: StatusCode,
    body: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiFault {
    /// An error with a stable code and a description in the reader's language.
    pub fn new(status: StatusCode, error: &str, description: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("error".to_owned(), error.into());
        body.insert("error_description".to_owned(), description.into().into());
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        self.with("hint", hint.into())
    }

    /// One more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// An error of a lower layer, whose text is not for strangers: the class decides the status,
    /// the code is shown, the source is logged here, once.
    pub fn internal(fault: &(impl Fault + ?Sized), locale: Locale) -> Self {
        let class = fault.class();
        let status =
            StatusCode::from_u16(class.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if matches!(class, FaultClass::Bug | FaultClass::Upstream) {
            tracing::error!(code = fault.code(), error = %chain(fault), "request failed");
        }
        match class {
            FaultClass::Upstream => Self::new(
                status,
                "temporarily_unavailable",
                locale.pick(
                    "A service that this request needs is not available.",
                    "此请求所需的服务暂时不可用。",
                ),
            )
            .hint(locale.pick("Try again in a few seconds.", "请几秒后重试。"))
            .header(header::RETRY_AFTER, "2"),
            FaultClass::Bug => Self::new(
                status,
                "server_error",
                locale.pick("The request failed on our side.", "请求在服务端失败。"),
            )
            .hint(locale.pick(
                "Try again; if it stays, give your administrator the request id.",
                "请重试；若仍失败，请将请求编号告知管理员。",
            )),
            _ => Self::new(status, fault.code(), fault.to_string()),
        }
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }
}

/// An error with its sources, for the log.
fn chain(fault: &(impl Fault + ?Sized)) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

impl IntoResponse for ApiFault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Value::Object(self.body))).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, value);
        }
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
