//! Questions to members about single calls. Each step is a compare-and-swap on the state, so that
//! over all replicas each happens once.

use model::{
    Bound, CallId, Confirmation, ConfirmationId, ConfirmationState, Id, MemberId, Timestamp,
    policy::{CallTool, ManageOwnConnections, Permit},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use vault::{Place, Sealed};

use crate::{
    StoreError, TenantTx,
    entity::{
        confirmation::{ActiveModel, Column, Entity, Model},
        delete_within, update_within, within,
    },
};

/// Questions of one member about one tool that a call is compared with.
const COMPARED: u64 = 50;

/// A question to be asked.
#[derive(Debug, Clone)]
pub struct NewConfirmation<'a> {
    /// What it is about.
    pub bound: &'a Bound,
    /// Name of the client, for people.
    pub client_name: &'a str,
    /// Whether only the member's own page may bring the answer.
    pub page_only: bool,
    /// What the member is asked; kept sealed.
    pub question: &'a str,
    /// The call that asks.
    pub asked_by: CallId,
}

/// The questions of the transaction's tenant.
#[derive(Debug)]
pub struct Confirmations<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's questions to members.
    pub const fn confirmations(&self) -> Confirmations<'_> {
        Confirmations(self)
    }
}

impl Confirmations<'_> {
    /// Keeps a question until it is answered or its time is over.
    pub async fn ask(
        &self,
        permit: &Permit<CallTool>,
        new: &NewConfirmation<'_>,
    ) -> Result<Confirmation, StoreError> {
        self.0.check(permit)?;
        let id: ConfirmationId = Id::mint(self.0.clock(), self.0.entropy());
        let row = id.to_string();
        let sealed = self
            .0
            .data_key()
            .await?
            .seal(&self.place(&row), new.question.as_bytes())?;
        let asked_at = self.0.now();
        let asked = Confirmation {
            id,
            bound: new.bound.clone(),
            client_name: new.client_name.to_owned(),
            page_only: new.page_only,
            state: ConfirmationState::Pending,
            asked_by: new.asked_by,
            asked_at,
            expires_at: asked_at + Confirmation::LIFE,
            answered_at: None,
        };
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                member_id: Set(asked.bound.member.uuid()),
                client_id: Set(asked.bound.client.map(Id::uuid)),
                grant_id: Set(asked.bound.grant.map(Id::uuid)),
                client_name: Set(asked.client_name.clone()),
                tool: Set(asked.bound.tool.clone()),
                digest: Set(asked.bound.digest.to_vec()),
                policy_version: Set(number(asked.bound.policy_version)),
                question: Set(sealed.into_bytes()),
                page_only: Set(asked.page_only),
                state: Set(asked.state.name().to_owned()),
                asked_by: Set(asked.asked_by.uuid()),
                asked_at: Set(asked.asked_at.millis()),
                expires_at: Set(asked.expires_at.millis()),
                answered_at: Set(None),
                used_at: Set(None),
                used_by: Set(None),
            })
            .await?;
        Ok(asked)
    }

    /// One question.
    pub async fn get(&self, id: ConfirmationId) -> Result<Option<Confirmation>, StoreError> {
        self.row(id).await?.map(read).transpose()
    }

    /// What the member is asked, opened.
    pub async fn question(&self, id: ConfirmationId) -> Result<Option<String>, StoreError> {
        let Some(row) = self.row(id).await? else {
            return Ok(None);
        };
        let name = id.to_string();
        let key = self.0.data_key().await?;
        let opened = key.open(&self.place(&name), &Sealed::from_bytes(row.question))?;
        Ok(Some(opened.expose_str()?.to_owned()))
    }

    /// The latest questions to a member about a tool, newest first.
    pub async fn about(
        &self,
        member: MemberId,
        tool: &str,
    ) -> Result<Vec<Confirmation>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::Tool.eq(tool))
            .order_by_desc(Column::Id)
            .limit(COMPARED)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// What waits for a member's answer, the oldest first.
    pub async fn waiting(&self, member: MemberId) -> Result<Vec<Confirmation>, StoreError> {
        let rows = self
            .open(member)
            .order_by_asc(Column::Id)
            .limit(Confirmation::WAITING_MAX)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// How many questions wait for a member's answer.
    pub async fn waiting_count(&self, member: MemberId) -> Result<u64, StoreError> {
        Ok(self.open(member).count(self.0.db()).await?)
    }

    /// The member's answer; `false` when there is no such question to this member, it was answered
    /// before, or its time is over.
    pub async fn answer(
        &self,
        permit: &Permit<ManageOwnConnections>,
        member: MemberId,
        id: ConfirmationId,
        agreed: bool,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let now = self.0.now().millis();
        let state = if agreed {
            ConfirmationState::Granted
        } else {
            ConfirmationState::Declined
        };
        let changed = update_within::<Entity>(self.0)
            .col_expr(Column::State, Expr::value(state.name()))
            .col_expr(Column::AnsweredAt, Expr::value(now))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::State.eq(ConfirmationState::Pending.name()))
            .filter(Column::ExpiresAt.gt(now))
            .exec(self.0.db())
            .await?;
        Ok(changed.rows_affected == 1)
    }

    /// Uses an agreement up for the call that it is about; `false` when another was faster, or it
    /// does not let this call run.
    pub async fn use_up(
        &self,
        permit: &Permit<CallTool>,
        id: ConfirmationId,
        call: &Bound,
        used_by: CallId,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let now = self.0.now().millis();
        let same = |column: Column, id: Option<sea_orm::prelude::Uuid>| match id {
            Some(id) => column.eq(id),
            None => column.is_null(),
        };
        let changed = update_within::<Entity>(self.0)
            .col_expr(Column::State, Expr::value(ConfirmationState::Used.name()))
            .col_expr(Column::UsedAt, Expr::value(now))
            .col_expr(Column::UsedBy, Expr::value(used_by.uuid()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(ConfirmationState::Granted.name()))
            .filter(Column::ExpiresAt.gt(now))
            .filter(Column::MemberId.eq(call.member.uuid()))
            .filter(same(Column::ClientId, call.client.map(Id::uuid)))
            .filter(same(Column::GrantId, call.grant.map(Id::uuid)))
            .filter(Column::Tool.eq(call.tool.as_str()))
            .filter(Column::Digest.eq(call.digest.to_vec()))
            .filter(Column::PolicyVersion.eq(number(call.policy_version)))
            .exec(self.0.db())
            .await?;
        Ok(changed.rows_affected == 1)
    }

    /// Removes questions that were over before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let removed = delete_within::<Entity>(self.0)
            .filter(Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }

    fn open(&self, member: MemberId) -> Select<Entity> {
        within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::State.eq(ConfirmationState::Pending.name()))
            .filter(Column::ExpiresAt.gt(self.0.now().millis()))
    }

    async fn row(&self, id: ConfirmationId) -> Result<Option<Model>, StoreError> {
        Ok(within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .one(self.0.db())
            .await?)
    }

    fn place<'r>(&self, row: &'r str) -> Place<'r> {
        Place {
            tenant: self.0.tenant(),
            table: "confirmations",
            column: "question",
            row,
        }
    }
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

fn read(row: Model) -> Result<Confirmation, StoreError> {
    let corrupt = || StoreError::Corrupt {
        what: "confirmation",
    };
    Ok(Confirmation {
        id: Id::from_uuid(row.id),
        bound: Bound {
            member: Id::from_uuid(row.member_id),
            client: row.client_id.map(Id::from_uuid),
            grant: row.grant_id.map(Id::from_uuid),
            tool: row.tool,
            digest: row.digest.try_into().map_err(|_| corrupt())?,
            policy_version: u64::try_from(row.policy_version).map_err(|_| corrupt())?,
        },
        client_name: row.client_name,
        page_only: row.page_only,
        state: ConfirmationState::from_name(&row.state).ok_or_else(corrupt)?,
        asked_by: Id::from_uuid(row.asked_by),
        asked_at: Timestamp::from_millis(row.asked_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        answered_at: row.answered_at.map(Timestamp::from_millis),
    })
}
