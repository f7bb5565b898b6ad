//! Turning an answer of Feishu into a member with a stored grant.

use std::time::Duration;

use feishu::UserTokens;
use model::{
    EntryKind, LedgerEntry, Member, Principal, Purpose, Role, RoleSet, TenantId, Timestamp,
};
use store::{FeishuTokens, NewMember, StoreError, TenantTx};
use vault::Secret;

use crate::{state::OAuthState, upstream::Returned};

/// Who came in.
pub(crate) enum Admitted {
    /// A member, active or blocked.
    Member(Member),
    /// Somebody of another enterprise than the one that the tenant's app belongs to.
    OtherEnterprise,
}

/// Stores the member and, unless it is blocked, its Feishu tokens; records the sign-in.
pub(crate) async fn admit(
    state: &OAuthState,
    tenant: TenantId,
    returned: &Returned,
) -> Result<Admitted, StoreError> {
    admit_with(state, tenant, returned, None).await
}

/// The same, with roles chosen by the development command.
pub(crate) async fn admit_with(
    state: &OAuthState,
    tenant: TenantId,
    returned: &Returned,
    chosen: Option<RoleSet>,
) -> Result<Admitted, StoreError> {
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::SignIn));
    let user = &returned.user;
    let mut roles = chosen.unwrap_or_else(|| RoleSet::EMPTY.with(Role::EndUser));
    if state.options.admins.contains(&user.open_id) {
        roles = roles.with(Role::Developer).with(Role::Admin);
    }
    let admitted = scope.retrying(returned, move |tx, returned| {
        Box::pin(async move { store_sign_in(tx, returned, roles).await })
    });
    let Some(member) = admitted.await? else {
        return Ok(Admitted::OtherEnterprise);
    };
    state.connections.signed_in(tenant, member.id).await;
    let recorded = LedgerEntry {
        member: Some(member.id),
        account: None,
        ..state
            .connections
            .entry(tenant, EntryKind::SignIn, "feishu.sign_in")
    };
    state.store.ledger().record(recorded).await?;
    Ok(Admitted::Member(member))
}

/// The member, unless it is of another enterprise than the ones before it.
async fn store_sign_in(
    tx: &TenantTx,
    returned: &Returned,
    roles: RoleSet,
) -> Result<Option<Member>, StoreError> {
    let user = &returned.user;
    if !user.tenant_key.is_empty() && !tx.pages().belongs_to(&user.tenant_key).await? {
        return Ok(None);
    }
    let person = NewMember {
        open_id: user.open_id.clone(),
        union_id: user.union_id.clone(),
        name: user.name.clone(),
        avatar_url: user.avatar_url.clone(),
        roles,
    };
    let member = tx.members().upsert_signed_in(person).await?;
    if member.status == model::MemberStatus::Active {
        let tokens = tokens_of(&returned.tokens, tx.now());
        tx.feishu_grants().put_signed_in(member.id, &tokens).await?;
    }
    tx.onboarding().signed_in().await?;
    Ok(Some(member))
}

/// Feishu says lifetimes, the store keeps moments.
fn tokens_of(tokens: &UserTokens, now: Timestamp) -> FeishuTokens {
    FeishuTokens {
        access_token: Secret::new(tokens.access_token.as_str()),
        access_expires_at: now + Duration::from_secs(tokens.expires_in),
        refresh_token: tokens
            .refresh_token
            .as_ref()
            .map(|token| Secret::new(token.as_str())),
        refresh_expires_at: tokens
            .refresh_expires_in
            .map(|seconds| now + Duration::from_secs(seconds)),
        scope: tokens.scope.clone(),
    }
}
