//! Rows of questions to members about single calls.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "confirmations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) member_id: Uuid,
    pub(crate) client_id: Option<Uuid>,
    pub(crate) grant_id: Option<Uuid>,
    pub(crate) client_name: String,
    pub(crate) tool: String,
    pub(crate) digest: Vec<u8>,
    pub(crate) policy_version: i64,
    pub(crate) question: Vec<u8>,
    pub(crate) page_only: bool,
    pub(crate) state: String,
    pub(crate) asked_by: Uuid,
    pub(crate) asked_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) answered_at: Option<i64>,
    pub(crate) used_at: Option<i64>,
    pub(crate) used_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl super::TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
