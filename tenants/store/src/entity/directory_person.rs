//! A person as Feishu showed it.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "directory_people")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) open_id: String,
    pub(crate) union_id: Option<String>,
    pub(crate) name: String,
    pub(crate) standing: String,
    pub(crate) departments: Option<String>,
    pub(crate) groups: Option<String>,
    pub(crate) seen_at: i64,
    pub(crate) round: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
