//! What a handler gets: the checked request of one caller.

use bytes::Bytes;
use serde_json::Value;

use crate::apps::AppBrand;
use crate::facts::Endpoint;
use crate::gateway::ApiError;
use crate::identity::IdKind;
use crate::ids::IdSource;

/// One request that has passed every check of the gateway.
pub(crate) struct Call<'a> {
    /// The endpoint's facts.
    pub(crate) endpoint: &'static Endpoint,
    /// Values of the path's `:names`.
    pub(crate) path: &'a PathParams,
    /// Decoded query string.
    pub(crate) query: &'a Query,
    /// JSON body (form bodies become an object of strings); `null` without a body.
    pub(crate) body: &'a Value,
    /// Parts of a multipart body.
    pub(crate) multipart: Option<&'a Multipart>,
    /// The `Authorization` header as sent.
    pub(crate) authorization: Option<&'a str>,
    /// Who calls.
    pub(crate) caller: &'a Caller,
    /// Sandbox clock, epoch milliseconds.
    pub(crate) now_ms: i64,
    /// Origin of this listener, for `url` fields.
    pub(crate) origin: &'a str,
    /// Which brand's platform was called.
    pub(crate) brand: AppBrand,
    /// Fresh identifiers.
    pub(crate) ids: &'a mut IdSource,
}

impl Call<'_> {
    /// The id kind asked for with `user_id_type` (default `open_id`).
    pub(crate) fn user_id_kind(&self) -> IdKind {
        IdKind::parse(self.query.get("user_id_type").unwrap_or("open_id"))
    }

    /// Whether custom department ids were asked for with `department_id_type`.
    pub(crate) fn custom_departments(&self) -> bool {
        self.query.get("department_id_type") == Some("department_id")
    }

    /// Text field of the body.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field).and_then(Value::as_str)
    }
}

/// Who calls: an app on its own, or a person through an app.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// `cli_…`; empty on endpoints without a token.
    pub(crate) app_id: String,
    /// The tenant the token belongs to; empty on endpoints without a token.
    pub(crate) tenant_key: String,
    /// App or person.
    pub(crate) identity: CallerIdentity,
    /// Scopes that hold for this call (app scopes, or the person's grant ∩ app scopes).
    pub(crate) scopes: Vec<String>,
}

/// The two kinds of callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallerIdentity {
    /// tenant_access_token or app_access_token.
    App,
    /// user_access_token.
    User {
        /// The sandbox's own key of the person inside the tenant.
        user_key: String,
        /// The person's id in this app.
        open_id: String,
    },
}

impl Caller {
    /// A caller without a token.
    pub(crate) fn nobody() -> Caller {
        Caller {
            app_id: String::new(),
            tenant_key: String::new(),
            identity: CallerIdentity::App,
            scopes: Vec::new(),
        }
    }

    /// The person's key, if a person calls.
    pub(crate) fn user_key(&self) -> Option<&str> {
        match &self.identity {
            CallerIdentity::App => None,
            CallerIdentity::User { user_key, .. } => Some(user_key),
        }
    }

    /// Whether one of the scopes holds (broad legacy scopes cover their fine-grained ones).
    pub(crate) fn has_any(&self, wanted: &[&str]) -> bool {
        wanted
            .iter()
            .any(|scope| crate::gateway::scopes::holds(&self.scopes, scope))
    }
}

/// Values of `:names` in a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathParams(pub(crate) Vec<(String, String)>);

impl PathParams {
    /// The value of a name; empty when the route has no such name (a bug of the handler).
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }
}

/// A decoded query string; repeated keys are kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    /// First value of a key.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a repeated key.
    pub(crate) fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A whole number.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|text| text.parse().ok())
    }

    /// A truth value in any of the spellings the platform reads.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(truth)
    }

    /// `page_size` or the default, never above `max`.
    pub(crate) fn page_size(&self, default: usize, max: usize) -> usize {
        self.int("page_size")
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size > 0)
            .unwrap_or(default)
            .min(max)
    }
}

/// A parsed multipart body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Multipart {
    /// Parts in order.
    pub(crate) parts: Vec<Part>,
}

/// One part of a multipart body.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Field name.
    pub(crate) name: String,
    /// Content.
    pub(crate) bytes: Bytes,
}

impl Multipart {
    /// The named part as text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.part(name)
            .and_then(|part| std::str::from_utf8(&part.bytes).ok())
    }

    /// The named part.
    pub(crate) fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}

/// A successful answer.
#[derive(Debug)]
pub(crate) enum Reply {
    /// `{"code":0,"msg":"success","data":…}`.
    Data(Value),
    /// The object as it is, with `code` 0 added in front.
    Flat(Value),
    /// A file.
    Bytes {
        /// Media type.
        content_type: String,
        /// Content.
        body: Bytes,
    },
    /// A stored file: it has a name, and parts of it can be had.
    File {
        /// Media type.
        content_type: String,
        /// File name.
        name: String,
        /// Content.
        body: Bytes,
    },
}

/// The code behind one endpoint.
pub(crate) type Handler = fn(&mut crate::State, &mut Call<'_>) -> Result<Reply, ApiError>;

/// Reads a truth value; official clients print `true` and `True`.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
