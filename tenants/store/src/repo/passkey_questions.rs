//! Questions to browsers about passkeys: each is answered once, soon, by the browser that asked.

use std::time::Duration;

use model::AccountId;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use vault::TokenHash;

use crate::{
    PlatformTx, StoreError,
    entity::passkey_question::{ActiveModel, Column, Entity},
};

/// What an answer is for. One for another purpose does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasskeyPurpose {
    /// Sign in, as whichever account has the passkey.
    SignIn,
    /// Prove again who is there.
    StepUp,
    /// Add a passkey to an account.
    Add,
}

impl PasskeyPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
            Self::Add => "add",
        }
    }
}

/// The questions of the platform.
#[derive(Debug)]
pub struct PasskeyQuestions<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The questions.
    pub const fn passkey_questions(&self) -> PasskeyQuestions<'_> {
        PasskeyQuestions(self)
    }
}

impl PasskeyQuestions<'_> {
    /// Keeps what a question needs for its answer, under the hash of what the browser holds.
    /// Questions whose time is over go.
    pub async fn ask(
        &self,
        purpose: PasskeyPurpose,
        account: Option<AccountId>,
        browser: &TokenHash,
        kept: &str,
        lasts: Duration,
    ) -> Result<(), StoreError> {
        let now = self.0.now();
        Entity::delete_many()
            .filter(Column::ExpiresAt.lte(now.millis()))
            .exec(self.0.db())
            .await?;
        Entity::insert(ActiveModel {
            hash: Set(browser.as_bytes().to_vec()),
            purpose: Set(purpose.name().to_owned()),
            account_id: Set(account.map(model::Id::uuid)),
            kept: Set(kept.to_owned()),
            expires_at: Set((now + lasts).millis()),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Takes what was kept, whatever the answer is worth: `None` when it was taken before, has
    /// ended, or is for another purpose or account.
    pub async fn take(
        &self,
        purpose: PasskeyPurpose,
        account: Option<AccountId>,
        browser: &TokenHash,
    ) -> Result<Option<String>, StoreError> {
        let found = Entity::find_by_id(browser.as_bytes().to_vec())
            .one(self.0.db())
            .await?;
        let gone = Entity::delete_by_id(browser.as_bytes().to_vec())
            .exec(self.0.db())
            .await?;
        let meant = found.filter(|row| {
            gone.rows_affected == 1
                && row.purpose == purpose.name()
                && row.account_id == account.map(model::Id::uuid)
                && row.expires_at > self.0.now().millis()
        });
        Ok(meant.map(|row| row.kept))
    }
}
