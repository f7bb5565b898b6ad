//! One call of the open platform, before it is sent.

use std::time::Duration;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde::Serialize;

use crate::FeishuError;

/// Everything but unreserved characters (RFC 3986, section 2.3).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Longest id that is put into a path.
const MAX_ID: usize = 128;

/// A call: template, parameters, body.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Option<Body>,
    pub(crate) idempotent: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) range: Option<(u64, u64)>,
}

/// What is sent; kept as bytes, so that it can be sent again.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// JSON; `Err` is a value that cannot be JSON.
    Json(Result<Bytes, ()>),
    /// `multipart/form-data`: text fields in order, then the bytes of `file`.
    Form {
        fields: Vec<(&'static str, String)>,
        file_name: String,
        bytes: Bytes,
    },
}

impl Body {
    /// Puts it into a request.
    pub(crate) fn into_builder(
        self,
        builder: reqwest::RequestBuilder,
    ) -> Result<reqwest::RequestBuilder, FeishuError> {
        match self {
            Self::Json(Ok(bytes)) => Ok(builder
                .header("content-type", "application/json; charset=utf-8")
                .body(bytes)),
            Self::Json(Err(())) => Err(FeishuError::BadId { name: "body" }),
            Self::Form {
                fields,
                file_name,
                bytes,
            } => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let file = Part::stream_with_length(bytes, length).file_name(file_name);
                let form = fields
                    .into_iter()
                    .fold(Form::new(), |form, (name, value)| form.text(name, value));
                // Feishu wants the file behind the fields that describe it.
                Ok(builder.multipart(form.part("file", file)))
            }
        }
    }
}

impl Request {
    fn new(method: Method, template: &str, idempotent: bool) -> Self {
        Self {
            method,
            path: template.to_owned(),
            query: String::new(),
            body: None,
            idempotent,
            timeout: None,
            range: None,
        }
    }

    /// A reading call; may be repeated.
    pub fn get(template: &'static str) -> Self {
        Self::new(Method::GET, template, true)
    }

    /// A call that is not repeated unless [`Request::idempotent`] says so.
    pub fn post(template: &'static str) -> Self {
        Self::new(Method::POST, template, false)
    }

    /// A changing call.
    pub fn patch(template: &'static str) -> Self {
        Self::new(Method::PATCH, template, false)
    }

    /// A replacing call.
    pub fn put(template: &'static str) -> Self {
        Self::new(Method::PUT, template, false)
    }

    /// A deleting call (it may carry a body).
    pub fn delete(template: &'static str) -> Self {
        Self::new(Method::DELETE, template, false)
    }

    /// Puts an id into the template at `{name}`.
    ///
    /// # Errors
    /// [`FeishuError::BadId`] for anything but 1 to 128 of `A-Z a-z 0-9 _ -`: an id chosen by a
    /// stranger must not reach another path (dot segments, also encoded ones).
    pub fn path(mut self, name: &'static str, id: &str) -> Result<Self, FeishuError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(plain) {
            return Err(FeishuError::BadId { name });
        }
        self.path = self.path.replace(&format!("{{{name}}}"), id);
        Ok(self)
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.query
            .push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        self.query
            .extend(utf8_percent_encode(value.as_ref(), QUERY));
        self
    }

    /// Sets the JSON body.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = Some(Body::Json(
            serde_json::to_vec(body)
                .map(Into::into)
                .map_err(|_not_json| ()),
        ));
        self
    }

    /// Sets a form body that ends with the bytes of `file`.
    #[must_use]
    pub fn form(
        mut self,
        fields: Vec<(&'static str, String)>,
        file_name: &str,
        bytes: Bytes,
    ) -> Self {
        self.body = Some(Body::Form {
            fields,
            file_name: file_name.to_owned(),
            bytes,
        });
        self
    }

    /// Asks for a part of a file: first and last byte, both included.
    #[must_use]
    pub const fn range(mut self, first: u64, last: u64) -> Self {
        self.range = Some((first, last));
        self
    }

    /// Time for the call with all its retries, where bytes need more than usual.
    #[must_use]
    pub const fn within(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Says whether the call may be repeated after an unclear failure: reads, and writes that
    /// carry Feishu's own `client_token`.
    #[must_use]
    pub const fn idempotent(mut self, repeatable: bool) -> Self {
        self.idempotent = repeatable;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_go_into_a_path() {
        for hostile in [
            "",
            "..",
            "a/b",
            "%2e%2e",
            "a?b",
            "a#b",
            "ä",
            "a b",
            &"a".repeat(129),
        ] {
            let refused = Request::get("/x/{id}/y").path("id", hostile);
            assert!(
                matches!(refused, Err(FeishuError::BadId { name: "id" })),
                "{hostile:?}"
            );
        }
        let request = Request::get("/x/{id}/y").path("id", "doxcn_A-1").unwrap();
        assert_eq!(request.path, "/x/doxcn_A-1/y");
    }

    #[test]
    fn query_values_are_encoded() {
        let request = Request::get("/x").query("q", "a b&c=ü").query("n", "1");
        assert_eq!(request.query, "?q=a%20b%26c%3D%C3%BC&n=1");
    }
}
