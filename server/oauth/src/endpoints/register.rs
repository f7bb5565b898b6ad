//! Dynamic client registration (RFC 7591).

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use edge::ApiFault;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::Locale;
use serde_json::{Value, json};
use store::{Client, NewClient};
use vault::TokenKind;

use crate::{
    protocol::registration::{AuthMethod, ClientMetadata, MetadataError},
    state::{Asking, OAuthState},
};

/// Largest registration in bytes.
pub(crate) const BODY_CAP: usize = 16 * 1024;

/// Registers a client. A public client that sends the metadata of a known one gets that one, so
/// clients that register on every start leave one row.
pub(crate) async fn register(
    State(state): State<OAuthState>,
    asking: Asking,
    body: Bytes,
) -> Response {
    let locale = asking.locale;
    let metadata = match read(&asking.headers, &body) {
        Ok(metadata) => metadata,
        Err(error) => return refused(&error, locale),
    };
    match store_client(&state, &metadata).await {
        Ok((client, secret)) => created(&metadata, &client, secret.as_deref()),
        Err(error) => ApiFault::internal(&error, locale).into_response(),
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<ClientMetadata, MetadataError> {
    let stated = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !stated.trim().eq_ignore_ascii_case("application/json") {
        return Err(MetadataError::Field("Content-Type"));
    }
    if body.len() > BODY_CAP {
        return Err(MetadataError::Field("body"));
    }
    let document: Value = serde_json::from_slice(body).map_err(|_| MetadataError::Field("body"))?;
    ClientMetadata::registration(&document)
}

async fn store_client(
    state: &OAuthState,
    metadata: &ClientMetadata,
) -> Result<(Client, Option<String>), store::StoreError> {
    let text = serde_json::to_string(metadata).map_err(|_| store::StoreError::Corrupt {
        what: "client metadata",
    })?;
    let secret =
        (metadata.auth_method != AuthMethod::None).then(|| state.mint(TokenKind::ClientSecret));
    let hash = secret.as_ref().map(vault::Token::hash);
    let scope = state.store.platform("a client registers itself");
    let tx = scope.write().await?;
    let client = tx
        .clients()
        .register(NewClient {
            fingerprint: secret.is_none().then(|| metadata.fingerprint()),
            name: &metadata.name,
            metadata: &text,
            auth_method: metadata.auth_method.name(),
            secret: hash.as_ref(),
        })
        .await?;
    tx.commit().await?;
    Ok((client, secret.map(|secret| secret.expose().to_owned())))
}

fn created(metadata: &ClientMetadata, client: &Client, secret: Option<&str>) -> Response {
    let mut fields = metadata.to_json();
    fields.insert("client_id".to_owned(), json!(client.public_id));
    fields.insert(
        "client_id_issued_at".to_owned(),
        json!(client.created_at.seconds()),
    );
    if let Some(secret) = secret {
        fields.insert("client_secret".to_owned(), json!(secret));
        fields.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    let mut response = (StatusCode::CREATED, Json(Value::Object(fields))).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(error: &MetadataError, locale: Locale) -> Response {
    let description = match locale {
        Locale::En => format!("The registration was refused: {error}."),
        Locale::Zh => format!("注册被拒绝：{error}。"),
    };
    ApiFault::new(StatusCode::BAD_REQUEST, error.code(), description)
        .hint(error.hint(locale))
        .into_response()
}
