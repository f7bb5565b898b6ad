//! A rule that acts on what happens.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "automation_rules")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) paused_for: String,
    pub(crate) kind: String,
    pub(crate) place: String,
    pub(crate) definition: Vec<u8>,
    pub(crate) version: i64,
    pub(crate) hook_hash: Option<Vec<u8>>,
    pub(crate) hook_key: Option<Vec<u8>>,
    pub(crate) next_at: Option<i64>,
    pub(crate) made_by: String,
    pub(crate) made_at: i64,
    pub(crate) changed_at: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
