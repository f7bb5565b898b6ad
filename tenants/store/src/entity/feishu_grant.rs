//! A member's Feishu tokens.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feishu_grants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) member_id: Uuid,
    pub(crate) state: String,
    pub(crate) version: i64,
    pub(crate) access_token: Vec<u8>,
    pub(crate) access_expires_at: i64,
    pub(crate) access_issued_at: i64,
    pub(crate) refresh_token: Option<Vec<u8>>,
    pub(crate) refresh_expires_at: Option<i64>,
    pub(crate) scope: String,
    pub(crate) signed_in_at: i64,
    pub(crate) used_at: i64,
    pub(crate) lease_attempt: Option<Uuid>,
    pub(crate) lease_until: Option<i64>,
    pub(crate) fault: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
