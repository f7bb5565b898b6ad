//! Rows of OAuth clients: platform-wide, no tenant.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) public_id: String,
    pub(crate) fingerprint: Option<Vec<u8>>,
    pub(crate) name: String,
    pub(crate) metadata: String,
    pub(crate) auth_method: String,
    pub(crate) secret_hash: Option<Vec<u8>>,
    pub(crate) created_at: i64,
    pub(crate) used_at: Option<i64>,
    pub(crate) fresh_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
