//! What members gave to clients: ending it, and API keys. One place, because the token endpoint,
//! the pages and the replay rules all end things, and each end must be recorded and announced.

use std::{sync::Arc, time::Duration};

use bus::{Bus, Wake};
use model::{
    Access, ApiKeyId, CallId, Channel, Clock, Entropy, EntryKind, GrantId, Id, LedgerEntry,
    MemberId, Outcome, Principal, Purpose, TenantId, Timestamp,
};
use serde_json::json;
use store::{NewApiKey, Store, StoreError};
use vault::{Token, TokenKind};

/// Longest life of an API key.
pub const MAX_KEY_LIFE: Duration = Duration::from_hours(365 * 24);
/// Longest name of an API key, in characters.
pub const MAX_KEY_NAME: usize = 60;

/// Ends grants and keys, and makes keys. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    store: Store,
    bus: Bus,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A key that was just made. Its text is shown once and never again.
#[derive(Debug)]
pub struct MadeKey {
    /// Identity.
    pub id: ApiKeyId,
    /// The text.
    pub token: Token,
    /// End.
    pub expires_at: Timestamp,
}

impl Connections {
    /// Over one store and bus.
    pub fn new(store: Store, bus: Bus, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            store,
            bus,
            clock,
            entropy,
        }
    }

    /// Ends a grant and every token of it; `false` when it already was. `reason` is a stable
    /// name: `client_revoked`, `member_revoked`, `code_replay`, `refresh_reuse`.
    pub async fn end_grant(
        &self,
        tenant: TenantId,
        grant: GrantId,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let scope = self
            .store
            .scope(&Principal::platform(tenant, Purpose::TokenRequest));
        let which = (grant, reason);
        let ended = scope.retrying(&which, |tx, (grant, reason)| {
            Box::pin(async move {
                let Some(row) = tx.grants().get(*grant).await? else {
                    return Ok(None);
                };
                let ended = tx.grants().revoke(*grant, reason).await?;
                Ok::<_, StoreError>(ended.then_some(row))
            })
        });
        let ended = ended.await?;
        let is_new = ended.is_some();
        if let Some(row) = ended {
            self.announce(tenant, grant).await;
            self.record(LedgerEntry {
                member: Some(row.member),
                account: None,
                client: Some(row.client),
                client_name: row.client_name,
                grant: Some(grant),
                detail: json!({ "reason": reason }).to_string(),
                ..self.entry(tenant, EntryKind::Revocation, "grant.revoke")
            })
            .await?;
        }
        Ok(is_new)
    }

    /// Ends a connection of `member`; `false` when there is none, or it is another member's.
    pub async fn end_own(
        &self,
        principal: &Principal,
        member: MemberId,
        grant: GrantId,
    ) -> Result<bool, StoreError> {
        let own = {
            let tx = self.store.scope(principal).read().await?;
            tx.grants()
                .get(grant)
                .await?
                .is_some_and(|row| row.member == member)
        };
        Ok(own
            && self
                .end_grant(principal.tenant(), grant, "member_revoked")
                .await?)
    }

    /// Ends somebody's connection for an admin; `false` when it does not hold any more. Whether
    /// `principal` may is the caller's to ask.
    pub async fn end_for_admin(
        &self,
        principal: &Principal,
        grant: GrantId,
    ) -> Result<bool, StoreError> {
        let tx = self.store.scope(principal).write().await?;
        let Some(row) = tx.grants().get(grant).await? else {
            return Ok(false);
        };
        if !tx.grants().revoke(grant, "admin_revoked").await? {
            return Ok(false);
        }
        let detail = json!({ "reason": "admin_revoked", "of": row.member.to_string() });
        let entry = LedgerEntry {
            client: Some(row.client),
            client_name: row.client_name,
            grant: Some(grant),
            target: Some(grant.to_string()),
            detail: detail.to_string(),
            ..self.act_of(principal, EntryKind::Revocation, "grant.revoke")
        };
        tx.record(&entry).await?;
        tx.commit().await?;
        self.announce(principal.tenant(), grant).await;
        Ok(true)
    }

    /// Ends somebody's key for an admin; `false` when it does not hold any more.
    pub async fn end_key_for_admin(
        &self,
        principal: &Principal,
        id: ApiKeyId,
    ) -> Result<bool, StoreError> {
        let tx = self.store.scope(principal).write().await?;
        let Some(key) = tx.api_keys().get(id).await? else {
            return Ok(false);
        };
        if !tx.api_keys().revoke(id).await? {
            return Ok(false);
        }
        let detail = json!({ "reason": "admin_revoked", "of": key.member.to_string() });
        let entry = LedgerEntry {
            target: Some(id.to_string()),
            detail: detail.to_string(),
            ..self.act_of(principal, EntryKind::Revocation, "api_key.revoke")
        };
        tx.record(&entry).await?;
        tx.commit().await?;
        self.announce(principal.tenant(), Id::from_uuid(id.uuid()))
            .await;
        Ok(true)
    }

    /// Tells every replica that a member may do less, or nothing: open streams end.
    pub async fn member_changed(&self, tenant: TenantId, member: MemberId) {
        if let Err(error) = self
            .bus
            .publish(Wake::MemberRevoked { tenant, member })
            .await
        {
            tracing::warn!(error = %error, "a change of a member could not be announced");
        }
    }

    /// Tells every replica that a tenant's settings changed, this one at once.
    pub async fn tenant_changed(&self, tenant: TenantId) {
        self.store.tenant_changed(tenant).await;
        for wake in [
            Wake::TenantChanged { tenant },
            Wake::ToolsChanged { tenant },
        ] {
            if let Err(error) = self.bus.publish(wake).await {
                tracing::warn!(error = %error, "a change of a tenant could not be announced");
            }
        }
    }

    /// Makes a key for a member.
    pub async fn make_key(
        &self,
        principal: &Principal,
        member: MemberId,
        name: &str,
        access: Access,
        life: Duration,
    ) -> Result<MadeKey, StoreError> {
        let token = Token::mint(TokenKind::ApiKey, self.entropy.as_ref());
        let text = token.expose();
        let hint = text.get(text.len().saturating_sub(4)..).unwrap_or_default();
        let expires_at = self.clock.now() + life.min(MAX_KEY_LIFE);
        let name: String = name
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_KEY_NAME)
            .collect();
        let tx = self.store.scope(principal).write().await?;
        let id = tx
            .api_keys()
            .add(NewApiKey {
                member,
                name: name.trim(),
                hash: &token.hash(),
                hint,
                access,
                expires_at,
            })
            .await?;
        tx.commit().await?;
        self.record(LedgerEntry {
            member: Some(member),
            account: None,
            channel: principal.channel(),
            target: Some(id.to_string()),
            detail: json!({ "access": access.scope() }).to_string(),
            ..self.entry(principal.tenant(), EntryKind::Consent, "api_key.make")
        })
        .await?;
        Ok(MadeKey {
            id,
            token,
            expires_at,
        })
    }

    /// Ends a key of `member`; `false` when there is none, or it is another member's.
    pub async fn end_key(
        &self,
        principal: &Principal,
        member: MemberId,
        id: ApiKeyId,
    ) -> Result<bool, StoreError> {
        let tx = self.store.scope(principal).write().await?;
        let own = tx
            .api_keys()
            .get(id)
            .await?
            .is_some_and(|key| key.member == member);
        let ended = own && tx.api_keys().revoke(id).await?;
        tx.commit().await?;
        if ended {
            // A key stands for a grant of its own, so one kind of wake ends both.
            self.announce(principal.tenant(), Id::from_uuid(id.uuid()))
                .await;
            self.record(LedgerEntry {
                member: Some(member),
                account: None,
                channel: principal.channel(),
                target: Some(id.to_string()),
                ..self.entry(principal.tenant(), EntryKind::Revocation, "api_key.revoke")
            })
            .await?;
        }
        Ok(ended)
    }

    /// Without the bus caches end by age, and streams by their next check.
    async fn announce(&self, tenant: TenantId, grant: GrantId) {
        if let Err(error) = self.bus.publish(Wake::GrantRevoked { tenant, grant }).await {
            tracing::warn!(error = %error, "a revocation could not be announced");
        }
    }

    /// Tells every replica that a member has new Feishu tokens: what it may do changed at once.
    pub async fn signed_in(&self, tenant: TenantId, member: MemberId) {
        if let Err(error) = self
            .bus
            .publish(Wake::FeishuGrantChanged { tenant, member })
            .await
        {
            tracing::warn!(error = %error, "a sign-in could not be announced");
        }
    }

    async fn record(&self, entry: LedgerEntry) -> Result<(), StoreError> {
        self.store.ledger().record(entry).await.map(drop)
    }

    fn act_of(&self, principal: &Principal, kind: EntryKind, action: &str) -> LedgerEntry {
        LedgerEntry {
            member: principal.member(),
            account: principal.account(),
            client_name: principal.client().name.clone(),
            channel: principal.channel(),
            ..self.entry(principal.tenant(), kind, action)
        }
    }

    /// An entry with the fields that every act here shares.
    pub fn entry(&self, tenant: TenantId, kind: EntryKind, action: &str) -> LedgerEntry {
        let id: CallId = Id::mint(self.clock.as_ref(), self.entropy.as_ref());
        LedgerEntry {
            tenant,
            id,
            kind,
            at: self.clock.now(),
            member: None,
            account: None,
            client: None,
            client_name: String::new(),
            grant: None,
            channel: Channel::Internal,
            action: action.to_owned(),
            effect: String::new(),
            target: None,
            policy_version: None,
            decision: None,
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: "{}".to_owned(),
        }
    }
}
