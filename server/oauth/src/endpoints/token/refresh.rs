//! A refresh token becomes a fresh pair.

use axum::response::Response;
use model::{Access, Principal, Purpose};
use vault::{TokenHash, TokenKind};

use super::{TokenFault, check_resource, exchange::note_use, invalid_grant, issue, may_come_in};
use crate::{
    clients::KnownClient,
    protocol::{
        fault::{OAuthError, OAuthFault},
        form::Params,
    },
    rotation::{Facts, Rotation, decide},
    state::{Asking, OAuthState},
};

/// Handles `grant_type=refresh_token`.
pub(super) async fn refresh(
    state: &OAuthState,
    asking: &Asking,
    params: &Params,
    client: &KnownClient,
) -> Result<Response, TokenFault> {
    let refused = || invalid_grant(asking.locale);
    let hash = params
        .get("refresh_token")
        .and_then(|text| TokenHash::of(TokenKind::Refresh, text))
        .ok_or_else(refused)?;
    let found = {
        let tx = state.store.lookup(&hash).await?;
        tx.refresh_token().await?
    };
    let found = found.ok_or_else(refused)?;
    let scope = state
        .store
        .scope(&Principal::platform(found.tenant, Purpose::TokenRequest));
    let tx = scope.write().await?;
    // The grant's row is held first, so that refreshes of one family stand in line; only then is
    // the token read for the decision.
    let grant = tx.grants().hold(found.grant).await?.ok_or_else(refused)?;
    let token = tx
        .grants()
        .refresh_token(&hash)
        .await?
        .ok_or_else(refused)?;
    let now = state.now();
    if grant.client != client.row.id || !grant.is_active(now) {
        return Err(refused());
    }
    check_resource(state, asking, params, &grant.resource)?;
    let access = narrowed(asking, params, grant.access)?;
    if !may_come_in(state, &tx, found.tenant, grant.member).await? {
        return Err(refused());
    }
    let after = tx.grants().successors(&token).await?;
    let rotation = decide(&Facts {
        now,
        expires_at: token.expires_at,
        used_at: token.used_at,
        uses: token.uses,
        revoked: token.revoked_at.is_some(),
        successor_used: after.used,
        live: after.live,
    });
    match rotation {
        Rotation::Exchange => {}
        Rotation::Reissue => tx.grants().revoke_successors(&token).await?,
        Rotation::Busy => {
            return Err(OAuthFault::new(
                OAuthError::SlowDown,
                asking.locale,
                "This refresh token was exchanged several times just now.",
                "该刷新令牌刚刚已被多次使用。",
            )
            .into());
        }
        Rotation::Expired => return Err(refused()),
        Rotation::Theft => {
            drop(tx);
            state
                .connections
                .end_grant(found.tenant, grant.id, "refresh_reuse")
                .await?;
            return Err(refused());
        }
    }
    tx.grants().mark_refresh_used(&token).await?;
    let response = issue(
        state,
        &tx,
        grant.id,
        Some(token.id),
        access,
        true,
        grant.expires_at,
    )
    .await?;
    tx.commit().await?;
    note_use(state, client).await;
    Ok(response)
}

/// A smaller scope may be asked for, a larger one never (RFC 6749, section 6). It holds for the
/// access token; the family keeps what was granted.
fn narrowed(asking: &Asking, params: &Params, granted: Access) -> Result<Access, TokenFault> {
    let Some(scope) = params.get("scope") else {
        return Ok(granted);
    };
    let names: Vec<&str> = scope.split(' ').collect();
    let write = names.contains(&Access::WRITE);
    let read = names.contains(&Access::READ);
    let asked = match (read, write) {
        (_, true) => Access::Write,
        (true, false) => Access::Read,
        (false, false) => granted,
    };
    if granted.covers(asked) {
        Ok(asked)
    } else {
        Err(OAuthFault::new(
            OAuthError::InvalidScope,
            asking.locale,
            "The scope goes beyond what was granted.",
            "申请的权限超出了已授予的范围。",
        )
        .into())
    }
}
