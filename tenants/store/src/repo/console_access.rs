//! What accounts may do in a tenant's console.

use model::{
    AccountId, Id, Role, RoleSet, Timestamp,
    policy::{ManagePeople, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    StoreError, TenantTx,
    entity::{
        account_tenant,
        console_access::{ActiveModel, Column, Entity},
        delete_within, within,
    },
};

/// An account's access to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAccess {
    /// Whose.
    pub account: AccountId,
    /// Roles in this tenant.
    pub roles: RoleSet,
    /// When it was first given.
    pub created_at: Timestamp,
}

/// What became of a change of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessChange {
    /// Done; the roles before, empty when there were none.
    Done(RoleSet),
    /// Refused: nobody would own the tenant any more.
    LastOwner,
}

/// The access of accounts to the transaction's tenant.
#[derive(Debug)]
pub struct ConsoleAccess<'t>(&'t TenantTx);

impl TenantTx {
    /// The access of accounts to the tenant's console.
    pub const fn console_access(&self) -> ConsoleAccess<'_> {
        ConsoleAccess(self)
    }
}

impl ConsoleAccess<'_> {
    /// The roles of an account; empty when it has no access.
    pub async fn roles_of(&self, account: AccountId) -> Result<RoleSet, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::AccountId.eq(account.uuid()))
            .one(self.0.db())
            .await?;
        Ok(row.map_or(RoleSet::EMPTY, |row| RoleSet::from_names(&row.roles)))
    }

    /// Everybody with access, in the order of their accounts.
    pub async fn list(&self) -> Result<Vec<AccountAccess>, StoreError> {
        let rows = within::<Entity>(self.0)
            .order_by_asc(Column::AccountId)
            .all(self.0.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| AccountAccess {
                account: Id::from_uuid(row.account_id),
                roles: RoleSet::from_names(&row.roles),
                created_at: Timestamp::from_millis(row.created_at),
            })
            .collect())
    }

    /// Gives an account these roles and no others; the empty set takes its access away.
    ///
    /// Owners are locked first, so that two of them cannot remove each other at the same time.
    pub async fn set(
        &self,
        permit: &Permit<ManagePeople>,
        account: AccountId,
        roles: RoleSet,
    ) -> Result<AccessChange, StoreError> {
        self.0.check(permit)?;
        let rows = within::<Entity>(self.0)
            .order_by_asc(Column::AccountId)
            .lock_exclusive()
            .all(self.0.db())
            .await?;
        let owns = |names: &str| RoleSet::from_names(names).has(Role::Owner);
        let before = rows
            .iter()
            .find(|row| row.account_id == account.uuid())
            .map_or(RoleSet::EMPTY, |row| RoleSet::from_names(&row.roles));
        let others_own = rows
            .iter()
            .any(|row| row.account_id != account.uuid() && owns(&row.roles));
        if before.has(Role::Owner) && !roles.has(Role::Owner) && !others_own {
            return Ok(AccessChange::LastOwner);
        }
        if roles.is_empty() {
            self.remove(account).await?;
        } else {
            self.put(account, roles).await?;
        }
        Ok(AccessChange::Done(before))
    }

    pub(crate) async fn put(&self, account: AccountId, roles: RoleSet) -> Result<(), StoreError> {
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            account_id: Set(account.uuid()),
            roles: Set(roles.names()),
            created_at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::AccountId])
                .update_column(Column::Roles)
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        account_tenant::Entity::insert(account_tenant::ActiveModel {
            account_id: Set(account.uuid()),
            tenant_id: Set(self.0.tenant().uuid()),
        })
        .on_conflict(
            OnConflict::columns([
                account_tenant::Column::AccountId,
                account_tenant::Column::TenantId,
            ])
            .do_nothing()
            .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    async fn remove(&self, account: AccountId) -> Result<(), StoreError> {
        delete_within::<Entity>(self.0)
            .filter(Column::AccountId.eq(account.uuid()))
            .exec(self.0.db())
            .await?;
        account_tenant::Entity::delete_many()
            .filter(account_tenant::Column::AccountId.eq(account.uuid()))
            .filter(account_tenant::Column::TenantId.eq(self.0.tenant().uuid()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}
