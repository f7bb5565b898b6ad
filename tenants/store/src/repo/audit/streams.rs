//! Where entries are sent on to. The ledger itself is the outbox: a stream is a place in it.

use std::time::Duration;

use model::{
    StreamId, Timestamp,
    policy::{ManageTenant, Permit},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, sea_query::Expr};
use vault::{Place, Sealed, Secret};

use super::Audit;
use crate::{
    StoreError,
    entity::{
        audit_dead_letter as letter, audit_stream as stream, delete_within, update_within, within,
    },
    ledger::signed,
    repo::ledger::count,
};

/// How entries are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamKind {
    /// JSON over HTTPS with a signature.
    Webhook,
    /// OTLP/HTTP logs as JSON.
    Otlp,
}

impl StreamKind {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Otlp => "otlp",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Webhook, Self::Otlp]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A stream of a tenant's entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditStream {
    /// Identity.
    pub id: StreamId,
    /// Name for people.
    pub name: String,
    /// How entries are sent.
    pub kind: StreamKind,
    /// Where to.
    pub url: String,
    /// Whether it is sent at all.
    pub active: bool,
    /// Place of the last entry that was taken, or given up.
    pub cursor: u64,
    /// Failed attempts at the next entries.
    pub attempts: u32,
    /// Not tried before.
    pub next_at: Timestamp,
    /// When something was last taken.
    pub delivered_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// A stream as an admin asks for it.
#[derive(Debug, Clone)]
pub struct NewStream<'a> {
    /// Name for people.
    pub name: &'a str,
    /// How entries are sent.
    pub kind: StreamKind,
    /// Where to.
    pub url: &'a str,
    /// Key of the signatures; for OTLP the bearer token, or empty.
    pub secret: &'a Secret,
    /// Place after which it begins.
    pub after: u64,
}

/// Entries that were given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Which stream's.
    pub stream: StreamId,
    /// Place of the first.
    pub from: u64,
    /// Place of the last.
    pub through: u64,
    /// Why.
    pub error: String,
    /// When.
    pub at: Timestamp,
    /// Somebody wants them sent again.
    pub again: bool,
}

impl Audit<'_> {
    /// Adds a stream.
    pub async fn add_stream(
        &self,
        permit: &Permit<ManageTenant>,
        new: NewStream<'_>,
    ) -> Result<StreamId, StoreError> {
        self.0.check(permit)?;
        let id = StreamId::mint(self.0.clock(), self.0.entropy());
        let key = self.0.data_key().await?;
        let row = id.to_string();
        let sealed = key.seal(&self.place(&row), new.secret.expose().as_bytes())?;
        self.0
            .insert(stream::ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                name: Set(new.name.to_owned()),
                kind: Set(new.kind.name().to_owned()),
                url: Set(new.url.to_owned()),
                secret: Set(sealed.into_bytes()),
                active: Set(true),
                cursor: Set(signed(new.after)),
                attempts: Set(0),
                next_at: Set(0),
                leased_until: Set(0),
                delivered_at: Set(None),
                last_error: Set(None),
                created_at: Set(self.0.now().millis()),
            })
            .await?;
        Ok(id)
    }

    /// All streams, oldest first.
    pub async fn streams(&self) -> Result<Vec<AuditStream>, StoreError> {
        let rows = within::<stream::Entity>(self.0)
            .order_by_asc(stream::Column::Id)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Switches a stream on or off; `false` when there is none.
    pub async fn switch_stream(
        &self,
        permit: &Permit<ManageTenant>,
        id: StreamId,
        active: bool,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let done = update_within::<stream::Entity>(self.0)
            .filter(stream::Column::Id.eq(id.uuid()))
            .col_expr(stream::Column::Active, Expr::value(active))
            .col_expr(stream::Column::Attempts, Expr::value(0_i64))
            .col_expr(stream::Column::NextAt, Expr::value(0_i64))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Removes a stream; the one that was there.
    pub async fn remove_stream(
        &self,
        permit: &Permit<ManageTenant>,
        id: StreamId,
    ) -> Result<Option<AuditStream>, StoreError> {
        self.0.check(permit)?;
        let known = self.streams().await?.into_iter().find(|one| one.id == id);
        delete_within::<stream::Entity>(self.0)
            .filter(stream::Column::Id.eq(id.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(known)
    }

    /// Takes a stream that is due for one process, so that no two send the same at once; `None`
    /// when it is not due, or another has it.
    pub async fn lease_stream(
        &self,
        id: StreamId,
        life: Duration,
    ) -> Result<Option<(AuditStream, Secret)>, StoreError> {
        use stream::Column;
        let now = self.0.now();
        let taken = update_within::<stream::Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::Active.eq(true))
            .filter(Column::NextAt.lte(now.millis()))
            .filter(Column::LeasedUntil.lte(now.millis()))
            .col_expr(Column::LeasedUntil, Expr::value((now + life).millis()))
            .exec(self.0.db())
            .await?;
        if taken.rows_affected != 1 {
            return Ok(None);
        }
        let row = within::<stream::Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .one(self.0.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let text = id.to_string();
        let key = self.0.data_key().await?;
        let opened = key.open(&self.place(&text), &Sealed::from_bytes(row.secret.clone()))?;
        let secret = Secret::new(opened.expose_str()?);
        Ok(Some((read(row)?, secret)))
    }

    /// Notes where a stream is, and lets it go.
    pub async fn note_stream(&self, now: &AuditStream) -> Result<(), StoreError> {
        use stream::Column;
        update_within::<stream::Entity>(self.0)
            .filter(Column::Id.eq(now.id.uuid()))
            .col_expr(Column::Cursor, Expr::value(signed(now.cursor)))
            .col_expr(Column::Attempts, Expr::value(i64::from(now.attempts)))
            .col_expr(Column::NextAt, Expr::value(now.next_at.millis()))
            .col_expr(Column::LeasedUntil, Expr::value(0_i64))
            .col_expr(
                Column::DeliveredAt,
                Expr::value(now.delivered_at.map(Timestamp::millis)),
            )
            .col_expr(Column::LastError, Expr::value(now.last_error.clone()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Gives entries up.
    pub async fn bury(&self, dead: &DeadLetter) -> Result<(), StoreError> {
        self.0
            .insert(letter::ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                stream_id: Set(dead.stream.uuid()),
                from_seq: Set(signed(dead.from)),
                through_seq: Set(signed(dead.through)),
                error: Set(dead.error.clone()),
                at: Set(dead.at.millis()),
                again: Set(false),
            })
            .await
    }

    /// Entries that were given up, oldest first.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = within::<letter::Entity>(self.0)
            .order_by_asc(letter::Column::StreamId)
            .order_by_asc(letter::Column::FromSeq)
            .all(self.0.db())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(DeadLetter {
                    stream: StreamId::from_uuid(row.stream_id),
                    from: count(row.from_seq, "dead letter")?,
                    through: count(row.through_seq, "dead letter")?,
                    error: row.error,
                    at: Timestamp::from_millis(row.at),
                    again: row.again,
                })
            })
            .collect()
    }

    /// Wants everything that a stream gave up sent again; gives how many parts.
    pub async fn send_again(
        &self,
        permit: &Permit<ManageTenant>,
        id: StreamId,
    ) -> Result<u64, StoreError> {
        self.0.check(permit)?;
        let done = update_within::<letter::Entity>(self.0)
            .filter(letter::Column::StreamId.eq(id.uuid()))
            .col_expr(letter::Column::Again, Expr::value(true))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected)
    }

    /// Forgets a part that was taken after all.
    pub async fn raise(&self, dead: &DeadLetter) -> Result<(), StoreError> {
        delete_within::<letter::Entity>(self.0)
            .filter(letter::Column::StreamId.eq(dead.stream.uuid()))
            .filter(letter::Column::FromSeq.eq(signed(dead.from)))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    const fn place<'p>(&self, row: &'p str) -> Place<'p> {
        Place {
            tenant: self.0.tenant(),
            table: "audit_streams",
            column: "secret",
            row,
        }
    }
}

fn read(row: stream::Model) -> Result<AuditStream, StoreError> {
    let corrupt = StoreError::Corrupt {
        what: "audit stream",
    };
    Ok(AuditStream {
        id: StreamId::from_uuid(row.id),
        name: row.name,
        kind: StreamKind::from_name(&row.kind).ok_or_else(|| corrupt.clone())?,
        url: row.url,
        active: row.active,
        cursor: count(row.cursor, "stream place")?,
        attempts: u32::try_from(row.attempts).map_err(|_| corrupt)?,
        next_at: Timestamp::from_millis(row.next_at),
        delivered_at: row.delivered_at.map(Timestamp::from_millis),
        last_error: row.last_error,
    })
}
