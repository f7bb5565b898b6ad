//! API keys: for clients without OAuth. Scoped, expiring, shown once.

use model::{Access, ApiKeyId, Id, MemberId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use vault::TokenHash;

use crate::{
    StoreError, TenantTx,
    entity::{
        api_key::{ActiveModel, Column, Entity, Model},
        update_within, within,
    },
};

/// A key; its text is known to its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// Whose.
    pub member: MemberId,
    /// Name that its owner gave it.
    pub name: String,
    /// Its last characters, to tell keys apart.
    pub hint: String,
    /// Access.
    pub access: Access,
    /// When it was made.
    pub created_at: Timestamp,
    /// End.
    pub expires_at: Timestamp,
    /// Latest use that was noted.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A key to be stored.
#[derive(Debug, Clone)]
pub struct NewApiKey<'a> {
    /// Whose.
    pub member: MemberId,
    /// Name.
    pub name: &'a str,
    /// Hash of its text.
    pub hash: &'a TokenHash,
    /// Its last characters.
    pub hint: &'a str,
    /// Access.
    pub access: Access,
    /// End.
    pub expires_at: Timestamp,
}

/// The API keys of a tenant.
#[derive(Debug)]
pub struct ApiKeys<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's API keys.
    pub const fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }
}

impl ApiKeys<'_> {
    /// Stores a key.
    pub async fn add(&self, new: NewApiKey<'_>) -> Result<ApiKeyId, StoreError> {
        let id: ApiKeyId = Id::mint(self.0.clock(), self.0.entropy());
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            member_id: Set(new.member.uuid()),
            name: Set(new.name.to_owned()),
            hash: Set(new.hash.as_bytes().to_vec()),
            hint: Set(new.hint.to_owned()),
            access: Set(new.access.scope().to_owned()),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(new.expires_at.millis()),
            used_at: Set(None),
            revoked_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(id)
    }

    /// One key.
    pub async fn get(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let row = Entity::find_by_id((self.0.tenant().uuid(), id.uuid()))
            .one(self.0.db())
            .await?;
        row.map(read).transpose()
    }

    /// The key with this hash, in this tenant only.
    pub async fn by_hash(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::Hash.eq(hash.as_bytes().to_vec()))
            .one(self.0.db())
            .await?;
        row.map(read).transpose()
    }

    /// The keys of a member that were not taken back, newest first.
    pub async fn list_of(&self, member: MemberId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::RevokedAt.is_null())
            .order_by_desc(Column::CreatedAt)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Notes a use.
    pub async fn mark_used(&self, id: ApiKeyId) -> Result<(), StoreError> {
        update_within::<Entity>(self.0)
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .filter(Column::Id.eq(id.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Takes a key back; `false` when it already was.
    pub async fn revoke(&self, id: ApiKeyId) -> Result<bool, StoreError> {
        let ended = update_within::<Entity>(self.0)
            .col_expr(Column::RevokedAt, Expr::value(self.0.now().millis()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(ended.rows_affected == 1)
    }
}

pub(crate) fn read(row: Model) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: Id::from_uuid(row.id),
        member: Id::from_uuid(row.member_id),
        name: row.name,
        hint: row.hint,
        access: row.access.parse().map_err(|_| StoreError::Corrupt {
            what: "api key access",
        })?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
    })
}
