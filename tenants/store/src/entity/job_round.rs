//! The latest round of a job on a replica.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_rounds")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) job: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) node: String,
    pub(crate) every_ms: i64,
    pub(crate) started_at: i64,
    pub(crate) ended_at: Option<i64>,
    pub(crate) next_at: Option<i64>,
    pub(crate) rounds: i64,
    pub(crate) failures: i64,
    pub(crate) failed_at: Option<i64>,
    pub(crate) error: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
