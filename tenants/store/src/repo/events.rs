//! Events that Feishu pushes to the tenant's app: each is kept once, with what it is about and
//! not with what it says, until it was acted on and for a while after, so that the same one is
//! known again.

mod intake;

use std::time::Duration;

use model::{Timestamp, role_mapping::Standing};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

pub use self::intake::{IntakeState, ProofPair};
use crate::{
    StoreError, TenantTx,
    entity::{
        delete_within,
        feishu_event::{ActiveModel, Column, Entity, Model},
        feishu_tenant, update_within, within,
    },
};

/// Events of the transaction's tenant.
#[derive(Debug)]
pub struct Events<'t>(&'t TenantTx);

impl TenantTx {
    /// Events that Feishu pushed to the tenant's app.
    pub const fn events(&self) -> Events<'_> {
        Events(self)
    }
}

/// An event that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Feishu's id, the same for every attempt to deliver it.
    pub id: String,
    /// Feishu's name of its kind.
    pub kind: String,
    /// The person that it is about (`open_id`); empty when it is about nobody alone.
    pub person: String,
    /// [`Standing::Left`] or [`Standing::Frozen`] when it says that the person is gone.
    pub gone: Option<Standing>,
    /// The document, sheet, base or file that it is about, and what was done to it: JSON of whoever
    /// reads events. Empty when it is about none.
    pub thing: String,
    /// When it happened.
    pub happened_at: Timestamp,
}

/// An event that is to be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEvent {
    /// The event.
    pub event: NewEvent,
    /// When it came.
    pub received_at: Timestamp,
    /// How often it was begun, this time included.
    pub attempts: u32,
}

impl Events<'_> {
    /// The enterprise that the tenant's app was seen to belong to.
    pub async fn tenant_key(&self) -> Result<Option<String>, StoreError> {
        let known = within::<feishu_tenant::Entity>(self.0)
            .one(self.0.db())
            .await?;
        Ok(known.map(|row| row.tenant_key))
    }

    /// Keeps an event; `done` when there is nothing to do for it. `false` when it came before.
    pub async fn keep(&self, event: &NewEvent, done: bool) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let added = Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(event.id.clone()),
            kind: Set(event.kind.clone()),
            person: Set(event.person.clone()),
            gone: Set(event.gone.map_or("", gone_name).to_owned()),
            happened_at: Set(event.happened_at.millis()),
            received_at: Set(now),
            lease_until: Set(0),
            attempts: Set(0),
            done_at: Set(done.then_some(now)),
            thing: Set(event.thing.clone()),
        })
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::Id])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        Ok(added == 1)
    }

    /// Ids of events that wait for somebody to act on them, oldest first.
    pub async fn waiting(&self, most: u64) -> Result<Vec<String>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::DoneAt.is_null())
            .filter(Column::LeaseUntil.lt(self.0.now().millis()))
            .order_by_asc(Column::ReceivedAt)
            .limit(most)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Takes an event up for `lease`; `None` when somebody else has it, or it is done.
    pub async fn claim(
        &self,
        id: &str,
        lease: Duration,
    ) -> Result<Option<PendingEvent>, StoreError> {
        let now = self.0.now();
        let taken = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::DoneAt.is_null())
            .filter(Column::LeaseUntil.lt(now.millis()))
            .col_expr(Column::LeaseUntil, Expr::value((now + lease).millis()))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .exec(self.0.db())
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        let row = within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .one(self.0.db())
            .await?;
        Ok(row.map(pending))
    }

    /// Says that an event was acted on, in the transaction of the act; `false` when that was said
    /// before, and the act must not be kept.
    pub async fn finish(&self, id: &str) -> Result<bool, StoreError> {
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::DoneAt.is_null())
            .col_expr(Column::DoneAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Lets an event wait until `until` for its next attempt.
    pub async fn put_off(&self, id: &str, until: Timestamp) -> Result<(), StoreError> {
        update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::DoneAt.is_null())
            .col_expr(Column::LeaseUntil, Expr::value(until.millis()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Removes what came before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let gone = delete_within::<Entity>(self.0)
            .filter(Column::ReceivedAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(gone.rows_affected)
    }
}

fn pending(row: Model) -> PendingEvent {
    PendingEvent {
        event: NewEvent {
            id: row.id,
            kind: row.kind,
            person: row.person,
            gone: [Standing::Left, Standing::Frozen]
                .into_iter()
                .find(|one| gone_name(*one) == row.gone),
            thing: row.thing,
            happened_at: Timestamp::from_millis(row.happened_at),
        },
        received_at: Timestamp::from_millis(row.received_at),
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
    }
}

const fn gone_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Left => "left",
        Standing::Frozen => "frozen",
        Standing::Works | Standing::Unknown => "",
    }
}
