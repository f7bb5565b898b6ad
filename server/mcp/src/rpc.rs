//! JSON-RPC 2.0: messages, errors, and how errors map to HTTP.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::Revision;

/// The text of a JSON-RPC error, with its code.
///
/// Codes between -32768 and -32000 are the specifications' own: we mint none there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct RpcError {
    /// The code.
    pub code: i64,
    /// What is wrong, in English: clients of this layer are programs.
    pub message: String,
    /// Further facts.
    pub data: Option<Value>,
}

/// The body is not JSON.
pub(crate) const PARSE_ERROR: i64 = -32700;
/// The JSON is no request.
pub(crate) const INVALID_REQUEST: i64 = -32600;
/// No such method.
pub(crate) const METHOD_NOT_FOUND: i64 = -32601;
/// The parameters do not fit.
pub(crate) const INVALID_PARAMS: i64 = -32602;
/// We failed.
pub(crate) const INTERNAL_ERROR: i64 = -32603;
/// No such resource (revisions of 2025).
pub(crate) const RESOURCE_NOT_FOUND: i64 = -32002;
/// A header says something else than the body (2026-07-28).
pub(crate) const HEADER_MISMATCH: i64 = -32020;
/// The client did not declare a capability that is needed (2026-07-28).
pub(crate) const MISSING_CAPABILITY: i64 = -32021;
/// The revision is not served (2026-07-28).
pub(crate) const UNSUPPORTED_VERSION: i64 = -32022;
/// Our own: the session is unknown, ended, or somebody else's. Sent with HTTP 404.
pub(crate) const SESSION_NOT_FOUND: i64 = 1001;
/// Our own: too many streams or calls at once. Sent with HTTP 429 or 503.
pub(crate) const TOO_MANY: i64 = 1002;
/// Our own: the body was too large or came too slowly.
pub(crate) const BODY_REFUSED: i64 = 1003;
/// Our own: a resource or a prompt's content is not given; `data.error` says why, as the error of
/// a tool does.
pub(crate) const CONTENT_REFUSED: i64 = 1004;

impl RpcError {
    /// An error.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// Adds facts.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// The JSON is no request.
    pub fn invalid_request(message: &str) -> Self {
        Self::new(INVALID_REQUEST, format!("Invalid request: {message}"))
    }

    /// No such method.
    pub fn method_not_found(method: &str) -> Self {
        let shown: String = method.chars().take(80).collect();
        Self::new(METHOD_NOT_FOUND, format!("Method not found: {shown}"))
    }

    /// The parameters do not fit.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, message)
    }

    /// We failed; nothing about it is told.
    pub fn internal() -> Self {
        Self::new(INTERNAL_ERROR, "Internal error")
    }

    /// No such resource.
    pub fn resource_not_found(uri: &str, revision: Revision) -> Self {
        let code = if revision.is_stateless() {
            INVALID_PARAMS
        } else {
            RESOURCE_NOT_FOUND
        };
        Self::new(code, "Resource not found").with_data(json!({ "uri": uri }))
    }

    /// A header says something else than the body.
    pub fn header_mismatch(message: impl Into<String>) -> Self {
        Self::new(HEADER_MISMATCH, message)
    }

    /// The client must declare these capabilities, an object of `ClientCapabilities`.
    pub fn missing_capability(required: &Value) -> Self {
        Self::new(MISSING_CAPABILITY, "Missing required client capability")
            .with_data(json!({ "requiredCapabilities": required }))
    }

    /// The revision is not served.
    pub fn unsupported_version(requested: &str) -> Self {
        let supported: Vec<_> = Revision::ALL.iter().map(|known| known.name()).collect();
        Self::new(UNSUPPORTED_VERSION, "Unsupported protocol version")
            .with_data(json!({ "supported": supported, "requested": requested }))
    }

    /// The HTTP status that goes with it in the stateless revision; errors not in this table
    /// travel with 200.
    pub const fn stateless_status(&self) -> StatusCode {
        match self.code {
            PARSE_ERROR | INVALID_REQUEST | HEADER_MISMATCH | MISSING_CAPABILITY
            | UNSUPPORTED_VERSION => StatusCode::BAD_REQUEST,
            METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        }
    }

    /// The error as the object of a response.
    pub fn object(&self) -> Value {
        let mut object = Map::new();
        object.insert("code".to_owned(), self.code.into());
        object.insert("message".to_owned(), self.message.clone().into());
        if let Some(data) = &self.data {
            object.insert("data".to_owned(), data.clone());
        }
        Value::Object(object)
    }
}

/// A successful result, serialised late or already.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    /// An object.
    Fields(Map<String, Value>),
    /// The text of an object.
    Text(Bytes),
    /// An object that says that the credential does not cover the call.
    NeedsWrite(Map<String, Value>),
}

impl From<Map<String, Value>> for Payload {
    fn from(fields: Map<String, Value>) -> Self {
        Self::Fields(fields)
    }
}

/// The outcome of one request.
pub(crate) type Outcome = Result<Payload, RpcError>;

/// A response as bytes.
pub(crate) fn response(id: &Value, outcome: &Outcome) -> Bytes {
    let mut out = Vec::with_capacity(match outcome {
        Ok(Payload::Text(text)) => text.len() + 64,
        _ => 512,
    });
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    write(&mut out, id);
    match outcome {
        Ok(Payload::Fields(fields) | Payload::NeedsWrite(fields)) => {
            out.extend_from_slice(b",\"result\":");
            write(&mut out, fields);
        }
        Ok(Payload::Text(text)) => {
            out.extend_from_slice(b",\"result\":");
            out.extend_from_slice(text);
        }
        Err(error) => {
            out.extend_from_slice(b",\"error\":");
            write(&mut out, &error.object());
        }
    }
    out.push(b'}');
    out.into()
}

/// A notification, or with `id` a request, as bytes.
pub(crate) fn outgoing(id: Option<&str>, method: &str, params: &Value) -> Bytes {
    let mut message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    if let (Some(id), Some(fields)) = (id, message.as_object_mut()) {
        fields.insert("id".to_owned(), id.into());
    }
    let mut out = Vec::with_capacity(256);
    write(&mut out, &message);
    out.into()
}

/// Writing JSON values to memory cannot fail: their keys are texts.
pub(crate) fn write(out: &mut Vec<u8>, value: &impl serde::Serialize) {
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.extend_from_slice(b"null");
    }
}

/// A message from a client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    /// Wants an answer.
    Request {
        /// A text or a number.
        id: Value,
        /// The method.
        method: String,
        /// The parameters; absent is empty.
        params: Map<String, Value>,
    },
    /// Wants none.
    Notification {
        /// The method.
        method: String,
        /// The parameters; absent is empty.
        params: Map<String, Value>,
    },
    /// The answer to a request of ours.
    Response {
        /// The id that we gave.
        id: Value,
        /// The result or the error object.
        outcome: Result<Value, Value>,
    },
}

impl Message {
    /// Reads a message; the error comes with the id to answer to (`null` when there is none).
    #[expect(clippy::result_large_err, reason = "read once and answered at once")]
    pub(crate) fn read(value: Value) -> Result<Self, (Value, RpcError)> {
        let refuse = |id: Value, why: &str| (id, RpcError::invalid_request(why));
        let Value::Object(mut fields) = value else {
            return Err(refuse(Value::Null, "not an object"));
        };
        let id = fields.remove("id");
        let shown = match &id {
            Some(id @ (Value::String(_) | Value::Number(_))) => id.clone(),
            _ => Value::Null,
        };
        if fields.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(refuse(shown, "jsonrpc must be \"2.0\""));
        }
        let method = match fields.remove("method") {
            Some(Value::String(method)) => method,
            Some(_) => return Err(refuse(shown, "method must be a text")),
            None => return Self::response(shown, fields),
        };
        let params = match fields.remove("params") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(params)) => params,
            Some(_) => {
                return Err((shown, RpcError::invalid_params("params must be an object")));
            }
        };
        match id {
            None => Ok(Self::Notification { method, params }),
            Some(id @ (Value::String(_) | Value::Number(_))) => {
                Ok(Self::Request { id, method, params })
            }
            Some(_) => Err(refuse(Value::Null, "id must be a text or a number")),
        }
    }

    #[expect(clippy::result_large_err, reason = "read once and answered at once")]
    fn response(id: Value, mut fields: Map<String, Value>) -> Result<Self, (Value, RpcError)> {
        let outcome = match (fields.remove("result"), fields.remove("error")) {
            (Some(result), None) => Ok(result),
            (None, Some(error)) => Err(error),
            _ => return Err((id, RpcError::invalid_request("no method"))),
        };
        Ok(Self::Response { id, outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_message_is_told_apart() {
        let read = Message::read;
        assert!(matches!(
            read(json!({"jsonrpc":"2.0","id":1,"method":"ping"})),
            Ok(Message::Request { .. })
        ));
        assert!(matches!(
            read(json!({"jsonrpc":"2.0","method":"notifications/initialized"})),
            Ok(Message::Notification { .. })
        ));
        assert!(matches!(
            read(json!({"jsonrpc":"2.0","id":"a","result":{}})),
            Ok(Message::Response { outcome: Ok(_), .. })
        ));
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_id() {
        for (value, code, id) in [
            (json!([]), INVALID_REQUEST, Value::Null),
            (json!({"id":7,"method":"x"}), INVALID_REQUEST, json!(7)),
            (
                json!({"jsonrpc":"2.0","id":{},"method":"x"}),
                INVALID_REQUEST,
                Value::Null,
            ),
            (
                json!({"jsonrpc":"2.0","id":7,"method":1}),
                INVALID_REQUEST,
                json!(7),
            ),
            (json!({"jsonrpc":"2.0","id":7}), INVALID_REQUEST, json!(7)),
            (
                json!({"jsonrpc":"2.0","id":7,"method":"x","params":[1]}),
                INVALID_PARAMS,
                json!(7),
            ),
        ] {
            let (shown, error) = Message::read(value.clone()).unwrap_err();
            assert_eq!((error.code, shown), (code, id), "{value}");
        }
    }

    #[test]
    fn an_error_has_the_status_of_the_table() {
        for (code, status) in [
            (PARSE_ERROR, 400),
            (INVALID_REQUEST, 400),
            (METHOD_NOT_FOUND, 404),
            (HEADER_MISMATCH, 400),
            (MISSING_CAPABILITY, 400),
            (UNSUPPORTED_VERSION, 400),
            (INVALID_PARAMS, 200),
            (INTERNAL_ERROR, 200),
        ] {
            assert_eq!(RpcError::new(code, "").stateless_status(), status, "{code}");
        }
    }
}
