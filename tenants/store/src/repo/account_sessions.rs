//! Browsers that are signed in to the console.

use model::{AccountId, Id, SessionId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use vault::TokenHash;

use crate::{
    PlatformTx, StoreError,
    entity::account_session::{ActiveModel, Column, Entity, Model},
};

/// A browser of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSession {
    /// Row.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// What the browser called itself, shortened.
    pub agent: String,
    /// Address that it signed in from.
    pub address: String,
    /// Beginning.
    pub created_at: Timestamp,
    /// Latest proof of who is there: the sign-in, or a later step-up.
    pub proven_at: Timestamp,
    /// Latest request, to within a few minutes.
    pub seen_at: Timestamp,
    /// End.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// Whether a second factor was proven in it.
    pub second: bool,
}

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct NewAccountSession<'a> {
    /// Whose.
    pub account: AccountId,
    /// Hash of its token.
    pub token: &'a TokenHash,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// Address of the browser.
    pub address: &'a str,
    /// End.
    pub expires_at: Timestamp,
    /// Whether a second factor was proven.
    pub second: bool,
}

/// The sessions of accounts.
#[derive(Debug)]
pub struct AccountSessions<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The sessions of accounts.
    pub const fn account_sessions(&self) -> AccountSessions<'_> {
        AccountSessions(self)
    }
}

impl AccountSessions<'_> {
    /// Opens a session.
    pub async fn open(&self, new: NewAccountSession<'_>) -> Result<SessionId, StoreError> {
        let id: SessionId = Id::mint(self.0.clock(), self.0.entropy());
        let now = self.0.now().millis();
        Entity::insert(ActiveModel {
            id: Set(id.uuid()),
            account_id: Set(new.account.uuid()),
            hash: Set(new.token.as_bytes().to_vec()),
            agent: Set(new.agent.chars().take(200).collect()),
            address: Set(new.address.to_owned()),
            created_at: Set(now),
            proven_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(new.expires_at.millis()),
            revoked_at: Set(None),
            second: Set(new.second),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(id)
    }

    /// The session of a token, whatever its state.
    pub async fn by_token(&self, token: &TokenHash) -> Result<Option<AccountSession>, StoreError> {
        let row = Entity::find()
            .filter(Column::Hash.eq(token.as_bytes().to_vec()))
            .one(self.0.db())
            .await?;
        Ok(row.map(session))
    }

    /// The living sessions of an account, newest first.
    pub async fn list_of(&self, account: AccountId) -> Result<Vec<AccountSession>, StoreError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.uuid()))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
            .order_by_desc(Column::Id)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(session).collect())
    }

    /// Notes a fresh proof of who is there, and whether it was a second factor. A session in which
    /// one was proven before stays so.
    pub async fn prove(&self, id: SessionId, second: bool) -> Result<bool, StoreError> {
        let mut update = Entity::update_many()
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(Column::ProvenAt, Expr::value(self.0.now().millis()));
        if second {
            update = update.col_expr(Column::Second, Expr::value(true));
        }
        Ok(update.exec(self.0.db()).await?.rows_affected == 1)
    }

    /// Notes that the session is in use.
    pub async fn touch(&self, id: SessionId) -> Result<bool, StoreError> {
        let done = Entity::update_many()
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(Column::SeenAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Ends a session of an account; `false` when it is another's, or was ended.
    pub async fn close(&self, account: AccountId, id: SessionId) -> Result<bool, StoreError> {
        let done = Entity::update_many()
            .filter(Column::AccountId.eq(account.uuid()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::RevokedAt.is_null())
            .col_expr(Column::RevokedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Ends all sessions of an account but one, and says how many.
    pub async fn close_others(
        &self,
        account: AccountId,
        keep: Option<SessionId>,
    ) -> Result<u64, StoreError> {
        let mut update = Entity::update_many()
            .filter(Column::AccountId.eq(account.uuid()))
            .filter(Column::RevokedAt.is_null())
            .col_expr(Column::RevokedAt, Expr::value(self.0.now().millis()));
        if let Some(keep) = keep {
            update = update.filter(Column::Id.ne(keep.uuid()));
        }
        Ok(update.exec(self.0.db()).await?.rows_affected)
    }

    /// Removes what ended before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let gone = Entity::delete_many()
            .filter(Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(gone.rows_affected)
    }
}

fn session(row: Model) -> AccountSession {
    AccountSession {
        id: Id::from_uuid(row.id),
        account: Id::from_uuid(row.account_id),
        agent: row.agent,
        address: row.address,
        created_at: Timestamp::from_millis(row.created_at),
        proven_at: Timestamp::from_millis(row.proven_at),
        seen_at: Timestamp::from_millis(row.seen_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_millis),
        second: row.second,
    }
}
