//! Typed errors of tools: a kind that programs read, a message and a hint that models read.

mod refused;
mod words;

use std::{fmt, time::Duration};

use feishu::{ErrorClass, FeishuError};
use model::{Fault, FaultClass, Locale};
use serde_json::{Map, Value, json};

use self::words::{UPSTREAM, Words, words};

/// The kinds. Their names are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The member must sign in to Feishu again.
    Reauthorize,
    /// The member or the app lacks a Feishu scope.
    MissingScope,
    /// Feishu does not let the member do this to this thing.
    ForbiddenResource,
    /// No such thing, or it is hidden from the member.
    NotFound,
    /// Several things fit.
    Ambiguous,
    /// It changed in between, or exists already.
    Conflict,
    /// Too many calls in a short time.
    RateLimited,
    /// The quota of the period is used up.
    QuotaExhausted,
    /// The tenant's policy refuses it.
    BlockedByPolicy,
    /// A part was done.
    Partial,
    /// The arguments are wrong.
    Invalid,
    /// Feishu failed or could not be reached.
    Upstream,
    /// A fault of the platform.
    Internal,
    /// The client gave up.
    Cancelled,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Reauthorize,
        Self::MissingScope,
        Self::ForbiddenResource,
        Self::NotFound,
        Self::Ambiguous,
        Self::Conflict,
        Self::RateLimited,
        Self::QuotaExhausted,
        Self::BlockedByPolicy,
        Self::Partial,
        Self::Invalid,
        Self::Upstream,
        Self::Internal,
        Self::Cancelled,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reauthorize => "reauthorize",
            Self::MissingScope => "missing_scope",
            Self::ForbiddenResource => "forbidden_resource",
            Self::NotFound => "not_found",
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::BlockedByPolicy => "blocked_by_policy",
            Self::Partial => "partial",
            Self::Invalid => "invalid",
            Self::Upstream => "upstream",
            Self::Internal => "internal",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why a tool did not do it. `message` and `hint` are in the caller's language already.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolError {
    /// The kind.
    pub kind: ErrorKind,
    /// What went wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Further facts: `scopes`, `link`, `retry_after`, `candidates`, `www_authenticate` …
    pub details: Box<Map<String, Value>>,
    /// Feishu's log id, for support.
    pub log_id: Option<String>,
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tool failed: {}", self.kind.name())
    }
}

impl std::error::Error for ToolError {}

impl Fault for ToolError {
    fn class(&self) -> FaultClass {
        match self.kind {
            ErrorKind::Reauthorize => FaultClass::Unauthenticated,
            ErrorKind::MissingScope | ErrorKind::ForbiddenResource | ErrorKind::BlockedByPolicy => {
                FaultClass::Denied
            }
            ErrorKind::NotFound => FaultClass::Missing,
            ErrorKind::Ambiguous
            | ErrorKind::Conflict
            | ErrorKind::Invalid
            | ErrorKind::Cancelled => FaultClass::Caller,
            ErrorKind::RateLimited | ErrorKind::QuotaExhausted => FaultClass::Limit,
            ErrorKind::Partial | ErrorKind::Upstream => FaultClass::Upstream,
            ErrorKind::Internal => FaultClass::Bug,
        }
    }

    fn code(&self) -> &'static str {
        self.kind.name()
    }
}

impl ToolError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            details: Box::default(),
            log_id: None,
        }
    }

    /// Wrong arguments.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The client gave up.
    pub fn cancelled(locale: Locale) -> Self {
        Self::new(
            ErrorKind::Cancelled,
            locale.pick("the call was cancelled", "调用已取消"),
        )
    }

    /// A fault of ours; nothing about it is told.
    pub fn internal(locale: Locale) -> Self {
        Self::new(
            ErrorKind::Internal,
            locale.pick("the platform failed to do this", "平台内部错误"),
        )
    }

    /// Turns Feishu's refusal into an error in the caller's language.
    pub fn from_feishu(fault: FeishuError, locale: Locale) -> Self {
        match fault {
            FeishuError::Api {
                code,
                msg,
                log_id,
                class,
                scopes,
                ..
            } => {
                let mut error = Self::of_class(class, locale);
                error.log_id = log_id;
                if code == 1_770_002 || code == 1_771_006 {
                    error.hint = Some(
                        locale
                            .pick(
                                "No document has this token. If it came from a /wiki/ link, pass \
                                 the whole link; else find it with `search`.",
                                "没有使用该 token 的文档。若来自 /wiki/ 链接，请传入完整链接；\
                                 否则请用 `search` 查找。",
                            )
                            .to_owned(),
                    );
                }
                let cause = crate::render::clean_line(&msg, 160);
                if !scopes.is_empty() {
                    error.details.insert("scopes".to_owned(), json!(scopes));
                } else if !cause.is_empty() {
                    error
                        .details
                        .insert("feishu".to_owned(), json!(format!("{code} {cause}")));
                }
                error.details.insert("feishu_code".to_owned(), json!(code));
                error
            }
            FeishuError::RateLimited {
                retry_after,
                log_id,
                ..
            } => {
                let mut error = Self::of_class(ErrorClass::RateLimited, locale);
                let seconds = wait_of(retry_after).as_secs().max(1);
                error
                    .details
                    .insert("retry_after".to_owned(), json!(seconds));
                error.log_id = log_id;
                error
            }
            FeishuError::BadId { .. } => Self::invalid(locale.pick(
                "this is not an id that Feishu could have made",
                "该 id 格式不正确",
            ))
            .with_hint(locale.pick(
                "Pass the id or link exactly as a tool or the user gave it.",
                "请原样传入工具或用户给出的 id 或链接。",
            )),
            FeishuError::TooLarge { .. } => {
                Self::of_words(&UPSTREAM, locale).with_hint(locale.pick(
                    "Feishu's answer is too large; ask for a smaller part.",
                    "飞书返回内容过大，请缩小读取范围。",
                ))
            }
            FeishuError::Decode { log_id, .. } => {
                let mut error = Self::of_words(&UPSTREAM, locale);
                error.log_id = log_id;
                error
            }
            _ => Self::of_words(&UPSTREAM, locale),
        }
    }

    fn of_class(class: ErrorClass, locale: Locale) -> Self {
        Self::of_words(&words(class), locale)
    }

    fn of_words(words: &Words, locale: Locale) -> Self {
        Self::new(words.kind, locale.pick(words.message.0, words.message.1))
            .with_hint(locale.pick(words.hint.0, words.hint.1))
    }

    pub(crate) fn bad_arguments(tool: &str, fault: &serde_json::Error, locale: Locale) -> Self {
        let cause: String = crate::render::clean_line(&fault.to_string(), 300);
        match locale {
            Locale::En => Self::invalid(format!("the arguments of `{tool}` do not fit: {cause}"))
                .with_hint("Compare with the tool's input schema and call it again."),
            Locale::Zh => Self::invalid(format!("`{tool}` 的参数不符合要求：{cause}"))
                .with_hint("请对照该工具的参数说明后重新调用。"),
        }
    }

    /// The error as text for the model and as data for programs.
    pub fn render(&self) -> (String, Value) {
        let mut text = format!("[{}] {}", self.kind.name(), self.message);
        if let Some(hint) = &self.hint {
            text.push_str("\n→ ");
            text.push_str(hint);
        }
        let mut error = Map::new();
        error.insert("kind".to_owned(), json!(self.kind.name()));
        error.insert("message".to_owned(), json!(self.message));
        if let Some(hint) = &self.hint {
            error.insert("hint".to_owned(), json!(hint));
        }
        for (name, value) in self.details.iter() {
            if let Some(line) = crate::render::detail_line(name, value) {
                text.push('\n');
                text.push_str(&line);
            }
            error.insert(name.clone(), value.clone());
        }
        if let Some(log_id) = &self.log_id {
            text.push_str("\nlog_id: ");
            text.push_str(log_id);
            error.insert("log_id".to_owned(), json!(log_id));
        }
        (text, json!({ "error": error }))
    }
}

fn wait_of(retry_after: Option<Duration>) -> Duration {
    retry_after.unwrap_or(Duration::from_secs(5))
}
