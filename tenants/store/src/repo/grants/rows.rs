//! What is stored of grants and their tokens.

use model::{Access, AccessTokenId, ClientId, GrantId, Id, MemberId, TenantId, Timestamp};
use uuid::Uuid;
use vault::TokenHash;

use crate::{
    StoreError,
    entity::{access_token, grant, refresh_token},
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

pub(super) fn read_access(row: &access_token::Model) -> Result<AccessToken, StoreError> {
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

pub(super) fn read_refresh(row: &refresh_token::Model) -> RefreshToken {
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
