//! Second factors of accounts: an authenticator app, and recovery codes for when it is lost.

use std::collections::HashSet;

use model::{AccountId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, sea_query::Expr,
};
use vault::{RecoveryCode, Sealed, TotpSecret};

use crate::{
    PlatformTx, StoreError,
    entity::{
        account_factor::{ActiveModel, Column, Entity, Model},
        account_passkey as passkey, account_recovery_code as code,
    },
};

/// Recovery codes that are given at once.
const CODES: usize = 10;

/// The second factor of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Since when.
    pub since: Timestamp,
    /// Recovery codes that were not used.
    pub codes_left: u64,
}

/// By what somebody proved who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proven {
    /// A code of the authenticator app.
    App,
    /// A recovery code, which is used up.
    Recovery,
}

/// The second factors of accounts.
#[derive(Debug)]
pub struct AccountFactors<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The second factors of accounts.
    pub const fn account_factors(&self) -> AccountFactors<'_> {
        AccountFactors(self)
    }
}

impl AccountFactors<'_> {
    /// The factor of an account, if it has one that was confirmed.
    pub async fn of(&self, account: AccountId) -> Result<Option<SecondFactor>, StoreError> {
        let row = self.row(account).await?;
        let Some(since) = row.and_then(|row| row.confirmed_at) else {
            return Ok(None);
        };
        Ok(Some(SecondFactor {
            since: Timestamp::from_millis(since),
            codes_left: unused(account).count(self.0.db()).await?,
        }))
    }

    /// Those of some accounts that have a confirmed factor or a passkey.
    pub async fn having(&self, accounts: &[AccountId]) -> Result<HashSet<AccountId>, StoreError> {
        let ids = || accounts.iter().map(|id| id.uuid());
        let apps = Entity::find()
            .filter(Column::AccountId.is_in(ids()))
            .filter(Column::ConfirmedAt.is_not_null())
            .all(self.0.db())
            .await?;
        let passkeys = passkey::Entity::find()
            .filter(passkey::Column::AccountId.is_in(ids()))
            .all(self.0.db())
            .await?;
        let apps = apps.into_iter().map(|row| row.account_id);
        let passkeys = passkeys.into_iter().map(|row| row.account_id);
        Ok(apps.chain(passkeys).map(AccountId::from_uuid).collect())
    }

    /// Whether an account has a confirmed factor or a passkey.
    pub async fn protects(&self, account: AccountId) -> Result<bool, StoreError> {
        Ok(!self.having(&[account]).await?.is_empty())
    }

    /// The secret to put into an authenticator app: the one that was offered before, or a fresh
    /// one. `None` when the account has a confirmed factor.
    pub async fn offer(&self, account: AccountId) -> Result<Option<TotpSecret>, StoreError> {
        if let Some(row) = self.row(account).await? {
            return match row.confirmed_at {
                Some(_) => Ok(None),
                None => self.open(&row).map(Some),
            };
        }
        let secret = TotpSecret::generate(self.0.entropy());
        Entity::insert(ActiveModel {
            account_id: Set(account.uuid()),
            secret: Set(self.seal(account, &secret)?),
            last_step: Set(0),
            created_at: Set(self.0.now().millis()),
            confirmed_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(Some(secret))
    }

    /// Puts the offered secret in force, by a code that the app shows for it; gives the recovery
    /// codes. `None` when the code is wrong, or nothing is offered.
    pub async fn confirm(
        &self,
        account: AccountId,
        typed: &str,
    ) -> Result<Option<Vec<RecoveryCode>>, StoreError> {
        let Some(row) = self.row(account).await? else {
            return Ok(None);
        };
        let Some(step) = self.open(&row)?.step_of(typed, self.0.now()) else {
            return Ok(None);
        };
        let done = Entity::update_many()
            .filter(Column::AccountId.eq(account.uuid()))
            .filter(Column::ConfirmedAt.is_null())
            .col_expr(Column::ConfirmedAt, Expr::value(self.0.now().millis()))
            .col_expr(Column::LastStep, Expr::value(number(step)))
            .exec(self.0.db())
            .await?;
        if done.rows_affected != 1 {
            return Ok(None);
        }
        self.renew_codes(account).await.map(Some)
    }

    /// Takes a code of the app or a recovery code, each once. `None` when it is wrong, was taken
    /// before, or the account has no factor.
    pub async fn prove(
        &self,
        account: AccountId,
        typed: &str,
    ) -> Result<Option<Proven>, StoreError> {
        let row = self.row(account).await?;
        let Some(row) = row.filter(|row| row.confirmed_at.is_some()) else {
            return Ok(None);
        };
        if let Some(step) = self.open(&row)?.step_of(typed, self.0.now()) {
            let done = Entity::update_many()
                .filter(Column::AccountId.eq(account.uuid()))
                .filter(Column::LastStep.lt(number(step)))
                .col_expr(Column::LastStep, Expr::value(number(step)))
                .exec(self.0.db())
                .await?;
            return Ok((done.rows_affected == 1).then_some(Proven::App));
        }
        let Some(hash) = RecoveryCode::hash_of(typed) else {
            return Ok(None);
        };
        let done = code::Entity::update_many()
            .filter(code::Column::AccountId.eq(account.uuid()))
            .filter(code::Column::Hash.eq(hash.as_bytes().to_vec()))
            .filter(code::Column::UsedAt.is_null())
            .col_expr(code::Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok((done.rows_affected == 1).then_some(Proven::Recovery))
    }

    /// Gives fresh recovery codes; the ones before no longer work.
    pub async fn renew_codes(&self, account: AccountId) -> Result<Vec<RecoveryCode>, StoreError> {
        self.drop_codes(account).await?;
        let codes: Vec<RecoveryCode> =
            std::iter::repeat_with(|| RecoveryCode::mint(self.0.entropy()))
                .take(CODES)
                .collect();
        let rows = codes.iter().map(|one| code::ActiveModel {
            account_id: Set(account.uuid()),
            hash: Set(one.hash().as_bytes().to_vec()),
            created_at: Set(self.0.now().millis()),
            used_at: Set(None),
        });
        code::Entity::insert_many(rows)
            .exec_without_returning(self.0.db())
            .await?;
        Ok(codes)
    }

    /// Takes the factor and its recovery codes away; `false` when there is none.
    pub async fn remove(&self, account: AccountId) -> Result<bool, StoreError> {
        self.drop_codes(account).await?;
        let gone = Entity::delete_by_id(account.uuid())
            .exec(self.0.db())
            .await?;
        Ok(gone.rows_affected == 1)
    }

    /// Takes the factor, its recovery codes and every passkey away, for an owner who lost them;
    /// `false` when there was nothing.
    pub async fn reset(&self, account: AccountId) -> Result<bool, StoreError> {
        let gone = passkey::Entity::delete_many()
            .filter(passkey::Column::AccountId.eq(account.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(self.remove(account).await? || gone.rows_affected > 0)
    }

    /// Seals anew, with the first key of the ring, the secrets that another key sealed; how many.
    /// After it the other keys are not needed for them.
    pub async fn rewrap(&self) -> Result<u64, StoreError> {
        let rows = Entity::find()
            .order_by_asc(Column::AccountId)
            .lock_exclusive()
            .all(self.0.db())
            .await?;
        let primary = self.0.vault().ring().primary().id();
        let mut count = 0;
        for row in rows {
            if sealed(&row).key_id()? == primary {
                continue;
            }
            let fresh = self.seal(AccountId::from_uuid(row.account_id), &self.open(&row)?)?;
            Entity::update_many()
                .filter(Column::AccountId.eq(row.account_id))
                .col_expr(Column::Secret, Expr::value(fresh))
                .exec(self.0.db())
                .await?;
            count += 1;
        }
        Ok(count)
    }

    async fn row(&self, account: AccountId) -> Result<Option<Model>, StoreError> {
        let found = Entity::find_by_id(account.uuid()).one(self.0.db()).await?;
        Ok(found)
    }

    async fn drop_codes(&self, account: AccountId) -> Result<(), StoreError> {
        code::Entity::delete_many()
            .filter(code::Column::AccountId.eq(account.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    fn seal(&self, account: AccountId, secret: &TotpSecret) -> Result<Vec<u8>, StoreError> {
        let place = account.to_string();
        let sealed =
            self.0
                .vault()
                .seal_platform("account_factors", "secret", &place, secret.as_bytes())?;
        Ok(sealed.into_bytes())
    }

    fn open(&self, row: &Model) -> Result<TotpSecret, StoreError> {
        let place = AccountId::from_uuid(row.account_id).to_string();
        let opened =
            self.0
                .vault()
                .open_platform("account_factors", "secret", &place, &sealed(row))?;
        TotpSecret::from_bytes(opened.expose_bytes()).ok_or(CORRUPT)
    }
}

fn unused(account: AccountId) -> Select<code::Entity> {
    code::Entity::find()
        .filter(code::Column::AccountId.eq(account.uuid()))
        .filter(code::Column::UsedAt.is_null())
}

const CORRUPT: StoreError = StoreError::Corrupt {
    what: "second factor",
};

fn sealed(row: &Model) -> Sealed {
    Sealed::from_bytes(row.secret.clone())
}

fn number(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}
