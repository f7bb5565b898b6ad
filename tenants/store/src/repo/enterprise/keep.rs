//! Keeping what Feishu said.

use model::role_mapping::Standing;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::{Enterprise, FeishuDepartment, FeishuGroup, KnownPerson, standing_name};
use crate::{
    StoreError,
    entity::{
        delete_within, directory_department, directory_group, directory_person, update_within,
    },
    repo::tenants::json,
};

/// Rows of one statement: SQLite takes no more than 32,766 values, Postgres 65,535.
const ROWS: usize = 500;

impl Enterprise<'_> {
    /// Keeps people in the place of what was known of them.
    pub async fn keep_people(&self, round: u64, people: &[KnownPerson]) -> Result<(), StoreError> {
        use directory_person::{ActiveModel, Column, Entity};
        for part in people.chunks(ROWS) {
            let rows = part
                .iter()
                .map(|person| {
                    let facts = &person.facts;
                    Ok(ActiveModel {
                        tenant_id: Set(self.0.tenant().uuid()),
                        open_id: Set(facts.open_id.clone()),
                        union_id: Set(facts.union_id.clone()),
                        name: Set(person.name.clone()),
                        standing: Set(standing_name(facts.standing).to_owned()),
                        departments: Set(facts.departments.as_ref().map(json).transpose()?),
                        groups: Set(facts.groups.as_ref().map(json).transpose()?),
                        seen_at: Set(self.0.now().millis()),
                        round: Set(stored(round)),
                    })
                })
                .collect::<Result<Vec<_>, StoreError>>()?;
            Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::columns([Column::TenantId, Column::OpenId])
                        .update_columns([
                            Column::UnionId,
                            Column::Name,
                            Column::Standing,
                            Column::Departments,
                            Column::Groups,
                            Column::SeenAt,
                            Column::Round,
                        ])
                        .to_owned(),
                )
                .exec_without_returning(self.0.db())
                .await?;
        }
        Ok(())
    }

    /// Notes that a person left, or is frozen, and nothing else.
    pub async fn keep_standing(&self, open_id: &str, standing: Standing) -> Result<(), StoreError> {
        let known = update_within::<directory_person::Entity>(self.0)
            .filter(directory_person::Column::OpenId.eq(open_id))
            .col_expr(
                directory_person::Column::Standing,
                Expr::value(standing_name(standing)),
            )
            .col_expr(
                directory_person::Column::SeenAt,
                Expr::value(self.0.now().millis()),
            )
            .exec(self.0.db())
            .await?;
        if known.rows_affected == 0 {
            let mut person = KnownPerson::default();
            open_id.clone_into(&mut person.facts.open_id);
            person.facts.standing = standing;
            self.keep_people(0, &[person]).await?;
        }
        Ok(())
    }

    /// Keeps user groups in the place of those that were known.
    pub async fn keep_groups(&self, round: u64, groups: &[FeishuGroup]) -> Result<(), StoreError> {
        use directory_group::{ActiveModel, Column, Entity};
        for part in groups.chunks(ROWS) {
            let rows = part.iter().map(|group| ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(group.id.clone()),
                name: Set(group.name.clone()),
                round: Set(stored(round)),
            });
            Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::columns([Column::TenantId, Column::Id])
                        .update_columns([Column::Name, Column::Round])
                        .to_owned(),
                )
                .exec_without_returning(self.0.db())
                .await?;
        }
        delete_within::<Entity>(self.0)
            .filter(Column::Round.lt(stored(round)))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Keeps departments in the place of those that were known.
    pub async fn keep_departments(
        &self,
        round: u64,
        departments: &[FeishuDepartment],
    ) -> Result<(), StoreError> {
        use directory_department::{ActiveModel, Column, Entity};
        for part in departments.chunks(ROWS) {
            let rows = part.iter().map(|department| ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(department.id.clone()),
                parent: Set(department.parent.clone()),
                custom: Set(department.custom.clone()),
                name: Set(department.name.clone()),
                round: Set(stored(round)),
            });
            Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::columns([Column::TenantId, Column::Id])
                        .update_columns([
                            Column::Parent,
                            Column::Custom,
                            Column::Name,
                            Column::Round,
                        ])
                        .to_owned(),
                )
                .exec_without_returning(self.0.db())
                .await?;
        }
        delete_within::<Entity>(self.0)
            .filter(Column::Round.lt(stored(round)))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Forgets people who were not seen in a look at everybody. Those who left stay, for the day
    /// on which they try to come in.
    pub async fn forget_unseen(&self, round: u64) -> Result<(), StoreError> {
        delete_within::<directory_person::Entity>(self.0)
            .filter(directory_person::Column::Round.lt(stored(round)))
            .filter(directory_person::Column::Standing.is_in([
                standing_name(Standing::Works),
                standing_name(Standing::Unknown),
            ]))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

fn stored(round: u64) -> i64 {
    i64::try_from(round).unwrap_or(i64::MAX)
}
