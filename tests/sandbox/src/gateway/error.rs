//! The error envelope.

use serde_json::{Map, Value, json};

use crate::facts::error_fact;

/// How an error is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// `{code,msg,error{…}}`.
    #[default]
    Envelope,
    /// `{code,msg,data{}}` of older endpoints.
    Bare,
    /// `{code,error,error_description}` with the RFC 6749 name.
    OAuth(&'static str),
}

/// An answer that is not a success, as Feishu prints it.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub http: u16,
    /// Feishu's code.
    pub code: i64,
    /// Feishu's message.
    pub msg: String,
    /// Members of `error` besides `log_id`.
    pub detail: Box<Map<String, Value>>,
    /// Seconds and window limit of a rate-limited answer.
    pub limited: Option<(u64, u64)>,
    /// How it is printed.
    pub shape: Shape,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "feishu sandbox answered {}: {}", self.code, self.msg)
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// Any code with its own status and message.
    pub(crate) fn new(http: u16, code: i64, msg: impl Into<String>) -> ApiError {
        ApiError {
            http,
            code,
            msg: msg.into(),
            detail: Box::default(),
            limited: None,
            shape: Shape::Envelope,
        }
    }

    /// A code with the status and message of the error table.
    pub(crate) fn of(code: i64) -> ApiError {
        let (http, msg) = error_fact(code);
        ApiError::new(http, code, msg)
    }

    /// A code of the table with a more telling message.
    pub(crate) fn with(code: i64, msg: impl Into<String>) -> ApiError {
        ApiError::new(error_fact(code).0, code, msg)
    }

    /// 99992402 naming one field.
    pub(crate) fn field(field: impl Into<String>, description: impl Into<String>) -> ApiError {
        ApiError::fields(vec![(field.into(), description.into())])
    }

    /// 99992402 naming fields.
    pub(crate) fn fields(violations: Vec<(String, String)>) -> ApiError {
        let list: Vec<Value> = violations
            .into_iter()
            .map(|(field, description)| json!({"field": field, "description": description}))
            .collect();
        let mut error = ApiError::new(400, 99_992_402, "field validation failed");
        error
            .detail
            .insert("field_violations".to_owned(), Value::Array(list));
        error
    }

    /// Adds a member to `error`.
    pub(crate) fn detail(mut self, name: &str, value: Value) -> ApiError {
        self.detail.insert(name.to_owned(), value);
        self
    }
}
