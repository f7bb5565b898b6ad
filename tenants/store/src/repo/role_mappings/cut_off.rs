//! Taking everything back that works in a member's name.

use model::{ApiKeyId, Id, MemberId};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::RoleMappingRepo;
use crate::{
    Grant, StoreError,
    entity::{delete_within, feishu_grant, page_session, update_within},
};

/// What was taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CutOff {
    /// Connections of clients.
    pub grants: Vec<Grant>,
    /// Keys.
    pub keys: Vec<ApiKeyId>,
    /// Browsers that were signed in to the pages.
    pub sessions: u64,
}

impl CutOff {
    /// Whether there was nothing.
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty() && self.keys.is_empty() && self.sessions == 0
    }
}

impl RoleMappingRepo<'_> {
    /// Ends every connection and key of a member who may use no tools any more; `wholly` also the
    /// browsers, and forgets its Feishu tokens. `reason` is a stable name.
    pub async fn cut_off(
        &self,
        member: MemberId,
        wholly: bool,
        reason: &str,
    ) -> Result<CutOff, StoreError> {
        let tx = self.0;
        let mut done = CutOff::default();
        for grant in tx.grants().list_of(member).await? {
            if tx.grants().revoke(grant.id, reason).await? {
                done.grants.push(grant);
            }
        }
        for key in tx.api_keys().list_of(member).await? {
            if tx.api_keys().revoke(key.id).await? {
                done.keys.push(Id::from_uuid(key.id.uuid()));
            }
        }
        if wholly {
            let closed = update_within::<page_session::Entity>(tx)
                .col_expr(
                    page_session::Column::RevokedAt,
                    Expr::value(tx.now().millis()),
                )
                .filter(page_session::Column::MemberId.eq(member.uuid()))
                .filter(page_session::Column::RevokedAt.is_null())
                .filter(page_session::Column::ExpiresAt.gt(tx.now().millis()))
                .exec(tx.db())
                .await?;
            done.sessions = closed.rows_affected;
            delete_within::<feishu_grant::Entity>(tx)
                .filter(feishu_grant::Column::MemberId.eq(member.uuid()))
                .exec(tx.db())
                .await?;
        }
        Ok(done)
    }
}
