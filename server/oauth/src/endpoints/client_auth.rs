//! How a client proves itself at the token, revocation and introspection endpoints
//! (RFC 6749, section 2.3).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::header;
use percent_encoding::percent_decode_str;
use vault::{TokenHash, TokenKind};

use crate::{
    clients::{self, ClientError, KnownClient},
    protocol::{
        fault::{OAuthError, OAuthFault},
        form::Params,
        registration::AuthMethod,
    },
    state::{Asking, OAuthState},
};

/// The client of a request. Public clients name themselves; confidential ones prove it, by
/// either of the two methods that carry the secret.
pub(crate) async fn authenticate(
    state: &OAuthState,
    asking: &Asking,
    params: &Params,
) -> Result<KnownClient, OAuthFault> {
    let locale = asking.locale;
    let basic = basic(asking)?;
    let used_basic = basic.is_some();
    let in_form = params.get("client_id").map(|id| {
        (
            id.to_owned(),
            params.get("client_secret").map(str::to_owned),
        )
    });
    let (client_id, secret) = match (basic, in_form) {
        (Some(proof), None) | (None, Some(proof)) => proof,
        // The same id beside Basic is harmless and common; a second proof is not.
        (Some((id, secret)), Some((named, None))) if named == id => (id, secret),
        (None, None) => {
            return Err(OAuthFault::new(
                OAuthError::InvalidClient,
                locale,
                "client_id is missing.",
                "缺少 client_id。",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(OAuthFault::new(
                OAuthError::InvalidRequest,
                locale,
                "The client proved itself in two ways at once.",
                "客户端同时使用了两种身份验证方式。",
            ));
        }
    };
    let refused = || {
        OAuthFault::new(
            OAuthError::InvalidClient,
            locale,
            "The client is unknown or did not prove itself.",
            "客户端未知，或未通过身份验证。",
        )
        .after_basic(used_basic)
    };
    let client = match clients::find(state, &client_id).await {
        Ok(client) => client.ok_or_else(refused)?,
        Err(ClientError::Store(error)) => return Err(OAuthFault::internal(&error, locale)),
        Err(_) => return Err(refused()),
    };
    if AuthMethod::from_name(&client.row.auth_method) == Some(AuthMethod::None) {
        return Ok(client);
    }
    let presented = secret.and_then(|text| TokenHash::of(TokenKind::ClientSecret, &text));
    // Equality of hashes takes constant time.
    match (presented, client.row.secret) {
        (Some(presented), Some(stored)) if presented == stored => Ok(client),
        _ => Err(refused()),
    }
}

/// Reads HTTP Basic; id and secret are form-encoded inside it (RFC 6749, section 2.3.1).
fn basic(asking: &Asking) -> Result<Option<(String, Option<String>)>, OAuthFault> {
    let malformed = || {
        OAuthFault::new(
            OAuthError::InvalidRequest,
            asking.locale,
            "The Authorization header cannot be read.",
            "无法解析 Authorization 请求头。",
        )
    };
    let mut lines = asking.headers.get_all(header::AUTHORIZATION).iter();
    let (line, more) = (lines.next(), lines.next());
    if more.is_some() {
        return Err(malformed());
    }
    let Some(text) = line
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| malformed())?
    else {
        return Ok(None);
    };
    let Some((scheme, encoded)) = text.split_once(' ') else {
        return Err(malformed());
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        // Some clients send the bearer token that they want to refresh; it proves nothing here.
        return Ok(None);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
    let decoded = String::from_utf8(decoded).map_err(|_| malformed())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    let plain = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| malformed())
    };
    Ok(Some((
        plain(id)?,
        Some(plain(secret)?).filter(|secret| !secret.is_empty()),
    )))
}
