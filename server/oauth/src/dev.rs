//! For the development command: a signed-in member and a token without a browser.

use model::{Access, Member, Principal, Purpose, RoleSet, Tenant};
use store::{NewGrant, NewPair, StoreError};
use vault::{Secret, Token, TokenKind};

use crate::{
    member::{self, Admitted},
    state::OAuthState,
    upstream::{self, UpstreamFault},
};

/// What the development command is given.
#[derive(Debug)]
pub struct DevelopmentSignIn {
    /// The member.
    pub member: Member,
    /// An access token of the usual short life.
    pub token: Token,
}

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentError {
    /// Feishu (the sandbox) refused.
    #[error("the sign-in was refused")]
    Upstream(#[from] UpstreamFault),
    /// The store failed.
    #[error("the sign-in could not be stored")]
    Store(#[from] StoreError),
    /// The person belongs to another enterprise.
    #[error("the person belongs to another enterprise")]
    OtherEnterprise,
}

/// The authorize address for a sign-in without a browser: whoever drives it approves there, reads
/// the code from the redirect and hands it to [`sign_in_for_development`] with the verifier.
pub async fn authorize_for_development(
    state: &OAuthState,
    tenant: &Tenant,
) -> Result<(String, Secret), DevelopmentError> {
    let verifier = upstream::verifier(state);
    let url = upstream::authorize_url(state, tenant, "development", &verifier).await?;
    Ok((url, verifier))
}

/// Signs a member in with a code of Feishu and gives it a client's token. Only for development:
/// no browser is bound and no consent is asked.
pub async fn sign_in_for_development(
    state: &OAuthState,
    tenant: &Tenant,
    code: &str,
    verifier: &Secret,
    roles: RoleSet,
    client_name: &str,
) -> Result<DevelopmentSignIn, DevelopmentError> {
    let returned = upstream::exchange(state, tenant, code, verifier).await?;
    let admitted = member::admit_with(state, tenant, &returned, Some(roles)).await?;
    let Admitted::Member(member) = admitted else {
        return Err(DevelopmentError::OtherEnterprise);
    };
    let token = state.mint(TokenKind::Access);
    let now = state.now();
    let times = state.options.lifetimes;
    let scope = state
        .store
        .scope(&Principal::platform(tenant.id, Purpose::SignIn));
    let tx = scope.write().await?;
    let grant = tx
        .grants()
        .add(NewGrant {
            member: member.id,
            client: model::Id::mint(state.clock.as_ref(), state.entropy.as_ref()),
            client_name,
            vouched_by: None,
            returns_to: "",
            access: Access::Write,
            resource: &state.urls.mcp(&tenant.slug),
            expires_at: now + times.grant,
        })
        .await?;
    tx.grants()
        .issue(
            grant,
            NewPair {
                parent: None,
                access: Access::Write,
                access_hash: &token.hash(),
                access_expires_at: now + times.access,
                refresh_hash: None,
                refresh_expires_at: now,
            },
        )
        .await?;
    tx.commit().await?;
    Ok(DevelopmentSignIn { member, token })
}
