//! What a tenant's events are proven by, and how their intake fares.

use sea_orm::entity::prelude::*;

use super::TenantOwned;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_intakes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant_id: Uuid,
    pub(crate) encrypt_key: Vec<u8>,
    pub(crate) verification_token: Vec<u8>,
    pub(crate) previous_key: Option<Vec<u8>>,
    pub(crate) previous_token: Option<Vec<u8>>,
    pub(crate) replaced_at: Option<i64>,
    pub(crate) since: i64,
    pub(crate) asked_at: Option<i64>,
    pub(crate) received_at: Option<i64>,
    pub(crate) received_kind: String,
    pub(crate) received: i64,
    pub(crate) ignored: i64,
    pub(crate) refused_at: Option<i64>,
    pub(crate) refused_for: String,
    pub(crate) refused: i64,
    pub(crate) look_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TenantOwned for Entity {
    const TENANT: Column = Column::TenantId;
}
