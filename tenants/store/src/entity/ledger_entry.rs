//! An entry of the ledger.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: i64,
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) member_id: Option<Uuid>,
    pub(crate) account_id: Option<Uuid>,
    pub(crate) client_id: Option<Uuid>,
    pub(crate) client_name: String,
    pub(crate) grant_id: Option<Uuid>,
    pub(crate) channel: String,
    pub(crate) action: String,
    pub(crate) effect: String,
    pub(crate) target: Option<String>,
    pub(crate) policy_version: Option<i64>,
    pub(crate) decision: Option<String>,
    pub(crate) outcome: String,
    pub(crate) fault: Option<String>,
    pub(crate) feishu_log_id: Option<String>,
    pub(crate) upstream_calls: i64,
    pub(crate) duration_us: i64,
    pub(crate) detail: String,
    pub(crate) hash: Vec<u8>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
