//! The latest check of a chain, and one under way: for people to look at. A check never goes on
//! from what stands here.

use model::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::Audit;
use crate::{
    StoreError,
    entity::{
        ledger_check::{ActiveModel, Column, Entity},
        within,
    },
    ledger::signed,
    repo::ledger::count,
};

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// Under way, or ended with its process when it was not heard of for long.
    Running,
    /// The chain holds.
    Holds,
    /// The chain is broken.
    Broken,
}

impl CheckState {
    const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Holds => "holds",
            Self::Broken => "broken",
        }
    }
}

/// A check of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckNote {
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub updated_at: Timestamp,
    /// Who asked for it; empty for the platform itself.
    pub by: String,
    /// How far it is.
    pub state: CheckState,
    /// Entries checked.
    pub checked: u64,
    /// Place of the last entry when it began.
    pub through: u64,
    /// What was found, as JSON.
    pub report: String,
}

impl Audit<'_> {
    /// The latest check.
    pub async fn check(&self) -> Result<Option<CheckNote>, StoreError> {
        let row = within::<Entity>(self.0).one(self.0.db()).await?;
        row.map(|row| {
            Ok(CheckNote {
                started_at: Timestamp::from_millis(row.started_at),
                updated_at: Timestamp::from_millis(row.updated_at),
                by: row.by_name,
                state: [CheckState::Running, CheckState::Holds, CheckState::Broken]
                    .into_iter()
                    .find(|state| state.name() == row.state)
                    .ok_or(StoreError::Corrupt {
                        what: "state of a check",
                    })?,
                checked: count(row.checked, "check")?,
                through: count(row.through_seq, "check")?,
                report: row.report,
            })
        })
        .transpose()
    }

    /// Notes how far the check is, in the place of the one before.
    pub async fn note_check(&self, note: &CheckNote) -> Result<(), StoreError> {
        let row = ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            started_at: Set(note.started_at.millis()),
            updated_at: Set(note.updated_at.millis()),
            by_name: Set(note.by.clone()),
            state: Set(note.state.name().to_owned()),
            checked: Set(signed(note.checked)),
            through_seq: Set(signed(note.through)),
            report: Set(note.report.clone()),
        };
        Entity::insert(row)
            .on_conflict(
                OnConflict::column(Column::TenantId)
                    .update_columns([
                        Column::StartedAt,
                        Column::UpdatedAt,
                        Column::ByName,
                        Column::State,
                        Column::Checked,
                        Column::ThroughSeq,
                        Column::Report,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(self.0.db())
            .await?;
        Ok(())
    }
}
