//! Client metadata (RFC 7591, section 2), as registered or as published under a client's URL.

use model::Locale;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{metadata, redirect};

/// Most redirect URIs of one client.
const MAX_REDIRECTS: usize = 32;
/// Longest name, in characters.
const MAX_NAME: usize = 120;

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// A public client: it has no secret.
    #[serde(rename = "none")]
    None,
    /// HTTP Basic.
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// Parameters of the form.
    #[serde(rename = "client_secret_post")]
    Post,
}

impl AuthMethod {
    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    /// Reads a registered name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Post]
            .into_iter()
            .find(|method| method.name() == name)
    }
}

/// What is kept of a client's metadata. Logos, policies and contacts are not: they are
/// self-declared, and showing them would lend them our name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Name that the client gave itself, without control and direction characters.
    pub name: String,
    /// Addresses that answers may go to, as sent.
    pub redirect_uris: Vec<String>,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// Grant types.
    pub grant_types: Vec<String>,
    /// Home page, if it is an https address.
    pub client_uri: Option<String>,
    /// `native` or `web`, as sent.
    pub application_type: Option<String>,
    /// Scope that it asks for by default.
    pub scope: Option<String>,
    /// Identifier and version of the software, as sent.
    pub software: Option<String>,
}

/// Why metadata is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// A redirect URI may not be registered.
    #[error("redirect URI number {number} is refused: {reason}")]
    Redirect {
        /// Position in the list, from 1.
        number: usize,
        /// Why.
        reason: redirect::RedirectError,
    },
    /// There is none, or the list has a wrong form.
    #[error("redirect_uris must be a list of 1 to 32 addresses")]
    Redirects,
    /// Another field has a value that cannot be used.
    #[error("the value of {0} cannot be used")]
    Field(&'static str),
    /// The document names another client than the address that it was fetched from.
    #[error("client_id of the document is not its address")]
    ClientId,
}

impl MetadataError {
    /// The error code of RFC 7591, section 3.2.2.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Redirect { .. } | Self::Redirects => "invalid_redirect_uri",
            Self::Field(_) | Self::ClientId => "invalid_client_metadata",
        }
    }

    /// What to do, in the reader's language.
    pub fn hint(&self, locale: Locale) -> String {
        match self {
            Self::Redirect { number, .. } => match locale {
                Locale::En => format!(
                    "Register https addresses, http addresses of this computer, or the scheme of \
                     a known application; look at entry {number}."
                ),
                Locale::Zh => format!(
                    "仅可注册 https 地址、本机 http 地址或已知应用的 scheme；请检查第 {number} 项。"
                ),
            },
            Self::Redirects => locale
                .pick(
                    "Send redirect_uris as a JSON list with at least one address.",
                    "请以 JSON 列表发送 redirect_uris，至少包含一个地址。",
                )
                .to_owned(),
            Self::Field(name) => match locale {
                Locale::En => {
                    format!("Leave {name} out, or see the server metadata for its values.")
                }
                Locale::Zh => format!("请省略 {name}，或参考服务器元数据中的可用值。"),
            },
            Self::ClientId => locale
                .pick(
                    "Publish the document under exactly the address that it names.",
                    "请将文档发布在其 client_id 所写的地址。",
                )
                .to_owned(),
        }
    }
}

impl ClientMetadata {
    /// Reads a registration request. Unknown fields are passed over (RFC 7591, section 2).
    pub fn registration(document: &Value) -> Result<Self, MetadataError> {
        let fields = document.as_object().ok_or(MetadataError::Field("body"))?;
        // The default is that of the RFC; clients without a way to keep a secret say `none`.
        Self::read(fields, AuthMethod::Basic)
    }

    /// Reads a Client ID Metadata Document that was fetched from `address`.
    pub fn published(document: &Value, address: &str) -> Result<Self, MetadataError> {
        let fields = document.as_object().ok_or(MetadataError::Field("body"))?;
        if fields.get("client_id").and_then(Value::as_str) != Some(address) {
            return Err(MetadataError::ClientId);
        }
        if fields.contains_key("client_secret") || fields.contains_key("client_secret_expires_at") {
            return Err(MetadataError::Field("client_secret"));
        }
        let metadata = Self::read(fields, AuthMethod::None)?;
        if metadata.auth_method == AuthMethod::None {
            Ok(metadata)
        } else {
            Err(MetadataError::Field("token_endpoint_auth_method"))
        }
    }

    fn read(fields: &Map<String, Value>, default: AuthMethod) -> Result<Self, MetadataError> {
        let auth_method = match text(fields, "token_endpoint_auth_method")? {
            Some(name) => AuthMethod::from_name(name)
                .ok_or(MetadataError::Field("token_endpoint_auth_method"))?,
            None => default,
        };
        let client_uri = text(fields, "client_uri")?
            .filter(|uri| Url::parse(uri).is_ok_and(|url| url.scheme() == "https"))
            .map(str::to_owned);
        let software = match (
            text(fields, "software_id")?,
            text(fields, "software_version")?,
        ) {
            (None, None) => None,
            (id, version) => Some(format!(
                "{} {}",
                id.unwrap_or_default(),
                version.unwrap_or_default()
            )),
        };
        Ok(Self {
            name: clean(text(fields, "client_name")?.unwrap_or_default()),
            redirect_uris: redirects(fields)?,
            auth_method,
            grant_types: grant_types(fields)?,
            client_uri,
            application_type: text(fields, "application_type")?.map(str::to_owned),
            scope: text(fields, "scope")?.map(str::to_owned),
            software,
        })
    }

    /// Equal for equal metadata, whatever the order of its lists: the same client again.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut sorted = self.clone();
        sorted.redirect_uris.sort_unstable();
        sorted.grant_types.sort_unstable();
        let text = serde_json::to_vec(&sorted).unwrap_or_default();
        let mut hasher = Sha256::new();
        hasher.update(b"client metadata\0");
        hasher.update(&text);
        hasher.finalize().into()
    }

    /// The answer to a registration, without id and secret.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                fields.insert(name.to_owned(), value);
            }
        };
        put("client_name", json!(self.name));
        put("redirect_uris", json!(self.redirect_uris));
        put("grant_types", json!(self.grant_types));
        put("response_types", json!(["code"]));
        put("token_endpoint_auth_method", json!(self.auth_method.name()));
        put("client_uri", json!(self.client_uri));
        put("application_type", json!(self.application_type));
        put("scope", json!(self.scope));
        fields
    }

    /// Whether every answer goes to a program on the member's computer, which any program there
    /// could pretend to be.
    pub fn only_loopback(&self) -> bool {
        self.redirect_uris
            .iter()
            .all(|uri| matches!(redirect::check(uri), Ok(redirect::Destination::Loopback(_))))
    }
}

fn text<'a>(
    fields: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, MetadataError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= 2_048 => {
            Ok(Some(text.as_str()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(MetadataError::Field(name)),
    }
}

fn list(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn redirects(fields: &Map<String, Value>) -> Result<Vec<String>, MetadataError> {
    let uris = fields
        .get("redirect_uris")
        .and_then(list)
        .filter(|uris| (1..=MAX_REDIRECTS).contains(&uris.len()))
        .ok_or(MetadataError::Redirects)?;
    let mut kept = Vec::with_capacity(uris.len());
    for (index, uri) in uris.into_iter().enumerate() {
        redirect::check(uri).map_err(|reason| MetadataError::Redirect {
            number: index + 1,
            reason,
        })?;
        if !kept.iter().any(|known| known == uri) {
            kept.push(uri.to_owned());
        }
    }
    Ok(kept)
}

/// Grant types that are ours; a client that does not want codes is in the wrong place.
fn grant_types(fields: &Map<String, Value>) -> Result<Vec<String>, MetadataError> {
    let Some(value) = fields.get("grant_types").filter(|value| !value.is_null()) else {
        return Ok(metadata::GRANT_TYPES.map(str::to_owned).to_vec());
    };
    let refused = MetadataError::Field("grant_types");
    let asked = list(value).ok_or_else(|| refused.clone())?;
    if !asked.contains(&"authorization_code") {
        return Err(refused);
    }
    Ok(metadata::GRANT_TYPES
        .iter()
        .filter(|ours| asked.contains(ours))
        .map(|ours| (*ours).to_owned())
        .collect())
}

/// A name without control characters and characters that turn the direction of text or cannot
/// be seen, so that it reads on the consent page as it is.
fn clean(name: &str) -> String {
    name.chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(*c,
                    '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}'
                    | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
        })
        .take(MAX_NAME)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Whether a client id is the address of a metadata document, and one that may be fetched:
/// https, a path, no user, fragment or dot segment, printed as parsed. In development also http
/// on loopback.
pub fn is_document_address(client_id: &str, development: bool) -> bool {
    let Ok(url) = Url::parse(client_id) else {
        return false;
    };
    let local = development
        && url.scheme() == "http"
        && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    client_id.len() <= redirect::MAX_LEN
        && (url.scheme() == "https" || local)
        && url.as_str() == client_id
        && url.path() != "/"
        && url.fragment().is_none()
        && !client_id.contains(['#', '@', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_hide_or_turn_text() {
        let document = json!({
            "client_name": "  Cla\u{202e}ude\u{200b}\n Code ",
            "redirect_uris": ["http://localhost/cb"],
        });
        let metadata = ClientMetadata::registration(&document).unwrap();
        assert_eq!(metadata.name, "Claude Code");
    }

    #[test]
    fn the_order_of_lists_makes_no_other_client() {
        let read = |uris: Value| {
            ClientMetadata::registration(&json!({ "redirect_uris": uris }))
                .unwrap()
                .fingerprint()
        };
        let one = read(json!(["http://localhost/a", "http://localhost/b"]));
        assert_eq!(
            one,
            read(json!(["http://localhost/b", "http://localhost/a"]))
        );
        assert_ne!(one, read(json!(["http://localhost/a"])));
    }

    #[test]
    fn malformed_registrations_are_refused_with_their_code() {
        let code = |document: Value| ClientMetadata::registration(&document).unwrap_err().code();
        let with = |name: &str, value: Value| {
            let mut document = json!({ "redirect_uris": ["https://a.test/cb"] });
            document[name] = value;
            document
        };
        for document in [
            json!({}),
            json!({ "redirect_uris": [] }),
            json!({ "redirect_uris": "https://a.test/cb" }),
            json!({ "redirect_uris": [1] }),
            json!({ "redirect_uris": ["https://a.test/cb", "http://evil.test/cb"] }),
            json!({ "redirect_uris": vec!["https://a.test/cb"; 33] }),
        ] {
            assert_eq!(code(document.clone()), "invalid_redirect_uri", "{document}");
        }
        for document in [
            json!([]),
            json!("x"),
            with("token_endpoint_auth_method", json!("private_key_jwt")),
            with("token_endpoint_auth_method", json!(["none"])),
            with("grant_types", json!(["implicit"])),
            with("grant_types", json!("authorization_code")),
            with("client_name", json!({ "a": 1 })),
            with("client_name", json!("x".repeat(3_000))),
        ] {
            assert_eq!(
                code(document.clone()),
                "invalid_client_metadata",
                "{document}"
            );
        }
    }

    #[test]
    fn a_published_document_must_name_its_own_address_and_hold_no_secret() {
        let address = "https://a.test/client.json";
        let document = |more: Value| {
            let mut document =
                json!({ "client_id": address, "redirect_uris": ["https://a.test/cb"] });
            for (name, value) in more.as_object().unwrap() {
                document[name] = value.clone();
            }
            ClientMetadata::published(&document, address)
        };
        assert!(document(json!({})).is_ok());
        assert!(document(json!({ "token_endpoint_auth_method": "none" })).is_ok());
        for more in [
            json!({ "client_id": "https://a.test/client.json/" }),
            json!({ "client_id": "https://b.test/client.json" }),
            json!({ "client_secret": "x" }),
            json!({ "token_endpoint_auth_method": "client_secret_post" }),
            json!({ "redirect_uris": [] }),
        ] {
            assert!(document(more.clone()).is_err(), "{more}");
        }
    }

    #[test]
    fn only_a_plain_https_address_with_a_path_is_a_document_address() {
        assert!(is_document_address(
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            false
        ));
        assert!(is_document_address("http://127.0.0.1:9/client.json", true));
        for bad in [
            "http://127.0.0.1:9/client.json",
            "http://a.test/client.json",
            "https://a.test",
            "https://a.test/",
            "https://a.test/x#y",
            "https://u@a.test/x",
            "https://a.test/../x",
            "https://a.test/a/%2e%2e/x",
            "https://a.test:443/x",
            "https://A.test/x",
            "cli_00000000000000000000000000",
        ] {
            assert!(!is_document_address(bad, false), "{bad}");
        }
        assert!(!is_document_address("http://a.test/client.json", true));
    }
}
