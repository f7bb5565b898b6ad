//! Links that let one person do one thing once.

use model::{AccountId, Id, TenantId, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use vault::TokenHash;

use crate::{
    PlatformTx, StoreError,
    entity::account_link::{ActiveModel, Column, Entity, Model},
};

/// What a link lets its bearer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Sign in as an account.
    SignIn,
    /// Finish a sign-in by the second factor.
    SecondFactor,
    /// Choose the password of an account.
    SetPassword,
    /// Accept an invitation to a tenant's console, or to the platform.
    Invite,
}

impl LinkPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::SetPassword => "set_password",
            Self::Invite => "invite",
        }
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLink {
    /// For which account; `None` when there is none yet.
    pub account: Option<AccountId>,
    /// For which tenant, if one is meant.
    pub tenant: Option<TenantId>,
    /// What else belongs to it, as JSON.
    pub detail: String,
    /// End.
    pub expires_at: Timestamp,
}

/// The links of the platform.
#[derive(Debug)]
pub struct AccountLinks<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The links.
    pub const fn account_links(&self) -> AccountLinks<'_> {
        AccountLinks(self)
    }
}

impl AccountLinks<'_> {
    /// Makes a link.
    pub async fn add(
        &self,
        purpose: LinkPurpose,
        token: &TokenHash,
        link: &AccountLink,
    ) -> Result<(), StoreError> {
        Entity::insert(ActiveModel {
            hash: Set(token.as_bytes().to_vec()),
            purpose: Set(purpose.name().to_owned()),
            account_id: Set(link.account.map(Id::uuid)),
            tenant_id: Set(link.tenant.map(Id::uuid)),
            detail: Set(link.detail.clone()),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(link.expires_at.millis()),
            used_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// A link that still holds, without using it up: to show what it is for.
    pub async fn peek(
        &self,
        purpose: LinkPurpose,
        token: &TokenHash,
    ) -> Result<Option<AccountLink>, StoreError> {
        let row = Entity::find_by_id(token.as_bytes().to_vec())
            .filter(Column::Purpose.eq(purpose.name()))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
            .one(self.0.db())
            .await?;
        Ok(row.map(link))
    }

    /// Uses a link up: `None` when it was used, has ended, or is for something else.
    pub async fn take(
        &self,
        purpose: LinkPurpose,
        token: &TokenHash,
    ) -> Result<Option<AccountLink>, StoreError> {
        let taken = Entity::update_many()
            .filter(Column::Hash.eq(token.as_bytes().to_vec()))
            .filter(Column::Purpose.eq(purpose.name()))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        if taken.rows_affected != 1 {
            return Ok(None);
        }
        let row = Entity::find_by_id(token.as_bytes().to_vec())
            .one(self.0.db())
            .await?;
        Ok(row.map(link))
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

fn link(row: Model) -> AccountLink {
    AccountLink {
        account: row.account_id.map(Id::from_uuid),
        tenant: row.tenant_id.map(Id::from_uuid),
        detail: row.detail,
        expires_at: Timestamp::from_millis(row.expires_at),
    }
}
