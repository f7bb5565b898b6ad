//! A refresh token becomes a fresh pair.

use axum::response::Response;
use model::{Access, ClientRef, Principal, Purpose};
use store::{RefreshToken, TenantTx};
use vault::{TokenHash, TokenKind};

use super::{
    Stopped, TokenFault, check_resource, exchange::note_use, invalid_grant, issue, may_come_in,
};
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
    look_again(state, &found).await?;
    let scope = state
        .store
        .scope(&Principal::platform(found.tenant, Purpose::TokenRequest));
    let request = Request {
        state,
        asking,
        params,
        client,
        hash,
    };
    let refreshed = scope.retrying(&request, |tx, request| Box::pin(request.rotate(tx)));
    match refreshed.await {
        Ok(response) => {
            note_use(state, client).await;
            Ok(response)
        }
        Err(Stopped::Refused(fault)) => Err(fault),
        Err(Stopped::Reused) => {
            state
                .connections
                .end_grant(found.tenant, found.grant, "refresh_reuse")
                .await?;
            Err(refused())
        }
    }
}

/// Asks Feishu about the member before its access is prolonged. Whoever left, or has no role any
/// more, has no grant afterwards; without an answer everything stays as it is.
async fn look_again(state: &OAuthState, token: &RefreshToken) -> Result<(), TokenFault> {
    let principal = Principal::platform(token.tenant, Purpose::TokenRequest);
    let grant = {
        let tx = state.store.scope(&principal).read().await?;
        tx.grants().get(token.grant).await?
    };
    let Some(grant) = grant.filter(|grant| grant.is_active(state.now())) else {
        return Ok(());
    };
    state
        .directory
        .reconsider(token.tenant, grant.member)
        .await?;
    Ok(())
}

/// A request to refresh.
struct Request<'a> {
    state: &'a OAuthState,
    asking: &'a Asking,
    params: &'a Params,
    client: &'a KnownClient,
    hash: TokenHash,
}

impl Request<'_> {
    /// Decides and exchanges, in one transaction.
    async fn rotate(&self, tx: &TenantTx) -> Result<Response, Stopped> {
        let refused = || invalid_grant(self.asking.locale);
        let grants = tx.grants();
        // The grant's row is held first, so that refreshes of one family stand in line; only then is
        // the token read for the decision.
        let presented = grants
            .refresh_token(&self.hash)
            .await?
            .ok_or_else(refused)?;
        let grant = grants.hold(presented.grant).await?.ok_or_else(refused)?;
        let token = grants
            .refresh_token(&self.hash)
            .await?
            .ok_or_else(refused)?;
        let now = self.state.now();
        if grant.client != self.client.row.id || !grant.is_active(now) {
            return Err(refused().into());
        }
        check_resource(self.state, self.asking, self.params, &grant.resource)?;
        let access = narrowed(self.asking, self.params, grant.access)?;
        let through = ClientRef {
            id: Some(grant.client),
            name: grant.client_name.clone(),
            verified: grant.vouched_by.is_some(),
        };
        let admitted = may_come_in(self.state, tx, tx.tenant(), grant.member, &through).await?;
        // Rules that became stricter hold for what was given before, too.
        let holds = admitted
            .is_some_and(|admitted| now < admitted.ends(grant.created_at, grant.expires_at));
        if !holds {
            return Err(refused().into());
        }
        let after = grants.successors(&token).await?;
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
            Rotation::Reissue => grants.revoke_successors(&token).await?,
            Rotation::Busy => {
                let busy = OAuthFault::new(
                    OAuthError::SlowDown,
                    self.asking.locale,
                    "This refresh token was exchanged several times just now.",
                    "该刷新令牌刚刚已被多次使用。",
                );
                return Err(TokenFault::from(busy).into());
            }
            Rotation::Expired => return Err(refused().into()),
            Rotation::Theft => return Err(Stopped::Reused),
        }
        grants.mark_refresh_used(&token).await?;
        let (parent, ends) = (Some(token.id), grant.expires_at);
        Ok(issue(self.state, tx, grant.id, parent, access, true, ends).await?)
    }
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
