//! Sign-ins for pages, page sessions, and the Feishu enterprise that a tenant was seen to be.

use model::{Id, MemberId, SessionId, TenantId, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;
use vault::{Place, Secret, TokenHash};

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{delete_within, feishu_tenant, page_session, page_sign_in, update_within, within},
    repo::hash_of,
};

/// A sign-in for pages that is at Feishu.
#[derive(Debug, Clone)]
pub struct PageSignIn {
    /// The tenant.
    pub tenant: TenantId,
    /// Row.
    pub id: Uuid,
    /// The browser that it began in.
    pub browser: TokenHash,
    /// Path to go on to.
    pub return_to: String,
    /// End.
    pub expires_at: Timestamp,
    /// When the browser came back.
    pub used_at: Option<Timestamp>,
}

/// A member's browser.
#[derive(Debug, Clone)]
pub struct PageSession {
    /// Row.
    pub id: Uuid,
    /// Who is signed in.
    pub member: MemberId,
    /// Sign-in.
    pub created_at: Timestamp,
    /// End.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// The page sign-ins and sessions of a tenant.
#[derive(Debug)]
pub struct Pages<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's page sign-ins and sessions.
    pub const fn pages(&self) -> Pages<'_> {
        Pages(self)
    }
}

impl Pages<'_> {
    /// Parks a sign-in while the browser is at Feishu.
    pub async fn park(
        &self,
        browser: &TokenHash,
        state: &TokenHash,
        verifier: &Secret,
        return_to: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let id: SessionId = Id::mint(self.0.clock(), self.0.entropy());
        let row = id.uuid().to_string();
        let sealed = self
            .0
            .data_key()
            .await?
            .seal(&self.place(&row), verifier.expose().as_bytes())?;
        page_sign_in::Entity::insert(page_sign_in::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            browser_hash: Set(browser.as_bytes().to_vec()),
            state_hash: Set(state.as_bytes().to_vec()),
            verifier: Set(sealed.into_bytes()),
            return_to: Set(return_to.to_owned()),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(expires_at.millis()),
            used_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// The browser came back: gives the verifier of our leg, once.
    pub async fn take_returned(&self, id: Uuid) -> Result<Option<Secret>, StoreError> {
        let taken = update_within::<page_sign_in::Entity>(self.0)
            .col_expr(
                page_sign_in::Column::UsedAt,
                Expr::value(self.0.now().millis()),
            )
            .filter(page_sign_in::Column::Id.eq(id))
            .filter(page_sign_in::Column::UsedAt.is_null())
            .exec(self.0.db())
            .await?;
        if taken.rows_affected != 1 {
            return Ok(None);
        }
        let stored = page_sign_in::Entity::find_by_id((self.0.tenant().uuid(), id))
            .one(self.0.db())
            .await?
            .ok_or(StoreError::Corrupt {
                what: "page sign-in",
            })?;
        let row = id.to_string();
        let opened = self.0.data_key().await?.open(
            &self.place(&row),
            &vault::Sealed::from_bytes(stored.verifier),
        )?;
        Ok(Some(Secret::new(opened.expose_str()?.to_owned())))
    }

    /// Opens a session.
    pub async fn open(
        &self,
        member: MemberId,
        token: &TokenHash,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let id: SessionId = Id::mint(self.0.clock(), self.0.entropy());
        page_session::Entity::insert(page_session::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            member_id: Set(member.uuid()),
            hash: Set(token.as_bytes().to_vec()),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(expires_at.millis()),
            revoked_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// The session with this hash, in this tenant only.
    pub async fn session(&self, token: &TokenHash) -> Result<Option<PageSession>, StoreError> {
        let row = within::<page_session::Entity>(self.0)
            .filter(page_session::Column::Hash.eq(token.as_bytes().to_vec()))
            .one(self.0.db())
            .await?;
        Ok(row.map(|row| PageSession {
            id: row.id,
            member: Id::from_uuid(row.member_id),
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            revoked_at: row.revoked_at.map(Timestamp::from_millis),
        }))
    }

    /// Ends a session.
    pub async fn close(&self, token: &TokenHash) -> Result<(), StoreError> {
        update_within::<page_session::Entity>(self.0)
            .col_expr(
                page_session::Column::RevokedAt,
                Expr::value(self.0.now().millis()),
            )
            .filter(page_session::Column::Hash.eq(token.as_bytes().to_vec()))
            .filter(page_session::Column::RevokedAt.is_null())
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Remembers the Feishu enterprise of the first sign-in; `false` when a later one comes from
    /// another enterprise.
    pub async fn belongs_to(&self, tenant_key: &str) -> Result<bool, StoreError> {
        feishu_tenant::Entity::insert(feishu_tenant::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            tenant_key: Set(tenant_key.to_owned()),
            created_at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::column(feishu_tenant::Column::TenantId)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        let known = feishu_tenant::Entity::find_by_id(self.0.tenant().uuid())
            .one(self.0.db())
            .await?;
        Ok(known.is_some_and(|row| row.tenant_key == tenant_key))
    }

    /// Removes what ended before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sign_ins = delete_within::<page_sign_in::Entity>(self.0)
            .filter(page_sign_in::Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        let sessions = delete_within::<page_session::Entity>(self.0)
            .filter(page_session::Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(sign_ins.rows_affected + sessions.rows_affected)
    }

    fn place<'r>(&self, row: &'r str) -> Place<'r> {
        Place {
            tenant: self.0.tenant(),
            table: "page_sign_ins",
            column: "verifier",
            row,
        }
    }
}

impl LookupTx {
    /// The page sign-in whose state has the hash that was asked for.
    pub async fn page_sign_in_by_state(&self) -> Result<Option<PageSignIn>, StoreError> {
        let row = page_sign_in::Entity::find()
            .filter(page_sign_in::Column::StateHash.eq(self.hash()))
            .one(self.db())
            .await?;
        row.map(|row| {
            Ok(PageSignIn {
                tenant: Id::from_uuid(row.tenant_id),
                id: row.id,
                browser: hash_of(&row.browser_hash)?,
                return_to: row.return_to,
                expires_at: Timestamp::from_millis(row.expires_at),
                used_at: row.used_at.map(Timestamp::from_millis),
            })
        })
        .transpose()
    }
}
