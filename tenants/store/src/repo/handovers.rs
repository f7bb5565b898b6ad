//! Links for somebody who is not our user: one intent, one browser, a few minutes.

use model::{
    Id, SessionId, TenantId, Timestamp,
    policy::{ManageTenant, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;
use vault::TokenHash;

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{
        delete_within,
        handover::{ActiveModel, Column, Entity, Model},
        update_within, within,
    },
    repo::hash_of,
};

/// A link.
#[derive(Debug, Clone)]
pub struct Handover {
    /// Where it leads.
    pub tenant: TenantId,
    /// Row.
    pub id: Uuid,
    /// What it is good for.
    pub intent: String,
    /// Who made it, for people.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// End.
    pub expires_at: Timestamp,
    /// The browser that opened it.
    pub browser: Option<TokenHash>,
    /// When it was taken back, or done with.
    pub ended_at: Option<Timestamp>,
}

impl Handover {
    /// Whether it can still be opened or used.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// The links of the transaction's tenant.
#[derive(Debug)]
pub struct Handovers<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's links.
    pub const fn handovers(&self) -> Handovers<'_> {
        Handovers(self)
    }
}

impl Handovers<'_> {
    /// Makes a link; the ones before with the same intent end.
    pub async fn make(
        &self,
        permit: &Permit<ManageTenant>,
        hash: &TokenHash,
        intent: &str,
        made_by: &str,
        expires_at: Timestamp,
    ) -> Result<Uuid, StoreError> {
        self.0.check(permit)?;
        self.end_all(permit, intent).await?;
        let id: SessionId = Id::mint(self.0.clock(), self.0.entropy());
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                token_hash: Set(hash.as_bytes().to_vec()),
                intent: Set(intent.to_owned()),
                made_by: Set(made_by.to_owned()),
                made_at: Set(self.0.now().millis()),
                expires_at: Set(expires_at.millis()),
                browser_hash: Set(None),
                opened_at: Set(None),
                ended_at: Set(None),
            })
            .await?;
        Ok(id.uuid())
    }

    /// One link.
    pub async fn get(&self, id: Uuid) -> Result<Option<Handover>, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .one(self.0.db())
            .await?;
        found.map(handover).transpose()
    }

    /// The latest link of an intent that can still be used.
    pub async fn open_one(&self, intent: &str) -> Result<Option<Handover>, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Intent.eq(intent))
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
            .order_by_desc(Column::Id)
            .one(self.0.db())
            .await?;
        found.map(handover).transpose()
    }

    /// Binds a link to the browser that opens it; `false` when another one was faster, or it is
    /// over.
    pub async fn bind(&self, id: Uuid, browser: &TokenHash) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let bound = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::BrowserHash.is_null())
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .col_expr(
                Column::BrowserHash,
                Expr::value(browser.as_bytes().to_vec()),
            )
            .col_expr(Column::OpenedAt, Expr::value(now))
            .exec(self.0.db())
            .await?;
        Ok(bound.rows_affected == 1)
    }

    /// Takes back what is open of an intent; gives how many.
    pub async fn end_all(
        &self,
        permit: &Permit<ManageTenant>,
        intent: &str,
    ) -> Result<u64, StoreError> {
        self.0.check(permit)?;
        let ended = update_within::<Entity>(self.0)
            .filter(Column::Intent.eq(intent))
            .filter(Column::EndedAt.is_null())
            .col_expr(Column::EndedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(ended.rows_affected)
    }

    /// Removes links that were over before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let removed = delete_within::<Entity>(self.0)
            .filter(Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }
}

impl LookupTx {
    /// The link whose token was presented.
    pub async fn handover(&self) -> Result<Option<Handover>, StoreError> {
        let found = Entity::find()
            .filter(Column::TokenHash.eq(self.hash()))
            .one(self.db())
            .await?;
        found.map(handover).transpose()
    }
}

fn handover(row: Model) -> Result<Handover, StoreError> {
    Ok(Handover {
        tenant: Id::from_uuid(row.tenant_id),
        id: row.id,
        intent: row.intent,
        made_by: row.made_by,
        made_at: Timestamp::from_millis(row.made_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        browser: row.browser_hash.as_deref().map(hash_of).transpose()?,
        ended_at: row.ended_at.map(Timestamp::from_millis),
    })
}
