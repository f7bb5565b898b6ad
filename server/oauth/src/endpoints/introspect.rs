//! Token introspection (RFC 7662): a client may ask about its own tokens.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use model::{Access, MemberStatus, Principal, Purpose, TenantId, Timestamp};
use serde_json::{Value, json};
use store::{Grant, StoreError};
use vault::{TokenHash, TokenKind};

use super::{client_auth::authenticate, token::read_form};
use crate::{
    clients::KnownClient,
    protocol::fault::{OAuthError, OAuthFault},
    state::{Asking, OAuthState},
};

/// Tells what a token is. Everything that is not a living token of the asking client gives the
/// same answer.
pub(crate) async fn introspect(
    State(state): State<OAuthState>,
    asking: Asking,
    body: Bytes,
) -> Response {
    match handle(&state, &asking, &body).await {
        Ok(answer) => {
            let mut response =
                Json(answer.unwrap_or_else(|| json!({ "active": false }))).into_response();
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(fault) => fault.into_response(),
    }
}

async fn handle(
    state: &OAuthState,
    asking: &Asking,
    body: &[u8],
) -> Result<Option<Value>, OAuthFault> {
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
    describe(state, &client, text)
        .await
        .map_err(|error| OAuthFault::internal(&error, asking.locale))
}

async fn describe(
    state: &OAuthState,
    client: &KnownClient,
    text: &str,
) -> Result<Option<Value>, StoreError> {
    let Some(kind) = TokenKind::of(text) else {
        return Ok(None);
    };
    let Some(hash) = TokenHash::of(kind, text) else {
        return Ok(None);
    };
    let now = state.now();
    let tx = state.store.lookup(&hash).await?;
    let found = match kind {
        TokenKind::Access => tx.access_token().await?.and_then(|row| {
            let living = row.revoked_at.is_none() && now < row.expires_at;
            living.then_some((
                row.tenant,
                row.grant,
                Some(row.access),
                row.created_at,
                row.expires_at,
            ))
        }),
        TokenKind::Refresh => tx.refresh_token().await?.and_then(|row| {
            let living = row.revoked_at.is_none() && row.used_at.is_none() && now < row.expires_at;
            living.then_some((row.tenant, row.grant, None, now, row.expires_at))
        }),
        _ => None,
    };
    drop(tx);
    let Some((tenant, grant, access, issued, expires)) = found else {
        return Ok(None);
    };
    let Some(grant) = living_grant(state, tenant, grant, now).await? else {
        return Ok(None);
    };
    if grant.client != client.row.id {
        return Ok(None);
    }
    let scope: Access = access.unwrap_or(grant.access);
    let mut answer = json!({
        "active": true,
        "scope": scope.scope(),
        "client_id": client.row.public_id,
        "sub": grant.member.to_string(),
        "aud": grant.resource,
        "iss": state.urls.issuer(),
        "exp": expires.seconds(),
    });
    if kind == TokenKind::Access {
        answer["iat"] = issued.seconds().into();
        answer["token_type"] = "Bearer".into();
    }
    Ok(Some(answer))
}

async fn living_grant(
    state: &OAuthState,
    tenant: TenantId,
    grant: model::GrantId,
    now: Timestamp,
) -> Result<Option<Grant>, StoreError> {
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::TokenRequest));
    let tx = scope.read().await?;
    let Some(grant) = tx
        .grants()
        .get(grant)
        .await?
        .filter(|grant| grant.is_active(now))
    else {
        return Ok(None);
    };
    let member = tx.members().get(grant.member).await?;
    let active = member.is_some_and(|member| member.status == MemberStatus::Active);
    Ok(active.then_some(grant))
}
