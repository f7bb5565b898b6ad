//! Whether events are taken, what they are proven by, and how that goes.

use std::time::Duration;

use model::{
    Timestamp,
    policy::{Permit, SetUpApp},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait as _},
};
use vault::{DataKey, Place, Sealed, Secret};

use super::Events;
use crate::{
    StoreError,
    entity::{
        delete_within,
        event_intake::{ActiveModel, Column, Entity, Model},
        feishu_event, update_within, within,
    },
};

/// How long the pair before stays good: Feishu repeats an event for about seven hours.
const PREVIOUS_LASTS: Duration = Duration::from_hours(24);
/// The table of sealed values.
const TABLE: &str = "event_intakes";

/// What events are proven by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPair {
    /// Encrypt Key of the app.
    pub encrypt_key: Secret,
    /// Verification Token of the app.
    pub token: Secret,
}

/// How the intake stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeState {
    /// Since when events are taken.
    pub since: Timestamp,
    /// When the pair in force took the place of another that is still good.
    pub replaced_at: Option<Timestamp>,
    /// When Feishu last asked whether the address is the app's.
    pub asked_at: Option<Timestamp>,
    /// When the latest event came.
    pub received_at: Option<Timestamp>,
    /// Its kind.
    pub received_kind: String,
    /// Events that came, each once.
    pub received: u64,
    /// Events of kinds that nothing is done for.
    pub ignored: u64,
    /// When a request was last refused.
    pub refused_at: Option<Timestamp>,
    /// Stable name of the reason.
    pub refused_for: String,
    /// Requests that were refused.
    pub refused: u64,
    /// When everybody is to be looked at, because of what events said.
    pub look_at: Option<Timestamp>,
}

impl Events<'_> {
    async fn intake(&self) -> Result<Option<Model>, StoreError> {
        Ok(within::<Entity>(self.0).one(self.0.db()).await?)
    }

    fn update(&self) -> UpdateMany<Entity> {
        update_within::<Entity>(self.0)
    }

    /// How the intake stands; `None` while events are not taken.
    pub async fn state(&self) -> Result<Option<IntakeState>, StoreError> {
        let now = self.0.now();
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        let at = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        Ok(self.intake().await?.map(|row| IntakeState {
            since: Timestamp::from_millis(row.since),
            replaced_at: at(row.replaced_at).filter(|at| now.since(*at) < PREVIOUS_LASTS),
            asked_at: at(row.asked_at),
            received_at: at(row.received_at),
            received_kind: row.received_kind,
            received: count(row.received),
            ignored: count(row.ignored),
            refused_at: at(row.refused_at),
            refused_for: row.refused_for,
            refused: count(row.refused),
            look_at: at(row.look_at),
        }))
    }

    /// What events are proven by: the pair in force, and for a day the one before. Empty while
    /// events are not taken.
    pub async fn proofs(&self) -> Result<Vec<ProofPair>, StoreError> {
        let Some(row) = self.intake().await? else {
            return Ok(Vec::new());
        };
        let key = self.0.data_key().await?;
        let open = |sealed: Vec<u8>, column: &'static str| {
            let opened = key.open(&self.place(column), &Sealed::from_bytes(sealed))?;
            Ok::<_, StoreError>(Secret::new(opened.expose_str()?))
        };
        let mut pairs = vec![ProofPair {
            encrypt_key: open(row.encrypt_key, "encrypt_key")?,
            token: open(row.verification_token, "verification_token")?,
        }];
        let replaced_at = row.replaced_at.map(Timestamp::from_millis);
        let recent = replaced_at.is_some_and(|at| self.0.now().since(at) < PREVIOUS_LASTS);
        if let (true, Some(sealed), Some(token)) = (recent, row.previous_key, row.previous_token) {
            pairs.push(ProofPair {
                encrypt_key: open(sealed, "previous_key")?,
                token: open(token, "previous_token")?,
            });
        }
        Ok(pairs)
    }

    /// Takes events from now on, or proves them by another pair; the one before stays good for a
    /// day.
    pub async fn prove_by(
        &self,
        permit: &Permit<SetUpApp>,
        pair: &ProofPair,
    ) -> Result<(), StoreError> {
        self.0.check(permit)?;
        let key = self.0.data_key().await?;
        let now = self.0.now().millis();
        let before = self.proofs().await?.into_iter().next();
        let sealed_key = self.seal(&key, "encrypt_key", &pair.encrypt_key)?;
        let sealed_token = self.seal(&key, "verification_token", &pair.token)?;
        let Some(before) = before else {
            Entity::insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                encrypt_key: Set(sealed_key),
                verification_token: Set(sealed_token),
                previous_key: Set(None),
                previous_token: Set(None),
                replaced_at: Set(None),
                since: Set(now),
                asked_at: Set(None),
                received_at: Set(None),
                received_kind: Set(String::new()),
                received: Set(0),
                ignored: Set(0),
                refused_at: Set(None),
                refused_for: Set(String::new()),
                refused: Set(0),
                look_at: Set(None),
            })
            .exec_without_returning(self.0.db())
            .await?;
            return Ok(());
        };
        let mut update = self
            .update()
            .col_expr(Column::EncryptKey, Expr::value(sealed_key))
            .col_expr(Column::VerificationToken, Expr::value(sealed_token))
            // What was refused may have been for the pair before.
            .col_expr(Column::RefusedAt, Expr::value(None::<i64>))
            .col_expr(Column::RefusedFor, Expr::value(""));
        if before != *pair {
            let key_before = self.seal(&key, "previous_key", &before.encrypt_key)?;
            let token_before = self.seal(&key, "previous_token", &before.token)?;
            update = update
                .col_expr(Column::PreviousKey, Expr::value(key_before))
                .col_expr(Column::PreviousToken, Expr::value(token_before))
                .col_expr(Column::ReplacedAt, Expr::value(now));
        }
        update.exec(self.0.db()).await?;
        Ok(())
    }

    /// Takes no more events, and forgets those that came; `false` when none were taken.
    pub async fn stop(&self, permit: &Permit<SetUpApp>) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        self.forget().await
    }

    /// Forgets all about events: the app is another.
    pub(crate) async fn forget(&self) -> Result<bool, StoreError> {
        delete_within::<feishu_event::Entity>(self.0)
            .exec(self.0.db())
            .await?;
        let gone = delete_within::<Entity>(self.0).exec(self.0.db()).await?;
        Ok(gone.rows_affected == 1)
    }

    /// Notes that Feishu asked whether the address is the app's.
    pub async fn asked(&self) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        let update = self.update().col_expr(Column::AskedAt, Expr::value(now));
        update.exec(self.0.db()).await?;
        Ok(())
    }

    /// Counts an event that came; `ignored` when nothing is done for its kind. `false` when events
    /// are not taken (any more).
    pub async fn count(&self, kind: &str, ignored: bool) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let more = i64::from(ignored);
        let counted = self
            .update()
            .col_expr(Column::ReceivedAt, Expr::value(now))
            .col_expr(Column::ReceivedKind, Expr::value(kind))
            .col_expr(Column::Received, Expr::col(Column::Received).add(1))
            .col_expr(Column::Ignored, Expr::col(Column::Ignored).add(more))
            .exec(self.0.db())
            .await?;
        Ok(counted.rows_affected == 1)
    }

    /// Notes that requests were refused, `times` since the last note, the latest for `why`.
    pub async fn refused(&self, why: &str, times: u32) -> Result<(), StoreError> {
        let now = self.0.now().millis();
        let more = i64::from(times);
        self.update()
            .col_expr(Column::RefusedAt, Expr::value(now))
            .col_expr(Column::RefusedFor, Expr::value(why))
            .col_expr(Column::Refused, Expr::col(Column::Refused).add(more))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Asks for a look at everybody at `at`, unless one is asked for sooner.
    pub async fn look_at(&self, at: Timestamp) -> Result<(), StoreError> {
        let sooner = Condition::any()
            .add(Column::LookAt.is_null())
            .add(Column::LookAt.gt(at.millis()));
        self.update()
            .filter(sooner)
            .col_expr(Column::LookAt, Expr::value(at.millis()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Takes up the look that is due; it is due again at `until`, should it not be told to have
    /// been made ([`Events::looked`]). `false` when none is due.
    pub async fn take_look(&self, until: Timestamp) -> Result<bool, StoreError> {
        let taken = self
            .update()
            .filter(Column::LookAt.lte(self.0.now().millis()))
            .col_expr(Column::LookAt, Expr::value(until.millis()))
            .exec(self.0.db())
            .await?;
        Ok(taken.rows_affected == 1)
    }

    /// Says that the look was made that was taken up until `until`. One that was asked for
    /// meanwhile is still to be made.
    pub async fn looked(&self, until: Timestamp) -> Result<(), StoreError> {
        self.update()
            .filter(Column::LookAt.eq(until.millis()))
            .col_expr(Column::LookAt, Expr::value(None::<i64>))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    fn seal(
        &self,
        key: &DataKey,
        column: &'static str,
        secret: &Secret,
    ) -> Result<Vec<u8>, StoreError> {
        let sealed = key.seal(&self.place(column), secret.expose().as_bytes())?;
        Ok(sealed.into_bytes())
    }

    const fn place(&self, column: &'static str) -> Place<'static> {
        Place {
            tenant: self.0.tenant(),
            table: TABLE,
            column,
            row: "intake",
        }
    }
}
