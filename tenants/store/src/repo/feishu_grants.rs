//! Members' Feishu tokens and the database's half of the refresh protocol.
//!
//! Every change is a compare-and-swap on `version`. A refresh token can be exchanged once, so who
//! holds the answer to version *n* holds the only successor: storing it asks for the version, not
//! for the lease. A new sign-in raises the version, so a late answer cannot undo it.

mod successor;

pub use successor::{Sealer, Successor};

use model::{AttemptId, FeishuGrantState, MemberId, TenantId, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use vault::{DataKey, Place, Sealed, Secret};

use crate::{
    StoreError, TenantTx,
    entity::{
        feishu_grant::{ActiveModel, Column, Entity, Model},
        update_within, within,
    },
};

/// Feishu grants of the transaction's tenant.
#[derive(Debug)]
pub struct FeishuGrants<'t>(&'t TenantTx);

impl TenantTx {
    /// The members' Feishu tokens.
    pub const fn feishu_grants(&self) -> FeishuGrants<'_> {
        FeishuGrants(self)
    }
}

/// A pair of tokens as Feishu gave it.
#[derive(Debug, Clone)]
pub struct FeishuTokens {
    /// For calls.
    pub access_token: Secret,
    /// When it ends.
    pub access_expires_at: Timestamp,
    /// Single use; absent when the grant cannot be refreshed.
    pub refresh_token: Option<Secret>,
    /// When it ends.
    pub refresh_expires_at: Option<Timestamp>,
    /// Scopes granted so far, separated by spaces.
    pub scope: String,
}

/// A stored grant with its opened tokens.
#[derive(Debug, Clone)]
pub struct FeishuGrant {
    /// Whose.
    pub member: MemberId,
    /// What is known about it.
    pub state: FeishuGrantState,
    /// Grows with each stored pair.
    pub version: i64,
    /// The pair.
    pub tokens: FeishuTokens,
    /// When the access token was stored.
    pub issued_at: Timestamp,
    /// Who is refreshing it, until when.
    pub lease: Option<(AttemptId, Timestamp)>,
}

impl FeishuGrants<'_> {
    /// The grant of a member. A lease that has passed without an answer makes it uncertain.
    pub async fn get(&self, member: MemberId) -> Result<Option<FeishuGrant>, StoreError> {
        let found = within::<Entity>(self.0).filter(Column::MemberId.eq(member.uuid()));
        let Some(row) = found.one(self.0.db()).await? else {
            return Ok(None);
        };
        let key = self.0.data_key().await?;
        open(self.0.tenant(), &key, row, self.0.now()).map(Some)
    }

    /// Stores the pair of a fresh sign-in; gives the new version.
    pub async fn put_signed_in(
        &self,
        member: MemberId,
        tokens: &FeishuTokens,
    ) -> Result<i64, StoreError> {
        let tx = self.0;
        let known = within::<Entity>(tx).filter(Column::MemberId.eq(member.uuid()));
        let version = known.one(tx.db()).await?.map_or(0, |row| row.version) + 1;
        let key = tx.data_key().await?;
        let (access, refresh) = seal(tx.tenant(), member, &key, tokens)?;
        let row = ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            member_id: Set(member.uuid()),
            state: Set(FeishuGrantState::Valid.name().to_owned()),
            version: Set(version),
            access_token: Set(access),
            access_expires_at: Set(tokens.access_expires_at.millis()),
            access_issued_at: Set(tx.now().millis()),
            refresh_token: Set(refresh),
            refresh_expires_at: Set(tokens.refresh_expires_at.map(Timestamp::millis)),
            scope: Set(tokens.scope.clone()),
            signed_in_at: Set(tx.now().millis()),
            used_at: Set(tx.now().millis()),
            lease_attempt: Set(None),
            lease_until: Set(None),
            fault: Set(None),
        };
        let replace = OnConflict::columns([Column::TenantId, Column::MemberId])
            .update_columns([
                Column::State,
                Column::Version,
                Column::AccessToken,
                Column::AccessExpiresAt,
                Column::AccessIssuedAt,
                Column::RefreshToken,
                Column::RefreshExpiresAt,
                Column::Scope,
                Column::SignedInAt,
                Column::UsedAt,
                Column::LeaseAttempt,
                Column::LeaseUntil,
                Column::Fault,
            ])
            .to_owned();
        Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(tx.db())
            .await?;
        Ok(version)
    }

    /// Takes the lease on `version` until `until`; `false` when somebody else holds it, or the
    /// version has moved on. This is also the intent that a crash leaves behind.
    pub async fn take_lease(
        &self,
        member: MemberId,
        version: i64,
        attempt: AttemptId,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let free = Condition::any()
            .add(Column::LeaseUntil.is_null())
            .add(Column::LeaseUntil.lt(now));
        // A lease that passed without an answer leaves its mark: the token may be used up.
        let state = Expr::case(
            Condition::all()
                .add(Column::LeaseUntil.is_not_null())
                .add(Column::State.eq(FeishuGrantState::Valid.name())),
            Expr::value(FeishuGrantState::Uncertain.name()),
        )
        .finally(Expr::col(Column::State));
        let taken = update_within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::Version.eq(version))
            .filter(Column::State.ne(FeishuGrantState::NeedsReauth.name()))
            .filter(free)
            .col_expr(Column::State, state.into())
            .col_expr(Column::LeaseAttempt, Expr::value(attempt.uuid()))
            .col_expr(Column::LeaseUntil, Expr::value(until.millis()))
            .exec(self.0.db())
            .await?;
        Ok(taken.rows_affected == 1)
    }

    /// What seals the successor of `version`; it needs no database later.
    pub async fn sealer(&self, member: MemberId, version: i64) -> Result<Sealer, StoreError> {
        Ok(Sealer {
            key: self.0.data_key().await?,
            member,
            version,
        })
    }

    /// Stores the successor of a version, whatever happened to the lease: it is the only one there
    /// will ever be. `false` when a sign-in or another holder of it came in between.
    pub async fn store_successor(&self, next: &Successor) -> Result<bool, StoreError> {
        let tx = self.0;
        let stored = update_within::<Entity>(tx)
            .filter(Column::MemberId.eq(next.member.uuid()))
            .filter(Column::Version.eq(next.succeeds))
            .col_expr(Column::State, Expr::value(FeishuGrantState::Valid.name()))
            .col_expr(Column::Version, Expr::value(next.version()))
            .col_expr(Column::AccessToken, Expr::value(next.access.clone()))
            .col_expr(
                Column::AccessExpiresAt,
                Expr::value(next.access_expires_at.millis()),
            )
            .col_expr(Column::AccessIssuedAt, Expr::value(next.issued_at.millis()))
            .col_expr(Column::RefreshToken, Expr::value(next.refresh.clone()))
            .col_expr(
                Column::RefreshExpiresAt,
                Expr::value(next.refresh_expires_at.map(Timestamp::millis)),
            )
            .col_expr(Column::Scope, Expr::value(next.scope.clone()))
            .col_expr(
                Column::LeaseAttempt,
                Expr::value(Option::<uuid::Uuid>::None),
            )
            .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
            .col_expr(Column::Fault, Expr::value(Option::<i64>::None))
            .exec(tx.db())
            .await?;
        Ok(stored.rows_affected == 1)
    }

    /// Ends the attempt on `version` without a successor: releases its lease and notes what is
    /// known now, and Feishu's code. `false` when the attempt or the version is not current.
    pub async fn settle(
        &self,
        member: MemberId,
        version: i64,
        attempt: AttemptId,
        state: FeishuGrantState,
        fault: i64,
    ) -> Result<bool, StoreError> {
        let settled = update_within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .filter(Column::Version.eq(version))
            .filter(Column::LeaseAttempt.eq(attempt.uuid()))
            .col_expr(Column::State, Expr::value(state.name()))
            .col_expr(
                Column::LeaseAttempt,
                Expr::value(Option::<uuid::Uuid>::None),
            )
            .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
            .col_expr(Column::Fault, Expr::value(fault))
            .exec(self.0.db())
            .await?;
        Ok(settled.rows_affected == 1)
    }

    /// Notes that the grant was used: only used ones are kept alive.
    pub async fn touch(&self, member: MemberId) -> Result<(), StoreError> {
        update_within::<Entity>(self.0)
            .filter(Column::MemberId.eq(member.uuid()))
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Members whose refresh token ends before `before` and who used it since `used_since`, and
    /// those whose last attempt is unclear; the most urgent first.
    pub async fn due(
        &self,
        before: Timestamp,
        used_since: Timestamp,
        limit: u64,
    ) -> Result<Vec<MemberId>, StoreError> {
        let ending = Condition::all()
            .add(Column::State.eq(FeishuGrantState::Valid.name()))
            .add(Column::RefreshExpiresAt.lt(before.millis()))
            .add(Column::UsedAt.gte(used_since.millis()));
        let unclear = Condition::any()
            .add(Column::State.eq(FeishuGrantState::Uncertain.name()))
            .add(Column::LeaseUntil.lt(self.0.now().millis()));
        let rows = within::<Entity>(self.0)
            .filter(Column::RefreshToken.is_not_null())
            .filter(Column::State.ne(FeishuGrantState::NeedsReauth.name()))
            .filter(Condition::any().add(ending).add(unclear))
            .order_by_asc(Column::RefreshExpiresAt)
            .limit(limit)
            .all(self.0.db())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| MemberId::from_uuid(row.member_id))
            .collect())
    }
}

fn place<'a>(tenant: TenantId, column: &'static str, row: &'a str) -> Place<'a> {
    Place {
        tenant,
        table: "feishu_grants",
        column,
        row,
    }
}

type SealedPair = (Vec<u8>, Option<Vec<u8>>);

fn seal(
    tenant: TenantId,
    member: MemberId,
    key: &DataKey,
    tokens: &FeishuTokens,
) -> Result<SealedPair, StoreError> {
    let row = member.to_string();
    let access = tokens.access_token.expose().as_bytes();
    let access = key
        .seal(&place(tenant, "access_token", &row), access)?
        .into_bytes();
    let refresh = match &tokens.refresh_token {
        Some(token) => {
            let place = place(tenant, "refresh_token", &row);
            Some(key.seal(&place, token.expose().as_bytes())?.into_bytes())
        }
        None => None,
    };
    Ok((access, refresh))
}

fn open(
    tenant: TenantId,
    key: &DataKey,
    row: Model,
    now: Timestamp,
) -> Result<FeishuGrant, StoreError> {
    let member = MemberId::from_uuid(row.member_id);
    let name = member.to_string();
    let secret = |column, bytes| -> Result<Secret, StoreError> {
        let opened = key.open(&place(tenant, column, &name), &Sealed::from_bytes(bytes))?;
        Ok(Secret::new(opened.expose_str()?))
    };
    let lease = row
        .lease_attempt
        .zip(row.lease_until)
        .map(|(attempt, until)| (AttemptId::from_uuid(attempt), Timestamp::from_millis(until)));
    let stored = FeishuGrantState::from_name(&row.state).ok_or(StoreError::Corrupt {
        what: "feishu_grants.state",
    })?;
    let abandoned = lease.is_some_and(|(_, until)| until < now);
    let state = match stored {
        FeishuGrantState::Valid if abandoned => FeishuGrantState::Uncertain,
        known => known,
    };
    Ok(FeishuGrant {
        member,
        state,
        version: row.version,
        issued_at: Timestamp::from_millis(row.access_issued_at),
        lease: lease.filter(|(_, until)| *until >= now),
        tokens: FeishuTokens {
            access_token: secret("access_token", row.access_token)?,
            access_expires_at: Timestamp::from_millis(row.access_expires_at),
            refresh_token: row
                .refresh_token
                .map(|bytes| secret("refresh_token", bytes))
                .transpose()?,
            refresh_expires_at: row.refresh_expires_at.map(Timestamp::from_millis),
            scope: row.scope,
        },
    })
}
