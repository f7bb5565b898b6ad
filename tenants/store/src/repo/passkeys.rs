//! Passkeys: how accounts sign in without a password.

use model::{AccountId, Id, PasskeyId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use vault::PasskeyKey;

use crate::{
    PlatformTx, StoreError,
    entity::{
        account,
        account_passkey::{ActiveModel, Column, Entity, Model},
    },
};

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Row.
    pub id: PasskeyId,
    /// Whose.
    pub account: AccountId,
    /// What checks its signatures.
    pub key: PasskeyKey,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Latest use.
    pub used_at: Option<Timestamp>,
}

/// A passkey to be added.
#[derive(Debug, Clone)]
pub struct NewPasskey<'a> {
    /// Whose.
    pub account: AccountId,
    /// What checks its signatures.
    pub key: &'a PasskeyKey,
    /// What its owner calls it.
    pub name: &'a str,
}

/// What became of a passkey that was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyRemoval {
    /// It is gone.
    Removed,
    /// The account has none like that.
    Missing,
    /// It stays: the account has no password and no other passkey.
    LastWay,
}

/// The passkeys of accounts.
#[derive(Debug)]
pub struct Passkeys<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The passkeys of accounts.
    pub const fn passkeys(&self) -> Passkeys<'_> {
        Passkeys(self)
    }
}

impl Passkeys<'_> {
    /// Adds a passkey.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] on `uq_account_passkeys_credential` when an account, this or
    /// another, has it.
    pub async fn add(&self, new: NewPasskey<'_>) -> Result<PasskeyId, StoreError> {
        let id: PasskeyId = Id::mint(self.0.clock(), self.0.entropy());
        Entity::insert(ActiveModel {
            id: Set(id.uuid()),
            account_id: Set(new.account.uuid()),
            credential: Set(new.key.credential.clone()),
            public_key: Set(new.key.text.clone()),
            counter: Set(i64::from(new.key.counter)),
            name: Set(new.name.to_owned()),
            created_at: Set(self.0.now().millis()),
            used_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(id)
    }

    /// The passkeys of an account, oldest first.
    pub async fn list_of(&self, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
        let rows = Entity::find()
            .filter(Column::AccountId.eq(account.uuid()))
            .order_by_asc(Column::Id)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(passkey).collect()
    }

    /// The passkey that a device names, whoever has it.
    pub async fn by_credential(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
        let row = Entity::find()
            .filter(Column::Credential.eq(credential.to_vec()))
            .one(self.0.db())
            .await?;
        row.map(passkey).transpose()
    }

    /// Notes a use with its count of signatures; `false` when another use has counted as far in
    /// the meantime, or the passkey is gone. A count that stays 0 counts nothing.
    pub async fn used(&self, id: PasskeyId, counter: u32) -> Result<bool, StoreError> {
        let counter = i64::from(counter);
        let further = Condition::any()
            .add(Column::Counter.lt(counter))
            .add_option((counter == 0).then(|| Column::Counter.eq(0)));
        let done = Entity::update_many()
            .filter(Column::Id.eq(id.uuid()))
            .filter(further)
            .col_expr(Column::Counter, Expr::value(counter))
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Gives a passkey of an account another name; `false` when the account has none like that.
    pub async fn rename(
        &self,
        account: AccountId,
        id: PasskeyId,
        name: &str,
    ) -> Result<bool, StoreError> {
        let done = Entity::update_many()
            .filter(Column::AccountId.eq(account.uuid()))
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(Column::Name, Expr::value(name))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Removes a passkey of an account, unless it is the last way to sign in. The account is
    /// locked first, so that two browsers cannot remove the last two at the same time.
    pub async fn remove(
        &self,
        account: AccountId,
        id: PasskeyId,
    ) -> Result<PasskeyRemoval, StoreError> {
        let owner = account::Entity::find_by_id(account.uuid())
            .lock_exclusive()
            .one(self.0.db())
            .await?;
        let own = self.list_of(account).await?;
        let Some(owner) = owner.filter(|_| own.iter().any(|passkey| passkey.id == id)) else {
            return Ok(PasskeyRemoval::Missing);
        };
        if owner.password.is_none() && own.len() == 1 {
            return Ok(PasskeyRemoval::LastWay);
        }
        Entity::delete_by_id(id.uuid()).exec(self.0.db()).await?;
        Ok(PasskeyRemoval::Removed)
    }
}

fn passkey(row: Model) -> Result<Passkey, StoreError> {
    let counter = u32::try_from(row.counter);
    Ok(Passkey {
        id: Id::from_uuid(row.id),
        account: Id::from_uuid(row.account_id),
        key: PasskeyKey {
            credential: row.credential,
            text: row.public_key,
            counter: counter.map_err(|_| StoreError::Corrupt {
                what: "counter of a passkey",
            })?,
        },
        name: row.name,
        created_at: Timestamp::from_millis(row.created_at),
        used_at: row.used_at.map(Timestamp::from_millis),
    })
}
