//! Which department a member belongs to, and since which place of the ledger.

use model::MemberId;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    StoreError, TenantTx,
    entity::{
        ledger_head,
        member_department::{ActiveModel, Column, Entity},
        within,
    },
};

/// Departments of the transaction's members.
#[derive(Debug)]
pub struct Departments<'t>(&'t TenantTx);

impl TenantTx {
    /// The members' departments.
    pub const fn departments(&self) -> Departments<'_> {
        Departments(self)
    }
}

/// A department as Feishu knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Feishu's id (`od-…`).
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Departments<'_> {
    /// The department of a member now.
    pub async fn of(&self, member: MemberId) -> Result<Option<Department>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .order_by_desc(Column::SinceSeq)
            .one(self.0.db())
            .await?;
        Ok(row
            .filter(|row| !row.department.is_empty())
            .map(|row| Department {
                id: row.department,
                name: row.name,
            }))
    }

    /// Says where a member belongs from now on, `None` for nowhere: its calls from the next entry
    /// of the ledger on are counted there, and those before stay where they are. `false` when it
    /// changes nothing. Takes the lock of the ledger, so call it late in a transaction.
    pub async fn place(
        &self,
        member: MemberId,
        department: Option<&Department>,
    ) -> Result<bool, StoreError> {
        if self.of(member).await?.as_ref() == department {
            return Ok(false);
        }
        let tx = self.0;
        let head = within::<ledger_head::Entity>(tx)
            .lock_exclusive()
            .one(tx.db())
            .await?
            .ok_or(StoreError::UnknownTenant)?;
        let (id, name) =
            department.map_or(("", ""), |known| (known.id.as_str(), known.name.as_str()));
        Entity::insert(ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            member_id: Set(member.uuid()),
            since_seq: Set(head.seq + 1),
            department: Set(id.to_owned()),
            name: Set(name.to_owned()),
            at: Set(tx.now().millis()),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::MemberId, Column::SinceSeq])
                .update_columns([Column::Department, Column::Name, Column::At])
                .to_owned(),
        )
        .exec_without_returning(tx.db())
        .await?;
        Ok(true)
    }
}
