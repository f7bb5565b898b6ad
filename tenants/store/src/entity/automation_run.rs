//! What a rule does about one event.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_runs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) rule_id: Uuid,
    pub(crate) event_id: String,
    pub(crate) event: Vec<u8>,
    pub(crate) depth: i64,
    pub(crate) state: String,
    pub(crate) reason: String,
    pub(crate) error: String,
    pub(crate) attempts: i64,
    pub(crate) next_at: i64,
    pub(crate) lease_until: i64,
    pub(crate) holder: Option<Uuid>,
    pub(crate) happened_at: i64,
    pub(crate) received_at: i64,
    pub(crate) finished_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
