//! Links that take the bytes of one file.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_links")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) member_id: Uuid,
    pub(crate) grant_id: Uuid,
    pub(crate) channel: String,
    pub(crate) locale: String,
    pub(crate) reference: Option<String>,
    pub(crate) block: Option<String>,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) max_bytes: i64,
    pub(crate) made_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) taken_at: Option<i64>,
    pub(crate) used_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
