//! Grants and their tokens: what a member gave a client, and the family of tokens that came of
//! it. Only hashes of tokens are stored.

use std::time::Duration;

use model::{Access, AccessTokenId, ClientId, GrantId, Id, MemberId, TenantId, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;
use vault::TokenHash;

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{access_token, delete_within, grant, refresh_token, update_within, within},
};

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Identity.
    pub id: GrantId,
    /// Whose.
    pub member: MemberId,
    /// To which client.
    pub client: ClientId,
    /// The client's name at that time.
    pub client_name: String,
    /// The host that vouches for the name; `None` when only the client itself says it.
    pub vouched_by: Option<String>,
    /// Where the client took its answer: host or scheme, for the connections page.
    pub returns_to: String,
    /// Access that the member gave.
    pub access: Access,
    /// The resource that it is bound to.
    pub resource: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// Latest issue of tokens.
    pub used_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Why it was taken back, as a stable name.
    pub revoked_for: Option<String>,
}

impl Grant {
    /// Whether it holds at `now`.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A grant to be stored.
#[derive(Debug, Clone)]
pub struct NewGrant<'a> {
    /// Whose.
    pub member: MemberId,
    /// To which client.
    pub client: ClientId,
    /// The client's name.
    pub client_name: &'a str,
    /// The host that vouches for the name.
    pub vouched_by: Option<String>,
    /// Where the client took its answer.
    pub returns_to: &'a str,
    /// Access.
    pub access: Access,
    /// Resource.
    pub resource: &'a str,
    /// Absolute end.
    pub expires_at: Timestamp,
}

/// A pair of tokens to be stored.
#[derive(Debug, Clone)]
pub struct NewPair<'a> {
    /// The refresh token that it was exchanged for; `None` for the first pair.
    pub parent: Option<Uuid>,
    /// Access of the access token; no more than the grant's.
    pub access: Access,
    /// Hash of the access token.
    pub access_hash: &'a TokenHash,
    /// End of the access token.
    pub access_expires_at: Timestamp,
    /// Hash of the refresh token, if the client gets one.
    pub refresh_hash: Option<&'a TokenHash>,
    /// End of the refresh token unless used.
    pub refresh_expires_at: Timestamp,
}

/// An access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The tenant.
    pub tenant: TenantId,
    /// Identity.
    pub id: AccessTokenId,
    /// The family.
    pub grant: GrantId,
    /// Access.
    pub access: Access,
    /// When it was issued.
    pub created_at: Timestamp,
    /// End.
    pub expires_at: Timestamp,
    /// First use.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The tenant.
    pub tenant: TenantId,
    /// Row.
    pub id: Uuid,
    /// The family.
    pub grant: GrantId,
    /// End unless used.
    pub expires_at: Timestamp,
    /// First exchange.
    pub used_at: Option<Timestamp>,
    /// Exchanges so far.
    pub uses: u32,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What became of the tokens that a refresh token was exchanged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Successors {
    /// Whether one of them was used: an access token at a door, or a refresh token.
    pub used: bool,
    /// Refresh tokens of the family that are neither used nor taken back.
    pub live: u64,
}

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

pub(crate) fn read_grant(row: grant::Model) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: Id::from_uuid(row.id),
        member: Id::from_uuid(row.member_id),
        client: Id::from_uuid(row.client_id),
        client_name: row.client_name,
        vouched_by: row.vouched_by,
        returns_to: row.returns_to,
        access: row.access.parse().map_err(|_| StoreError::Corrupt {
            what: "grant access",
        })?,
        resource: row.resource,
        created_at: Timestamp::from_millis(row.created_at),
        used_at: Timestamp::from_millis(row.used_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
        revoked_for: row.revoked_for,
    })
}

fn read_access(row: &access_token::Model) -> Result<AccessToken, StoreError> {
    Ok(AccessToken {
        tenant: Id::from_uuid(row.tenant_id),
        id: Id::from_uuid(row.id),
        grant: Id::from_uuid(row.grant_id),
        access: row.access.parse().map_err(|_| StoreError::Corrupt {
            what: "access token",
        })?,
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
    })
}

fn read_refresh(row: &refresh_token::Model) -> RefreshToken {
    RefreshToken {
        tenant: Id::from_uuid(row.tenant_id),
        id: row.id,
        grant: Id::from_uuid(row.grant_id),
        expires_at: Timestamp::from_millis(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        uses: u32::try_from(row.uses).unwrap_or(u32::MAX),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
    }
}
