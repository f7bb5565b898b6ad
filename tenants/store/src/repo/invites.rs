//! Invitations to a tenant's console.

use model::{
    AccountId, RoleSet, TenantId, Timestamp,
    policy::{ManagePeople, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select, UpdateMany,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use vault::TokenHash;

use crate::{
    StoreError, TenantTx,
    entity::account_link::{ActiveModel, Column, Entity, Model},
};

/// What the links of invitations are called among the others.
const PURPOSE: &str = "invite";

/// Whom an invitation is for, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Address of the one who may accept, in lower case.
    pub email: String,
    /// Roles that come with it.
    pub roles: RoleSet,
    /// Who invites, for people.
    pub by: String,
}

impl Invitation {
    /// What [`crate::AccountLink::detail`] holds for it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be written down.
    pub fn to_detail(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|_| StoreError::Corrupt { what: "invitation" })
    }
}

/// An invitation that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingInvite {
    /// Handle for taking it back; the link cannot be made from it.
    pub id: String,
    /// Whom it is for, and to what.
    pub invitation: Invitation,
    /// End.
    pub expires_at: Timestamp,
}

/// What became of an acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Roles of the account before.
    pub before: RoleSet,
    /// Roles now.
    pub after: RoleSet,
}

/// Invitations to the console of the transaction's tenant.
#[derive(Debug)]
pub struct Invites<'t>(&'t TenantTx);

impl TenantTx {
    /// Invitations to the tenant's console.
    pub const fn invites(&self) -> Invites<'_> {
        Invites(self)
    }
}

impl Invites<'_> {
    /// Invites. Earlier invitations of the same address end.
    ///
    /// # Errors
    /// As every write; [`StoreError::Corrupt`] when the invitation cannot be written down.
    pub async fn add(
        &self,
        permit: &Permit<ManagePeople>,
        token: &TokenHash,
        invitation: &Invitation,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        for earlier in self.list().await? {
            if earlier.invitation.email == invitation.email {
                self.end(&earlier.id).await?;
            }
        }
        Entity::insert(ActiveModel {
            hash: Set(token.as_bytes().to_vec()),
            purpose: Set(PURPOSE.to_owned()),
            account_id: Set(None),
            tenant_id: Set(Some(self.0.tenant().uuid())),
            detail: Set(invitation.to_detail()?),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(expires_at.millis()),
            used_at: Set(None),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Those that wait, oldest first.
    pub async fn list(&self) -> Result<Vec<PendingInvite>, StoreError> {
        let rows = self
            .open(Entity::find())
            .order_by_asc(Column::CreatedAt)
            .all(self.0.db())
            .await?;
        rows.iter().map(pending).collect()
    }

    /// Takes an invitation back; whose it was, or `None` when it did not wait any more.
    pub async fn withdraw(
        &self,
        permit: &Permit<ManagePeople>,
        id: &str,
    ) -> Result<Option<Invitation>, StoreError> {
        self.0.check(permit)?;
        let known = self.list().await?.into_iter().find(|one| one.id == id);
        let Some(known) = known else { return Ok(None) };
        let ended = self.end(id).await?;
        Ok(ended.then_some(known.invitation))
    }

    /// Uses an invitation up and gives its roles to an account, on top of those that it has.
    /// `None` when the invitation was used, has ended, or is for another address.
    pub async fn accept(
        &self,
        token: &TokenHash,
        account: AccountId,
        email: &str,
    ) -> Result<Option<Accepted>, StoreError> {
        let id = hex::encode(token.as_bytes());
        let known = self.list().await?.into_iter().find(|one| one.id == id);
        let Some(known) = known.filter(|known| known.invitation.email == email) else {
            return Ok(None);
        };
        if !self.end(&id).await? {
            return Ok(None);
        }
        let access = self.0.console_access();
        let before = access.roles_of(account).await?;
        let after = before.or(known.invitation.roles);
        access.put(account, after).await?;
        Ok(Some(Accepted { before, after }))
    }

    async fn end(&self, id: &str) -> Result<bool, StoreError> {
        let Ok(hash) = hex::decode(id) else {
            return Ok(false);
        };
        let done = self
            .open_ones(Entity::update_many())
            .filter(Column::Hash.eq(hash))
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    fn open(&self, select: Select<Entity>) -> Select<Entity> {
        select
            .filter(Column::TenantId.eq(self.0.tenant().uuid()))
            .filter(Column::Purpose.eq(PURPOSE))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
    }

    fn open_ones(&self, update: UpdateMany<Entity>) -> UpdateMany<Entity> {
        update
            .filter(Column::TenantId.eq(self.0.tenant().uuid()))
            .filter(Column::Purpose.eq(PURPOSE))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
    }
}

impl crate::AccountLink {
    /// What an invitation's link says; `None` for a link of another kind.
    pub fn invitation(&self) -> Option<(Option<TenantId>, Invitation)> {
        let invitation = serde_json::from_str(&self.detail).ok()?;
        Some((self.tenant, invitation))
    }
}

fn pending(row: &Model) -> Result<PendingInvite, StoreError> {
    Ok(PendingInvite {
        id: hex::encode(&row.hash),
        invitation: serde_json::from_str(&row.detail)
            .map_err(|_| StoreError::Corrupt { what: "invitation" })?,
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}
