//! What Feishu says about the enterprise: people, departments, user groups. A copy, made anew by
//! the jobs, so that rules can be read and tried without asking Feishu.

mod find;
mod keep;
pub(crate) mod syncs;

use std::collections::BTreeSet;

use model::{
    Member,
    role_mapping::{PersonFacts, Standing},
};
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    StoreError, TenantTx,
    entity::{directory_department, directory_group, directory_person, within},
};

/// Most departments and groups that are read at a time.
const MOST: u64 = 20_000;
/// Deepest tree of departments that is walked.
const DEEPEST: usize = 30;

/// What is known about the enterprise of the transaction's tenant.
#[derive(Debug)]
pub struct Enterprise<'t>(pub(super) &'t TenantTx);

impl TenantTx {
    /// What Feishu says about the enterprise.
    pub const fn enterprise(&self) -> Enterprise<'_> {
        Enterprise(self)
    }
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeishuGroup {
    /// Feishu's `group_id`.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeishuDepartment {
    /// Feishu's `open_department_id`.
    pub id: String,
    /// The one above; `0` at the top, empty when Feishu does not say.
    pub parent: String,
    /// The id that the enterprise gave it; empty when Feishu does not say.
    pub custom: String,
    /// Its name.
    pub name: String,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownPerson {
    /// Name; empty when Feishu does not say.
    pub name: String,
    /// What rules ask about.
    pub facts: PersonFacts,
}

impl Enterprise<'_> {
    /// What is known about a member.
    pub async fn facts_of(&self, member: &Member) -> Result<PersonFacts, StoreError> {
        self.facts(&member.open_id, member.union_id.as_deref())
            .await
    }

    /// What is known about a person; of a stranger the ids alone.
    pub async fn facts(
        &self,
        open_id: &str,
        union_id: Option<&str>,
    ) -> Result<PersonFacts, StoreError> {
        let known = self.person(open_id).await?;
        let mut facts = known.map_or_else(
            || PersonFacts {
                open_id: open_id.to_owned(),
                ..PersonFacts::default()
            },
            |known| known.facts,
        );
        if facts.union_id.is_none() {
            facts.union_id = union_id.map(str::to_owned);
        }
        Ok(facts)
    }

    /// A person, by `open_id` or `union_id`.
    pub async fn person(&self, id: &str) -> Result<Option<KnownPerson>, StoreError> {
        let row = within::<directory_person::Entity>(self.0)
            .filter(
                Condition::any()
                    .add(directory_person::Column::OpenId.eq(id))
                    .add(directory_person::Column::UnionId.eq(id)),
            )
            .one(self.0.db())
            .await?;
        row.map(read_person).transpose()
    }

    /// People in the order of their ids, `most` of them after `after`.
    pub async fn people(&self, after: &str, most: u64) -> Result<Vec<KnownPerson>, StoreError> {
        let rows = within::<directory_person::Entity>(self.0)
            .filter(directory_person::Column::OpenId.gt(after))
            .order_by_asc(directory_person::Column::OpenId)
            .limit(most)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read_person).collect()
    }

    /// How many people are known.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let all = within::<directory_person::Entity>(self.0);
        Ok(all.count(self.0.db()).await?)
    }

    /// The user groups, by name.
    pub async fn groups(&self) -> Result<Vec<FeishuGroup>, StoreError> {
        let rows = within::<directory_group::Entity>(self.0)
            .order_by_asc(directory_group::Column::Name)
            .limit(MOST)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(group).collect())
    }

    /// The departments, by name.
    pub async fn departments(&self) -> Result<Vec<FeishuDepartment>, StoreError> {
        let rows = within::<directory_department::Entity>(self.0)
            .order_by_asc(directory_department::Column::Name)
            .limit(MOST)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(department).collect())
    }

    /// A department.
    pub async fn department(&self, id: &str) -> Result<Option<FeishuDepartment>, StoreError> {
        let row = within::<directory_department::Entity>(self.0)
            .filter(directory_department::Column::Id.eq(id))
            .one(self.0.db())
            .await?;
        Ok(row.map(department))
    }

    /// A department and those above it, nearest first; `None` when it is not known.
    pub async fn chain(&self, id: &str) -> Result<Option<Vec<String>>, StoreError> {
        let mut chain = vec![id.to_owned()];
        loop {
            let last = chain.last().map(String::as_str).unwrap_or_default();
            let Some(known) = self.department(last).await? else {
                return Ok(None);
            };
            if known.parent == "0" {
                return Ok(Some(chain));
            }
            if known.parent.is_empty() || chain.contains(&known.parent) || chain.len() >= DEEPEST {
                return Ok(None);
            }
            chain.push(known.parent);
        }
    }
}

fn group(row: directory_group::Model) -> FeishuGroup {
    FeishuGroup {
        id: row.id,
        name: row.name,
    }
}

fn department(row: directory_department::Model) -> FeishuDepartment {
    FeishuDepartment {
        id: row.id,
        parent: row.parent,
        custom: row.custom,
        name: row.name,
    }
}

fn read_person(row: directory_person::Model) -> Result<KnownPerson, StoreError> {
    let corrupt = |_| StoreError::Corrupt {
        what: "directory person",
    };
    let groups: Option<BTreeSet<String>> = row
        .groups
        .map(|text| serde_json::from_str(&text).map_err(corrupt))
        .transpose()?;
    let departments: Option<Vec<Vec<String>>> = row
        .departments
        .map(|text| serde_json::from_str(&text).map_err(corrupt))
        .transpose()?;
    Ok(KnownPerson {
        name: row.name,
        facts: PersonFacts {
            open_id: row.open_id,
            union_id: row.union_id,
            standing: standing(&row.standing),
            groups,
            departments,
        },
    })
}

const STANDINGS: [(Standing, &str); 4] = [
    (Standing::Works, "works"),
    (Standing::Frozen, "frozen"),
    (Standing::Left, "left"),
    (Standing::Unknown, "unknown"),
];

/// Reads a stable name; one of a newer release is not known.
fn standing(name: &str) -> Standing {
    let found = STANDINGS.iter().find(|(_, known)| *known == name);
    found.map_or(Standing::Unknown, |(standing, _)| *standing)
}

fn standing_name(standing: Standing) -> &'static str {
    let found = STANDINGS.iter().find(|(known, _)| *known == standing);
    found.map_or("unknown", |(_, name)| *name)
}
