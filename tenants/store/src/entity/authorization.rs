//! Rows of pending authorization requests.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorizations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) client_id: Uuid,
    pub(crate) client_name: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) challenge: String,
    pub(crate) access: String,
    pub(crate) resource: String,
    pub(crate) browser_hash: Vec<u8>,
    pub(crate) csrf_hash: Vec<u8>,
    pub(crate) stage: String,
    pub(crate) given: Option<String>,
    pub(crate) feishu_state_hash: Option<Vec<u8>>,
    pub(crate) feishu_verifier: Option<Vec<u8>>,
    pub(crate) member_id: Option<Uuid>,
    pub(crate) code_hash: Option<Vec<u8>>,
    pub(crate) code_expires_at: Option<i64>,
    pub(crate) grant_id: Option<Uuid>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl super::TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
