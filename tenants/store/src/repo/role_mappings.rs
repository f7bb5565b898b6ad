//! The rules that give roles to members, drafts of them, and what comes of them for a member.

mod cut_off;

use model::{
    MemberId, MemberStatus, Role, RoleSet, Timestamp,
    policy::{ManageTenant, Permit},
    role_mapping::{RoleMapping, RoleMappings, Settled},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    StoreError, TenantTx,
    entity::{delete_within, member, role_draft, role_mapping, update_within, within},
    repo::tenants::json,
};

pub use cut_off::CutOff;

/// The rules of the transaction's tenant.
#[derive(Debug)]
pub struct RoleMappingRepo<'t>(pub(super) &'t TenantTx);

impl TenantTx {
    /// The tenant's role mapping.
    pub const fn role_mappings(&self) -> RoleMappingRepo<'_> {
        RoleMappingRepo(self)
    }
}

/// Rules as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMappings {
    /// The rules.
    pub mappings: RoleMappings,
    /// When they were last changed; `None` while nobody set any.
    pub changed_at: Option<Timestamp>,
    /// Name of who changed them.
    pub by_name: String,
}

/// Rules that somebody prepares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDraft {
    /// The version that they were made from.
    pub based_on: u64,
    /// The rules.
    pub rules: Vec<RoleMapping>,
    /// Latest change.
    pub at: Timestamp,
}

/// What became of a member's roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    /// Whose.
    pub member: MemberId,
    /// Roles so far.
    pub before: RoleSet,
    /// Roles from now on, and why.
    pub settled: Settled,
}

impl RoleChange {
    /// Whether anything changed.
    pub fn changed(&self) -> bool {
        self.before != self.settled.roles
    }
}

impl RoleMappingRepo<'_> {
    /// The rules in force. Before anybody set some: everybody uses the tools, and members with
    /// further roles have each a rule of their own, so that what is shown is what holds.
    pub async fn read(&self) -> Result<KeptMappings, StoreError> {
        let row = within::<role_mapping::Entity>(self.0)
            .one(self.0.db())
            .await?;
        self.kept(row).await
    }

    async fn kept(&self, row: Option<role_mapping::Model>) -> Result<KeptMappings, StoreError> {
        let Some(row) = row else {
            return Ok(KeptMappings {
                mappings: self.unset().await?,
                changed_at: None,
                by_name: String::new(),
            });
        };
        Ok(KeptMappings {
            mappings: RoleMappings {
                rules: rules(&row.rules)?,
                version: version(row.version)?,
            },
            changed_at: Some(Timestamp::from_millis(row.at)),
            by_name: row.by_name,
        })
    }

    /// What holds while nobody set rules, as rules.
    async fn unset(&self) -> Result<RoleMappings, StoreError> {
        use model::role_mapping::{Gives, MAX_RULES, Whom};
        let mut all = RoleMappings::unset();
        let most = MAX_RULES as u64 / 2;
        for known in self.0.members().with_console_roles(most).await? {
            let person = Whom::Person {
                id: known.open_id.clone(),
            };
            for role in known.roles.iter() {
                if !matches!(role, Role::Owner | Role::EndUser) && all.rules.len() < MAX_RULES {
                    let rule = RoleMapping::new(person.clone(), Gives::Role(role), &known.name);
                    let last = all.rules.len() - 1;
                    all.rules.insert(last, rule);
                }
            }
        }
        Ok(all)
    }

    /// Puts rules in force; gives their version. `None` when they were changed since `seen`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for rules that [`RoleMappings::check`] refuses.
    pub async fn replace(
        &self,
        permit: &Permit<ManageTenant>,
        seen: u64,
        fresh: &[RoleMapping],
        by_name: &str,
    ) -> Result<Option<u64>, StoreError> {
        self.0.check(permit)?;
        RoleMappings::check(fresh).map_err(|_| StoreError::Corrupt {
            what: "role mapping",
        })?;
        let known = within::<role_mapping::Entity>(self.0)
            .lock_exclusive()
            .one(self.0.db())
            .await?;
        let now = known.as_ref().map_or(0, |row| row.version);
        if version(now)? != seen {
            return Ok(None);
        }
        let row = role_mapping::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            version: Set(now + 1),
            rules: Set(json(&fresh)?),
            at: Set(self.0.now().millis()),
            by_name: Set(by_name.to_owned()),
        };
        if known.is_none() {
            // Of two that are the first, the later one meets the key of the earlier.
            return match self.0.insert(row).await {
                Ok(()) => version(now + 1).map(Some),
                Err(StoreError::Conflict { .. }) => Err(StoreError::Contended),
                Err(error) => Err(error),
            };
        }
        update_within::<role_mapping::Entity>(self.0)
            .set(row)
            .exec(self.0.db())
            .await?;
        version(now + 1).map(Some)
    }

    /// What `author` prepares.
    pub async fn draft(&self, author: Uuid) -> Result<Option<RoleDraft>, StoreError> {
        let row = within::<role_draft::Entity>(self.0)
            .filter(role_draft::Column::Author.eq(author))
            .one(self.0.db())
            .await?;
        row.map(|row| {
            Ok(RoleDraft {
                based_on: version(row.based_on)?,
                rules: rules(&row.rules)?,
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
        rules: &[RoleMapping],
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        role_draft::Entity::insert(role_draft::ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            author: Set(author),
            based_on: Set(i64::try_from(based_on).unwrap_or(i64::MAX)),
            rules: Set(json(&rules)?),
            at: Set(self.0.now().millis()),
        })
        .on_conflict(
            OnConflict::columns([role_draft::Column::TenantId, role_draft::Column::Author])
                .update_columns([
                    role_draft::Column::BasedOn,
                    role_draft::Column::Rules,
                    role_draft::Column::At,
                ])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(())
    }

    /// Forgets what `author` prepared.
    pub async fn drop_draft(&self, author: Uuid) -> Result<(), StoreError> {
        delete_within::<role_draft::Entity>(self.0)
            .filter(role_draft::Column::Author.eq(author))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Gives a member the roles that the rules say: the only way in which a role comes from them,
    /// so nobody needs a permit, and nobody can ask for a role. `None` when there is no such
    /// member. A blocked member is left as it is: it comes in nowhere.
    ///
    /// The rules cannot be changed until the transaction ends, so no member keeps what older
    /// rules gave.
    pub async fn apply(&self, id: MemberId) -> Result<Option<RoleChange>, StoreError> {
        let row = within::<role_mapping::Entity>(self.0)
            .lock_shared()
            .one(self.0.db())
            .await?;
        let mappings = match row {
            Some(row) => RoleMappings {
                rules: rules(&row.rules)?,
                version: version(row.version)?,
            },
            None => RoleMappings::unset(),
        };
        self.apply_with(&mappings, id).await
    }

    async fn apply_with(
        &self,
        mappings: &RoleMappings,
        id: MemberId,
    ) -> Result<Option<RoleChange>, StoreError> {
        let Some(known) = self.0.members().get(id).await? else {
            return Ok(None);
        };
        let facts = self.0.enterprise().facts_of(&known).await?;
        let settled = mappings.settle(&facts, Some(known.roles));
        let change = RoleChange {
            member: id,
            before: known.roles,
            settled,
        };
        if change.changed() && known.status == MemberStatus::Active {
            self.assign(id, change.settled.roles).await?;
        }
        Ok(Some(change))
    }

    /// The roles of somebody who signs in for the first time.
    pub async fn of_newcomer(
        &self,
        open_id: &str,
        union_id: Option<&str>,
    ) -> Result<Settled, StoreError> {
        let kept = self.read().await?;
        let facts = self.0.enterprise().facts(open_id, union_id).await?;
        Ok(kept.mappings.settle(&facts, None))
    }

    async fn assign(&self, id: MemberId, roles: RoleSet) -> Result<(), StoreError> {
        update_within::<member::Entity>(self.0)
            .filter(member::Column::Id.eq(id.uuid()))
            .col_expr(member::Column::Roles, Expr::value(roles.names()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }
}

fn rules(text: &str) -> Result<Vec<RoleMapping>, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        what: "role mapping",
    })
}

fn version(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt {
        what: "role mapping version",
    })
}
