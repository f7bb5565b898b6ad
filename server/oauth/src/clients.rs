//! Finding the client of a request: a registration, or the document that its id names.

use std::time::Duration;

use http::{HeaderMap, header};
use model::Timestamp;
use serde_json::Value;
use store::{Client, ClientKind, StoreError};

use crate::{
    protocol::{
        redirect::{self, Destination},
        registration::{ClientMetadata, MetadataError, is_document_address},
    },
    state::OAuthState,
};

/// Largest client document in bytes.
pub(crate) const DOCUMENT_CAP: usize = 5 * 1024;
/// Longest time for fetching one, with its body.
pub(crate) const DOCUMENT_DEADLINE: Duration = Duration::from_secs(5);
/// Bounds of how long a document is used without asking again.
const FRESH: (Duration, Duration) = (Duration::from_secs(30), Duration::from_hours(1));

/// A client with its metadata read.
#[derive(Debug, Clone)]
pub(crate) struct KnownClient {
    pub(crate) row: Client,
    pub(crate) metadata: ClientMetadata,
}

impl KnownClient {
    /// The host that vouches for the client's name.
    pub(crate) fn vouched_by(&self, redirect_uri: &str) -> Option<String> {
        vouched_by(&self.row, redirect_uri)
    }
}

/// The host that vouches for a client's name: where its metadata was fetched from. Not when the
/// answer goes to a program on the member's computer: anybody can start one there and use the
/// same id.
pub(crate) fn vouched_by(client: &Client, redirect_uri: &str) -> Option<String> {
    let on_this_computer = matches!(
        redirect::check(redirect_uri),
        Ok(Destination::Loopback(_)) | Err(_)
    );
    if client.kind != ClientKind::Published || on_this_computer {
        return None;
    }
    let document: url::Url = client.public_id.parse().ok()?;
    document.host_str().map(str::to_owned)
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// No registration has this id.
    #[error("the client is not known")]
    Unknown,
    /// Its document could not be fetched.
    #[error("the client's document could not be fetched")]
    Unreachable,
    /// Its document is not usable.
    #[error("the client's document cannot be used")]
    Document(#[source] MetadataError),
    /// The store failed.
    #[error("clients could not be read")]
    Store(#[from] StoreError),
}

/// The client that an authorization request names. A document is fetched anew when it is no
/// longer fresh, so that a client who takes a redirect URI back is believed.
pub(crate) async fn for_authorize(
    state: &OAuthState,
    client_id: &str,
) -> Result<KnownClient, ClientError> {
    let stored = find(state, client_id).await?;
    if !is_document_address(client_id, state.options.development) {
        return stored.ok_or(ClientError::Unknown);
    }
    let now = state.now();
    match stored {
        Some(known) if known.row.fresh_until.is_some_and(|until| now < until) => Ok(known),
        _ => fetch(state, client_id, now).await,
    }
}

/// The client that a token request names: what is stored is enough, the grant is bound to it.
pub(crate) async fn find(
    state: &OAuthState,
    client_id: &str,
) -> Result<Option<KnownClient>, ClientError> {
    let scope = state.store.platform("a client names itself by its id");
    let tx = scope.read().await?;
    let Some(row) = tx.clients().find(client_id).await? else {
        return Ok(None);
    };
    let metadata = serde_json::from_str(&row.metadata).map_err(|_| StoreError::Corrupt {
        what: "client metadata",
    })?;
    Ok(Some(KnownClient { row, metadata }))
}

async fn fetch(
    state: &OAuthState,
    address: &str,
    now: Timestamp,
) -> Result<KnownClient, ClientError> {
    let reply = state
        .guarded
        .get(address, DOCUMENT_CAP, DOCUMENT_DEADLINE)
        .await
        .map_err(|error| {
            tracing::info!(error = %error, "a client document could not be fetched");
            ClientError::Unreachable
        })?;
    // Exactly 200: a redirect is an answer of somebody else.
    if reply.status != 200 {
        return Err(ClientError::Unreachable);
    }
    let document: Value =
        serde_json::from_slice(&reply.body).map_err(|_| ClientError::Unreachable)?;
    let metadata = ClientMetadata::published(&document, address).map_err(ClientError::Document)?;
    let text = serde_json::to_string(&metadata).map_err(|_| StoreError::Corrupt {
        what: "client metadata",
    })?;
    let scope = state.store.platform("a client published its metadata");
    let tx = scope.write().await?;
    let row = tx
        .clients()
        .publish(
            address,
            &metadata.name,
            &text,
            now + fresh_for(&reply.headers),
        )
        .await?;
    tx.commit().await?;
    Ok(KnownClient { row, metadata })
}

/// How long the document stays fresh, by its own `Cache-Control`, within our bounds.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let directives = headers
        .get(header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut asked = Duration::from_mins(5);
    for directive in directives.split(',').map(str::trim) {
        if directive == "no-store" || directive == "no-cache" {
            return FRESH.0;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            asked = Duration::from_secs(seconds.trim_matches('"').parse().unwrap_or(0));
        }
    }
    asked.clamp(FRESH.0, FRESH.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshness_follows_the_headers_within_bounds() {
        let fresh = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, value.parse().unwrap());
            fresh_for(&headers).as_secs()
        };
        assert_eq!(fresh("public, max-age=600"), 600);
        assert_eq!(fresh("max-age=99999999"), 3_600);
        assert_eq!(fresh("max-age=0"), 30);
        assert_eq!(fresh("no-store, max-age=600"), 30);
        assert_eq!(fresh_for(&HeaderMap::new()).as_secs(), 300);
    }
}
