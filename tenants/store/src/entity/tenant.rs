//! A tenant: public facts only.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) brand: String,
    pub(crate) app_id: String,
    pub(crate) status: String,
    pub(crate) capabilities: String,
    pub(crate) limits: String,
    pub(crate) rules: String,
    pub(crate) locale: String,
    pub(crate) created_at: i64,
    pub(crate) contract: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
