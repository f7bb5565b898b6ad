//! The member's row: reading it, changing it, and keeping its opened token at hand.

use std::sync::Arc;

use futures::future::BoxFuture;
use store::{FeishuGrant, StoreError, TenantTx};

use super::{CredentialFault, Inner, Key, Opened};

impl Inner {
    /// Runs `work` in a writing transaction and commits it, again while others are in the way.
    pub(super) async fn writing<T: Send>(
        &self,
        key: Key,
        work: impl for<'t> Fn(&'t TenantTx) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync,
    ) -> Result<T, StoreError> {
        let scope = self.store.scope(&Self::principal(key));
        scope.retrying(&work, |tx, work| work(tx)).await
    }

    pub(super) async fn load(&self, key: Key) -> Result<Option<FeishuGrant>, CredentialFault> {
        let scope = self.store.scope(&Self::principal(key));
        let tx = scope.read().await.map_err(CredentialFault::Store)?;
        let grant = tx.feishu_grants().get(key.1).await;
        grant.map_err(CredentialFault::Store)
    }

    /// Opens a row's token for the cache. With less than a fifth of its life left it is refreshed,
    /// at a moment that differs from token to token.
    pub(super) fn remember(&self, key: Key, grant: &FeishuGrant) -> Arc<Opened> {
        let tokens = &grant.tokens;
        let life = tokens.access_expires_at.since(grant.issued_at);
        let mut jitter = [0; 1];
        self.entropy.fill(&mut jitter);
        let left = (life / 5).saturating_sub(life * u32::from(jitter[0]) / (20 * 256));
        let known = Arc::new(Opened {
            token: tokens.access_token.clone(),
            scopes: tokens.scope.split_whitespace().map(str::to_owned).collect(),
            version: grant.version,
            expires_at: tokens.access_expires_at,
            refresh_at: if tokens.refresh_token.is_some() {
                tokens.access_expires_at - left
            } else {
                tokens.access_expires_at
            },
        });
        self.opened.insert(key, Arc::clone(&known));
        known
    }

    /// Notes the use, so that the jobs keep the grant alive; nobody waits for it.
    pub(super) fn touch_behind(self: &Arc<Self>, key: Key) {
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            let touched = inner.writing(key, move |tx| {
                Box::pin(async move { tx.feishu_grants().touch(key.1).await })
            });
            if let Err(error) = touched.await {
                tracing::warn!(%error, "the use of a grant could not be noted");
            }
        });
    }
}
