//! Rules that an admin prepares. Each admin has one draft; nobody sees another's.

use model::{
    Timestamp,
    policy::{ManageTenant, Permit, Rules},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use uuid::Uuid;

use super::{TenantRules, number};
use crate::{
    StoreError,
    entity::{
        delete_within,
        policy_draft::{ActiveModel, Column, Entity},
        within,
    },
    repo::tenants::{json, read},
};

/// What an admin prepares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDraft {
    /// The version that it was made from.
    pub based_on: u64,
    /// The rules; their version says nothing.
    pub rules: Rules,
    /// Latest change.
    pub at: Timestamp,
}

impl TenantRules<'_> {
    /// What `author` prepares.
    pub async fn draft(&self, author: Uuid) -> Result<Option<PolicyDraft>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::Author.eq(author))
            .one(self.0.db())
            .await?;
        row.map(|row| {
            Ok(PolicyDraft {
                based_on: u64::try_from(row.based_on).unwrap_or_default(),
                rules: read(&row.rules, "policy draft")?,
                at: Timestamp::from_millis(row.at),
            })
        })
        .transpose()
    }

    /// Keeps what `author` prepares.
    pub async fn keep_draft(
        &self,
        permit: &Permit<ManageTenant>,
        author: Uuid,
        based_on: u64,
        rules: &Rules,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            author: Set(author),
            based_on: Set(number(based_on)),
            rules: Set(json(rules)?),
            at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::Author])
                .update_columns([Column::BasedOn, Column::Rules, Column::At])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Forgets what `author` prepared.
    pub async fn drop_draft(&self, author: Uuid) -> Result<(), StoreError> {
        delete_within::<Entity>(self.0)
            .filter(Column::Author.eq(author))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}
