//! Accounts: console sign-ins that belong to no tenant.

use model::{AccountId, Id, Locale, TenantId, Timestamp};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Page, Paged, PlatformTx, StoreError,
    entity::{
        account::{ActiveModel, Column, Entity, Model},
        account_tenant,
    },
    repo::holds,
};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Address, in lower case: the name to sign in with.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Runs the platform.
    pub operator: bool,
    /// Language of texts and mails.
    pub locale: Locale,
    /// May sign in.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Latest sign-in.
    pub seen_at: Option<Timestamp>,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Address; stored in lower case.
    pub email: &'a str,
    /// Display name.
    pub name: &'a str,
    /// Password hash in PHC form (argon2id); `None` for accounts that sign in otherwise.
    pub password: Option<&'a str>,
    /// Runs the platform.
    pub operator: bool,
    /// Language.
    pub locale: Locale,
}

/// The accounts of the platform.
#[derive(Debug)]
pub struct Accounts<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The accounts.
    pub const fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }
}

impl Accounts<'_> {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] on `uq_accounts_email` when the address has one.
    pub async fn add(&self, new: NewAccount<'_>) -> Result<Account, StoreError> {
        let account = Account {
            id: Id::mint(self.0.clock(), self.0.entropy()),
            email: new.email.trim().to_lowercase(),
            name: new.name.to_owned(),
            operator: new.operator,
            locale: new.locale,
            active: true,
            created_at: self.0.now(),
            seen_at: None,
        };
        Entity::insert(ActiveModel {
            id: Set(account.id.uuid()),
            email: Set(account.email.clone()),
            name: Set(account.name.clone()),
            password: Set(new.password.map(str::to_owned)),
            operator: Set(account.operator),
            locale: Set(account.locale.tag().to_owned()),
            status: Set(status(true).to_owned()),
            created_at: Set(account.created_at.millis()),
            seen_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(account)
    }

    /// One account.
    pub async fn get(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let found = Entity::find_by_id(id.uuid()).one(self.0.db()).await?;
        Ok(found.map(account))
    }

    /// The account of an address, in any case.
    pub async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.row_by_email(email).await?.map(account))
    }

    /// The password hash (PHC form) of an address, with its account; for signing in alone.
    pub async fn password_of(
        &self,
        email: &str,
    ) -> Result<Option<(Account, Option<String>)>, StoreError> {
        let found = self.row_by_email(email).await?;
        Ok(found.map(|row| {
            let password = row.password.clone();
            (account(row), password)
        }))
    }

    /// Whether an account signs in by a password, among other ways.
    pub async fn has_password(&self, id: AccountId) -> Result<bool, StoreError> {
        let found = Entity::find_by_id(id.uuid()).one(self.0.db()).await?;
        Ok(found.is_some_and(|row| row.password.is_some()))
    }

    /// Several accounts, in no order.
    pub async fn by_ids(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids))
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(account).collect())
    }

    /// Accounts whose name or address holds `text`, newest first.
    pub async fn search(&self, text: &str, page: &Page) -> Result<Paged<Account>, StoreError> {
        let mut query = Entity::find().order_by_desc(Column::Id);
        let text = text.trim();
        if !text.is_empty() {
            query = query.filter(
                Condition::any()
                    .add(holds(Column::Email, text))
                    .add(holds(Column::Name, text)),
            );
        }
        if let Some(after) = page.start::<Uuid>()? {
            query = query.filter(Column::Id.lt(after));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows.into_iter().map(account).collect();
        Ok(page.cut(found, |account: &Account| account.id.uuid()))
    }

    /// The tenants that an account may have access to, oldest first.
    pub async fn tenants_of(&self, id: AccountId) -> Result<Vec<TenantId>, StoreError> {
        let rows = account_tenant::Entity::find()
            .filter(account_tenant::Column::AccountId.eq(id.uuid()))
            .order_by_asc(account_tenant::Column::TenantId)
            .all(self.0.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| TenantId::from_uuid(row.tenant_id))
            .collect())
    }

    /// Replaces the password hash (PHC form); `false` when there is no such account.
    pub async fn set_password(&self, id: AccountId, password: &str) -> Result<bool, StoreError> {
        self.set(id, Column::Password, Expr::value(password)).await
    }

    /// Changes display name and language; `false` when there is no such account.
    pub async fn set_profile(
        &self,
        id: AccountId,
        name: &str,
        locale: Locale,
    ) -> Result<bool, StoreError> {
        let done = Entity::update_many()
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(Column::Name, Expr::value(name))
            .col_expr(Column::Locale, Expr::value(locale.tag()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Lets an account sign in, or not; `false` when there is no such account.
    pub async fn set_active(&self, id: AccountId, active: bool) -> Result<bool, StoreError> {
        self.set(id, Column::Status, Expr::value(status(active)))
            .await
    }

    /// Notes a sign-in.
    pub async fn seen(&self, id: AccountId) -> Result<bool, StoreError> {
        self.set(id, Column::SeenAt, Expr::value(self.0.now().millis()))
            .await
    }

    async fn set(&self, id: AccountId, column: Column, value: Expr) -> Result<bool, StoreError> {
        let done = Entity::update_many()
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(column, value)
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    async fn row_by_email(&self, email: &str) -> Result<Option<Model>, StoreError> {
        let found = Entity::find().filter(Column::Email.eq(email.trim().to_lowercase()));
        Ok(found.one(self.0.db()).await?)
    }
}

const fn status(active: bool) -> &'static str {
    if active { "active" } else { "blocked" }
}

fn account(row: Model) -> Account {
    Account {
        id: Id::from_uuid(row.id),
        email: row.email,
        name: row.name,
        operator: row.operator,
        locale: Locale::from_tag(&row.locale).unwrap_or_default(),
        active: row.status == status(true),
        created_at: Timestamp::from_millis(row.created_at),
        seen_at: row.seen_at.map(Timestamp::from_millis),
    }
}
