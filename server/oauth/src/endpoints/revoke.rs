//! Token revocation (RFC 7009).

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use model::{ClientId, GrantId, Principal, Purpose, TenantId};
use store::StoreError;
use vault::{TokenHash, TokenKind};

use super::{client_auth::authenticate, token::read_form};
use crate::{
    protocol::fault::{OAuthError, OAuthFault},
    state::{Asking, OAuthState},
};

/// Ends the grant behind a token of the client that asks. A token that is unknown or another
/// client's is answered like one that was revoked, and nothing happens.
pub(crate) async fn revoke(
    State(state): State<OAuthState>,
    asking: Asking,
    body: Bytes,
) -> Response {
    match handle(&state, &asking, &body).await {
        Ok(()) => {
            let mut response = StatusCode::OK.into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(fault) => fault.into_response(),
    }
}

async fn handle(state: &OAuthState, asking: &Asking, body: &[u8]) -> Result<(), OAuthFault> {
    let internal = |error: StoreError| OAuthFault::internal(&error, asking.locale);
    let params = read_form(asking, body)?;
    let client = authenticate(state, asking, &params).await?;
    let Some(text) = params.get("token") else {
        return Err(OAuthFault::new(
            OAuthError::InvalidRequest,
            asking.locale,
            "token is missing.",
            "缺少 token。",
        ));
    };
    let Some((tenant, grant)) = family(state, text).await.map_err(internal)? else {
        return Ok(());
    };
    let owner = client_of(state, tenant, grant).await.map_err(internal)?;
    if owner == Some(client.row.id) {
        state
            .connections
            .end_grant(tenant, grant, "client_revoked")
            .await
            .map_err(internal)?;
    }
    Ok(())
}

/// The family of an access or refresh token; `token_type_hint` is not needed, the text says it.
async fn family(state: &OAuthState, text: &str) -> Result<Option<(TenantId, GrantId)>, StoreError> {
    match TokenKind::of(text) {
        Some(TokenKind::Access) => {
            let Some(hash) = TokenHash::of(TokenKind::Access, text) else {
                return Ok(None);
            };
            let tx = state.store.lookup(&hash).await?;
            Ok(tx.access_token().await?.map(|row| (row.tenant, row.grant)))
        }
        Some(TokenKind::Refresh) => {
            let Some(hash) = TokenHash::of(TokenKind::Refresh, text) else {
                return Ok(None);
            };
            let tx = state.store.lookup(&hash).await?;
            Ok(tx.refresh_token().await?.map(|row| (row.tenant, row.grant)))
        }
        _ => Ok(None),
    }
}

async fn client_of(
    state: &OAuthState,
    tenant: TenantId,
    grant: GrantId,
) -> Result<Option<ClientId>, StoreError> {
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::TokenRequest));
    let tx = scope.read().await?;
    Ok(tx.grants().get(grant).await?.map(|grant| grant.client))
}
