//! Members of a tenant.

use model::{
    Member, MemberId, MemberStatus, Role, RoleSet, TenantId, Timestamp,
    policy::{Action, ManageConnections, ManageTenant, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Page, Paged, StoreError, TenantTx,
    entity::{
        member::{ActiveModel, Column, Entity, Model},
        update_within, within,
    },
};

/// Roles that open parts of the console.
const CONSOLE: [Role; 5] = [
    Role::Developer,
    Role::Auditor,
    Role::Billing,
    Role::Admin,
    Role::Owner,
];

/// Members of the transaction's tenant.
#[derive(Debug)]
pub struct Members<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's members.
    pub const fn members(&self) -> Members<'_> {
        Members(self)
    }
}

/// What Feishu says about a person who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// Feishu's id in the tenant's app.
    pub open_id: String,
    /// Feishu's id over all apps of the developer.
    pub union_id: Option<String>,
    /// Display name.
    pub name: String,
    /// Address of a small picture.
    pub avatar_url: Option<String>,
    /// Roles for the first sign-in; later ones keep what an admin set.
    pub roles: RoleSet,
}

impl Members<'_> {
    /// Notes a sign-in: adds the member, or refreshes its name, picture and time.
    pub async fn upsert_signed_in(&self, seen: NewMember) -> Result<Member, StoreError> {
        let tx = self.0;
        if let Some(known) = self.known(&seen).await? {
            update_within::<Entity>(tx)
                .filter(Column::Id.eq(known.id.uuid()))
                .col_expr(Column::OpenId, Expr::value(seen.open_id.clone()))
                .col_expr(Column::UnionId, Expr::value(seen.union_id.clone()))
                .col_expr(Column::Name, Expr::value(seen.name.clone()))
                .col_expr(Column::AvatarUrl, Expr::value(seen.avatar_url.clone()))
                .col_expr(Column::SeenAt, Expr::value(tx.now().millis()))
                .exec(tx.db())
                .await?;
            return Ok(Member {
                open_id: seen.open_id,
                union_id: seen.union_id,
                name: seen.name,
                avatar_url: seen.avatar_url,
                seen_at: tx.now(),
                ..known
            });
        }
        let member = Member {
            tenant: tx.tenant(),
            id: MemberId::mint(tx.clock(), tx.entropy()),
            open_id: seen.open_id,
            union_id: seen.union_id,
            name: seen.name,
            avatar_url: seen.avatar_url,
            roles: seen.roles,
            status: MemberStatus::Active,
            created_at: tx.now(),
            seen_at: tx.now(),
        };
        tx.insert(row(&member)).await?;
        Ok(member)
    }

    /// The member that signs in: by its id in the tenant's app, or, after the tenant got another
    /// app, by its id over all apps of the enterprise.
    async fn known(&self, seen: &NewMember) -> Result<Option<Member>, StoreError> {
        if let Some(known) = self.find_by_open_id(&seen.open_id).await? {
            return Ok(Some(known));
        }
        let Some(union_id) = seen.union_id.as_deref().filter(|id| !id.is_empty()) else {
            return Ok(None);
        };
        let found = within::<Entity>(self.0).filter(Column::UnionId.eq(union_id));
        found.one(self.0.db()).await?.map(member).transpose()
    }

    /// One member.
    pub async fn get(&self, id: MemberId) -> Result<Option<Member>, StoreError> {
        let found = within::<Entity>(self.0).filter(Column::Id.eq(id.uuid()));
        found.one(self.0.db()).await?.map(member).transpose()
    }

    /// The member whom Feishu calls so in the tenant's app.
    pub async fn find_by_open_id(&self, open_id: &str) -> Result<Option<Member>, StoreError> {
        let found = within::<Entity>(self.0).filter(Column::OpenId.eq(open_id));
        found.one(self.0.db()).await?.map(member).transpose()
    }

    /// The earliest active member that administers the tenant.
    pub async fn first_admin(&self) -> Result<Option<Member>, StoreError> {
        let role = Role::Admin.name();
        let rows = within::<Entity>(self.0)
            .filter(Column::Roles.contains(role))
            .filter(Column::Status.eq(MemberStatus::Active.name()))
            .order_by_asc(Column::Id)
            .limit(20)
            .all(self.0.db())
            .await?;
        let members = rows
            .into_iter()
            .map(member)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(members
            .into_iter()
            .find(|member| member.roles.has(Role::Admin)))
    }

    /// The first members with a role of the console, in the order of their first sign-in.
    pub async fn with_console_roles(&self, limit: u64) -> Result<Vec<Member>, StoreError> {
        let mut any = Condition::any();
        for role in CONSOLE {
            any = any.add(Column::Roles.contains(role.name()));
        }
        let rows = within::<Entity>(self.0)
            .filter(any)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(member).collect()
    }

    /// All members, in the order of their first sign-in.
    pub async fn list(&self, page: &Page) -> Result<Paged<Member>, StoreError> {
        let mut query = within::<Entity>(self.0).order_by_asc(Column::Id);
        if let Some(after) = page.start::<Uuid>()? {
            query = query.filter(Column::Id.gt(after));
        }
        let rows = query.limit(page.ask()).all(self.0.db()).await?;
        let found = rows
            .into_iter()
            .map(member)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(page.cut(found, |member| member.id.uuid()))
    }

    /// Whether somebody has a role.
    pub async fn any_with(&self, role: Role) -> Result<bool, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Roles.contains(role.name()))
            .all(self.0.db())
            .await?;
        // The name of one role can be the beginning of another's.
        let has = |row: &Model| RoleSet::from_names(&row.roles).has(role);
        Ok(rows.iter().any(has))
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(within::<Entity>(self.0).count(self.0.db()).await?)
    }

    /// Sets a member's roles; `false` when there is no such member.
    pub async fn set_roles(
        &self,
        permit: &Permit<ManageTenant>,
        id: MemberId,
        roles: RoleSet,
    ) -> Result<bool, StoreError> {
        self.set(permit, id, Column::Roles, roles.names()).await
    }

    /// Blocks a member or lets it in again; `false` when there is no such member.
    pub async fn set_status(
        &self,
        permit: &Permit<ManageConnections>,
        id: MemberId,
        status: MemberStatus,
    ) -> Result<bool, StoreError> {
        let name = status.name().to_owned();
        self.set(permit, id, Column::Status, name).await
    }

    /// Several members, in no order.
    pub async fn by_ids(&self, ids: &[MemberId]) -> Result<Vec<Member>, StoreError> {
        let ids = ids.iter().map(|id| id.uuid());
        let found = within::<Entity>(self.0).filter(Column::Id.is_in(ids));
        let rows = found.all(self.0.db()).await?;
        rows.into_iter().map(member).collect()
    }

    async fn set<A: Action>(
        &self,
        permit: &Permit<A>,
        id: MemberId,
        column: Column,
        value: String,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(column, Expr::value(value))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }
}

fn row(member: &Member) -> ActiveModel {
    ActiveModel {
        tenant_id: Set(member.tenant.uuid()),
        id: Set(member.id.uuid()),
        open_id: Set(member.open_id.clone()),
        union_id: Set(member.union_id.clone()),
        name: Set(member.name.clone()),
        avatar_url: Set(member.avatar_url.clone()),
        roles: Set(member.roles.names()),
        status: Set(member.status.name().to_owned()),
        created_at: Set(member.created_at.millis()),
        seen_at: Set(member.seen_at.millis()),
    }
}

fn member(row: Model) -> Result<Member, StoreError> {
    Ok(Member {
        tenant: TenantId::from_uuid(row.tenant_id),
        id: MemberId::from_uuid(row.id),
        open_id: row.open_id,
        union_id: row.union_id,
        name: row.name,
        avatar_url: row.avatar_url,
        roles: RoleSet::from_names(&row.roles),
        status: MemberStatus::from_name(&row.status).ok_or(StoreError::Corrupt {
            what: "member status",
        })?,
        created_at: Timestamp::from_millis(row.created_at),
        seen_at: Timestamp::from_millis(row.seen_at),
    })
}
