//! A code becomes a grant, once.

use axum::response::Response;
use model::{Access, ClientRef, Principal, Purpose};
use store::{Authorization, NewGrant, Stage};
use vault::{TokenHash, TokenKind};

use super::{Stopped, TokenFault, check_resource, invalid_grant, issue, may_come_in};
use crate::{
    clients::KnownClient,
    endpoints::callback::returns_to,
    protocol::{form::Params, pkce::Challenge},
    state::{Asking, OAuthState},
};

/// Handles `grant_type=authorization_code`.
pub(super) async fn exchange(
    state: &OAuthState,
    asking: &Asking,
    params: &Params,
    client: &KnownClient,
) -> Result<Response, TokenFault> {
    let refused = || invalid_grant(asking.locale);
    let hash = params
        .get("code")
        .and_then(|text| TokenHash::of(TokenKind::Code, text))
        .ok_or_else(refused)?;
    let found = {
        let tx = state.store.lookup(&hash).await?;
        tx.authorization_by_code().await?
    };
    let row = found.ok_or_else(refused)?;
    // Who does not hold client, redirect URI and verifier gets nothing and changes nothing, not
    // even for a code that was used: else anybody who saw a code could log its owner out.
    let challenge = Challenge::stored(row.challenge.clone());
    let bound = row.client == client.row.id
        && params.get("redirect_uri") == Some(row.redirect_uri.as_str())
        && challenge.verify(params.get("code_verifier"));
    if !bound {
        return Err(refused());
    }
    // Before anything is consumed: a wrong resource leaves the code as it was.
    check_resource(state, asking, params, &row.resource)?;
    match row.stage {
        Stage::Coded => redeem(state, asking, client, &row).await,
        Stage::Redeemed => {
            replayed(state, &row).await?;
            Err(refused())
        }
        _ => Err(refused()),
    }
}

async fn redeem(
    state: &OAuthState,
    asking: &Asking,
    client: &KnownClient,
    row: &Authorization,
) -> Result<Response, TokenFault> {
    let refused = || invalid_grant(asking.locale);
    let now = state.now();
    let (Some(member), Some(ends)) = (row.member, row.code_expires_at) else {
        return Err(refused());
    };
    if now >= ends {
        return Err(refused());
    }
    let scope = state
        .store
        .scope(&Principal::platform(row.tenant, Purpose::TokenRequest));
    let access = row.given.unwrap_or(Access::Read);
    let grant_ends = now + state.options.lifetimes.grant;
    let with_refresh = client
        .metadata
        .grant_types
        .iter()
        .any(|name| name == "refresh_token");
    let context = (state, row, client, asking.locale);
    let redeemed = scope.retrying(&context, move |tx, (state, row, client, locale)| {
        Box::pin(async move {
            let vouched_by = client.vouched_by(&row.redirect_uri);
            let through = ClientRef {
                id: Some(row.client),
                name: row.client_name.clone(),
                verified: vouched_by.is_some(),
            };
            let admitted = may_come_in(state, tx, row.tenant, member, &through).await?;
            let Some(admitted) = admitted else {
                return Err(invalid_grant(*locale).into());
            };
            let grant_ends = admitted.ends(now, grant_ends);
            let new = NewGrant {
                member,
                client: row.client,
                client_name: &row.client_name,
                vouched_by,
                returns_to: &returns_to(&row.redirect_uri),
                access,
                resource: &row.resource,
                expires_at: grant_ends,
            };
            let grant = tx.grants().add(new).await?;
            if !tx.authorizations().redeem(row.id, grant).await? {
                // Somebody redeemed it between our look and our turn: that is a replay.
                return Err(Stopped::Reused);
            }
            Ok(issue(state, tx, grant, None, access, with_refresh, grant_ends).await?)
        })
    });
    match redeemed.await {
        Ok(response) => {
            note_use(state, client).await;
            Ok(response)
        }
        Err(Stopped::Refused(fault)) => Err(fault),
        Err(Stopped::Reused) => {
            let again = {
                let tx = scope.read().await?;
                tx.authorizations().get(row.id).await?
            };
            if let Some(row) = again {
                replayed(state, &row).await?;
            }
            Err(refused())
        }
    }
}

/// A used code came again with everything that belongs to it: its holder or a thief of all of
/// it. Nobody can tell which, so what came of it ends.
async fn replayed(state: &OAuthState, row: &Authorization) -> Result<(), store::StoreError> {
    match row.grant {
        Some(grant) => {
            state
                .connections
                .end_grant(row.tenant, grant, "code_replay")
                .await?;
            Ok(())
        }
        None => Ok(()),
    }
}

/// Keeps the registration. Losing this note costs nothing but an earlier expiry.
pub(super) async fn note_use(state: &OAuthState, client: &KnownClient) {
    let recently = client
        .row
        .used_at
        .is_some_and(|at| state.now().since(at).as_secs() < 24 * 3_600);
    if recently {
        return;
    }
    let noted = async {
        let scope = state.store.platform("a client finished a sign-in");
        let tx = scope.write().await?;
        tx.clients().mark_used(client.row.id).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(error = %error, "the use of a client could not be noted");
    }
}
