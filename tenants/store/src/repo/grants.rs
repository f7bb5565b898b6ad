//! Grants and their tokens: what a member gave a client, and the family of tokens that came of
//! it. Only hashes of tokens are stored.

mod rows;

use std::time::Duration;

use model::{AccessTokenId, GrantId, Id, MemberId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use vault::TokenHash;

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{access_token, delete_within, grant, refresh_token, update_within, within},
};

pub(crate) use self::rows::read_grant;
pub use self::rows::{AccessToken, Grant, NewGrant, NewPair, RefreshToken, Successors};
use self::rows::{read_access, read_refresh};

/// The grants of a tenant.
#[derive(Debug)]
pub struct Grants<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's grants and their tokens.
    pub const fn grants(&self) -> Grants<'_> {
        Grants(self)
    }
}

impl Grants<'_> {
    /// Stores a grant.
    pub async fn add(&self, new: NewGrant<'_>) -> Result<GrantId, StoreError> {
        let id: GrantId = Id::mint(self.0.clock(), self.0.entropy());
        let now = self.0.now().millis();
        grant::Entity::insert(grant::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            member_id: Set(new.member.uuid()),
            client_id: Set(new.client.uuid()),
            client_name: Set(new.client_name.to_owned()),
            vouched_by: Set(new.vouched_by),
            returns_to: Set(new.returns_to.to_owned()),
            access: Set(new.access.scope().to_owned()),
            resource: Set(new.resource.to_owned()),
            created_at: Set(now),
            used_at: Set(now),
            expires_at: Set(new.expires_at.millis()),
            revoked_at: Set(None),
            revoked_for: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(id)
    }

    /// One grant.
    pub async fn get(&self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        let row = grant::Entity::find_by_id((self.0.tenant().uuid(), id.uuid()))
            .one(self.0.db())
            .await?;
        row.map(read_grant).transpose()
    }

    /// One grant, held until the end of the transaction: rotations of one family stand in line.
    pub async fn hold(&self, id: GrantId) -> Result<Option<Grant>, StoreError> {
        let row = grant::Entity::find_by_id((self.0.tenant().uuid(), id.uuid()))
            .lock_exclusive()
            .one(self.0.db())
            .await?;
        row.map(read_grant).transpose()
    }

    /// The grants of a member that hold now, newest first.
    pub async fn list_of(&self, member: MemberId) -> Result<Vec<Grant>, StoreError> {
        let rows = within::<grant::Entity>(self.0)
            .filter(grant::Column::MemberId.eq(member.uuid()))
            .filter(grant::Column::RevokedAt.is_null())
            .filter(grant::Column::ExpiresAt.gt(self.0.now().millis()))
            .order_by_desc(grant::Column::CreatedAt)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read_grant).collect()
    }

    /// Stores a pair of tokens and notes the use of the grant.
    pub async fn issue(&self, id: GrantId, pair: NewPair<'_>) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        let tenant = self.0.tenant().uuid();
        let access_id: AccessTokenId = Id::mint(self.0.clock(), self.0.entropy());
        access_token::Entity::insert(access_token::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(access_id.uuid()),
            grant_id: Set(id.uuid()),
            hash: Set(pair.access_hash.as_bytes().to_vec()),
            parent_id: Set(pair.parent),
            access: Set(pair.access.scope().to_owned()),
            created_at: Set(now),
            expires_at: Set(pair.access_expires_at.millis()),
            used_at: Set(None),
            revoked_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        if let Some(hash) = pair.refresh_hash {
            let refresh_id: AccessTokenId = Id::mint(self.0.clock(), self.0.entropy());
            refresh_token::Entity::insert(refresh_token::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(refresh_id.uuid()),
                grant_id: Set(id.uuid()),
                hash: Set(hash.as_bytes().to_vec()),
                parent_id: Set(pair.parent),
                created_at: Set(now),
                expires_at: Set(pair.refresh_expires_at.millis()),
                used_at: Set(None),
                uses: Set(0),
                revoked_at: Set(None),
            })
            .exec_without_returning(self.0.db())
            .await?;
        }
        update_within::<grant::Entity>(self.0)
            .col_expr(grant::Column::UsedAt, Expr::value(now))
            .filter(grant::Column::Id.eq(id.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// The access token with this hash, in this tenant only.
    pub async fn access_token(&self, hash: &TokenHash) -> Result<Option<AccessToken>, StoreError> {
        let row = within::<access_token::Entity>(self.0)
            .filter(access_token::Column::Hash.eq(hash.as_bytes().to_vec()))
            .one(self.0.db())
            .await?;
        row.as_ref().map(read_access).transpose()
    }

    /// The refresh token with this hash, in this tenant only.
    pub async fn refresh_token(
        &self,
        hash: &TokenHash,
    ) -> Result<Option<RefreshToken>, StoreError> {
        let row = within::<refresh_token::Entity>(self.0)
            .filter(refresh_token::Column::Hash.eq(hash.as_bytes().to_vec()))
            .one(self.0.db())
            .await?;
        Ok(row.as_ref().map(read_refresh))
    }

    /// Notes the first use of an access token at a door.
    pub async fn mark_access_used(&self, id: AccessTokenId) -> Result<(), StoreError> {
        update_within::<access_token::Entity>(self.0)
            .col_expr(
                access_token::Column::UsedAt,
                Expr::value(self.0.now().millis()),
            )
            .filter(access_token::Column::Id.eq(id.uuid()))
            .filter(access_token::Column::UsedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Notes an exchange of a refresh token; the first one starts its grace.
    pub async fn mark_refresh_used(&self, token: &RefreshToken) -> Result<(), StoreError> {
        let first = token.used_at.unwrap_or_else(|| self.0.now());
        update_within::<refresh_token::Entity>(self.0)
            .col_expr(refresh_token::Column::UsedAt, Expr::value(first.millis()))
            .col_expr(
                refresh_token::Column::Uses,
                Expr::col(refresh_token::Column::Uses).add(1),
            )
            .filter(refresh_token::Column::Id.eq(token.id))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// What became of the successors of a refresh token.
    pub async fn successors(&self, token: &RefreshToken) -> Result<Successors, StoreError> {
        let refreshed = within::<refresh_token::Entity>(self.0)
            .filter(refresh_token::Column::ParentId.eq(token.id))
            .filter(refresh_token::Column::UsedAt.is_not_null())
            .count(self.0.db())
            .await?;
        let called = within::<access_token::Entity>(self.0)
            .filter(access_token::Column::ParentId.eq(token.id))
            .filter(access_token::Column::UsedAt.is_not_null())
            .count(self.0.db())
            .await?;
        let live = within::<refresh_token::Entity>(self.0)
            .filter(refresh_token::Column::GrantId.eq(token.grant.uuid()))
            .filter(refresh_token::Column::UsedAt.is_null())
            .filter(refresh_token::Column::RevokedAt.is_null())
            .count(self.0.db())
            .await?;
        Ok(Successors {
            used: refreshed + called > 0,
            live,
        })
    }

    /// Takes back the unused successors of a refresh token, before it is exchanged once more.
    pub async fn revoke_successors(&self, token: &RefreshToken) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        update_within::<refresh_token::Entity>(self.0)
            .col_expr(refresh_token::Column::RevokedAt, Expr::value(now))
            .filter(refresh_token::Column::ParentId.eq(token.id))
            .filter(refresh_token::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        update_within::<access_token::Entity>(self.0)
            .col_expr(access_token::Column::RevokedAt, Expr::value(now))
            .filter(access_token::Column::ParentId.eq(token.id))
            .filter(access_token::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Takes one access token back.
    pub async fn revoke_access(&self, id: AccessTokenId) -> Result<(), StoreError> {
        update_within::<access_token::Entity>(self.0)
            .col_expr(
                access_token::Column::RevokedAt,
                Expr::value(self.0.now().millis()),
            )
            .filter(access_token::Column::Id.eq(id.uuid()))
            .filter(access_token::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Takes a grant and all its tokens back; `false` when it already was.
    pub async fn revoke(&self, id: GrantId, reason: &str) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let ended = update_within::<grant::Entity>(self.0)
            .col_expr(grant::Column::RevokedAt, Expr::value(now))
            .col_expr(grant::Column::RevokedFor, Expr::value(reason))
            .filter(grant::Column::Id.eq(id.uuid()))
            .filter(grant::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        update_within::<refresh_token::Entity>(self.0)
            .col_expr(refresh_token::Column::RevokedAt, Expr::value(now))
            .filter(refresh_token::Column::GrantId.eq(id.uuid()))
            .filter(refresh_token::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        update_within::<access_token::Entity>(self.0)
            .col_expr(access_token::Column::RevokedAt, Expr::value(now))
            .filter(access_token::Column::GrantId.eq(id.uuid()))
            .filter(access_token::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(ended.rows_affected == 1)
    }

    /// Removes tokens that ended longer than `keep` ago; gives their number. Grants stay: they say
    /// why a connection ended.
    pub async fn sweep(&self, keep: Duration) -> Result<u64, StoreError> {
        let before = (self.0.now() - keep).millis();
        let tokens = delete_within::<access_token::Entity>(self.0)
            .filter(access_token::Column::ExpiresAt.lt(before))
            .exec(self.0.db())
            .await?;
        let refreshes = delete_within::<refresh_token::Entity>(self.0)
            .filter(refresh_token::Column::ExpiresAt.lt(before))
            .exec(self.0.db())
            .await?;
        Ok(tokens.rows_affected + refreshes.rows_affected)
    }
}

impl LookupTx {
    /// The access token whose hash was asked for, of whatever tenant.
    pub async fn access_token(&self) -> Result<Option<AccessToken>, StoreError> {
        let row = access_token::Entity::find()
            .filter(access_token::Column::Hash.eq(self.hash()))
            .one(self.db())
            .await?;
        row.as_ref().map(read_access).transpose()
    }

    /// The refresh token whose hash was asked for, of whatever tenant.
    pub async fn refresh_token(&self) -> Result<Option<RefreshToken>, StoreError> {
        let row = refresh_token::Entity::find()
            .filter(refresh_token::Column::Hash.eq(self.hash()))
            .one(self.db())
            .await?;
        Ok(row.as_ref().map(read_refresh))
    }
}
