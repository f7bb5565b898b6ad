//! Turning an answer of Feishu into a member with a stored grant.

use std::time::Duration;

use calls::directory::{DirectoryCare, Look, Settling};
use feishu::UserTokens;
use model::{EntryKind, LedgerEntry, Member, Principal, Purpose, Role, RoleSet, Tenant, Timestamp};
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

/// Stores the member and, unless it is blocked or has no role, its Feishu tokens; records the
/// sign-in. The roles are those that follow from what Feishu says now.
pub(crate) async fn admit(
    state: &OAuthState,
    tenant: &Tenant,
    returned: &Returned,
) -> Result<Admitted, StoreError> {
    admit_with(state, tenant, returned, None).await
}

/// The same, with roles chosen by the development command for the first sign-in.
pub(crate) async fn admit_with(
    state: &OAuthState,
    tenant: &Tenant,
    returned: &Returned,
    chosen: Option<RoleSet>,
) -> Result<Admitted, StoreError> {
    let user = &returned.user;
    let look = state.directory.look(tenant, &user.open_id).await;
    let tenant = tenant.id;
    let scope = state
        .store
        .scope(&Principal::platform(tenant, Purpose::SignIn));
    let chosen = if state.options.admins.contains(&user.open_id) {
        let usual = RoleSet::of(&[Role::EndUser, Role::Developer, Role::Admin]);
        Some(chosen.unwrap_or_default().or(usual))
    } else {
        chosen
    };
    let person = SigningIn {
        returned,
        look,
        chosen,
        directory: &state.directory,
    };
    let admitted = scope.retrying(&person, move |tx, person| {
        Box::pin(async move { store_sign_in(tx, person).await })
    });
    let Some((member, settling)) = admitted.await? else {
        return Ok(Admitted::OtherEnterprise);
    };
    state.directory.announce(tenant, &settling).await;
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

/// Somebody who came back from Feishu.
struct SigningIn<'a> {
    returned: &'a Returned,
    /// What Feishu says about the person beyond that; `None` when it did not answer.
    look: Option<Look>,
    chosen: Option<RoleSet>,
    directory: &'a DirectoryCare,
}

/// The member, unless it is of another enterprise than the ones before it.
async fn store_sign_in(
    tx: &TenantTx,
    person: &SigningIn<'_>,
) -> Result<Option<(Member, Settling)>, StoreError> {
    let returned = person.returned;
    let user = &returned.user;
    if !user.tenant_key.is_empty() && !tx.pages().belongs_to(&user.tenant_key).await? {
        return Ok(None);
    }
    if let Some(look) = &person.look {
        look.keep(tx).await?;
    }
    let roles = if let Some(chosen) = person.chosen {
        chosen
    } else {
        let mappings = tx.role_mappings();
        let union_id = user.union_id.as_deref();
        mappings.of_newcomer(&user.open_id, union_id).await?.roles
    };
    let new = NewMember {
        open_id: user.open_id.clone(),
        union_id: user.union_id.clone(),
        name: user.name.clone(),
        avatar_url: user.avatar_url.clone(),
        roles,
    };
    let member = tx.members().upsert_signed_in(new).await?;
    let settling = person.directory.settle(tx, member.id).await?;
    let member = tx.members().get(member.id).await?.unwrap_or(member);
    if member.status == model::MemberStatus::Active && !member.roles.is_empty() {
        let tokens = tokens_of(&returned.tokens, tx.now());
        tx.feishu_grants().put_signed_in(member.id, &tokens).await?;
    }
    tx.onboarding().signed_in().await?;
    Ok(Some((member, settling)))
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
