//! The rows as the database holds them. Private to this crate.

pub(crate) mod access_token;
pub(crate) mod account;
pub(crate) mod account_factor;
pub(crate) mod account_link;
pub(crate) mod account_passkey;
pub(crate) mod account_recovery_code;
pub(crate) mod account_session;
pub(crate) mod account_tenant;
pub(crate) mod api_key;
pub(crate) mod app_check;
pub(crate) mod app_rotation;
pub(crate) mod app_sighting;
pub(crate) mod audit_dead_letter;
pub(crate) mod audit_export;
pub(crate) mod audit_settings;
pub(crate) mod audit_stream;
pub(crate) mod authorization;
pub(crate) mod automation_mark;
pub(crate) mod automation_rule;
pub(crate) mod automation_run;
pub(crate) mod automation_step;
pub(crate) mod client;
pub(crate) mod confirmation;
pub(crate) mod console_access;
pub(crate) mod credit_note;
pub(crate) mod directory_department;
pub(crate) mod directory_group;
pub(crate) mod directory_person;
pub(crate) mod directory_sync;
pub(crate) mod erasure;
pub(crate) mod erasure_receipt;
pub(crate) mod event_intake;
pub(crate) mod feishu_event;
pub(crate) mod feishu_grant;
pub(crate) mod feishu_tenant;
pub(crate) mod grant;
pub(crate) mod handover;
pub(crate) mod job_round;
pub(crate) mod kept_account;
pub(crate) mod ledger_check;
pub(crate) mod ledger_checkpoint;
pub(crate) mod ledger_entry;
pub(crate) mod ledger_head;
pub(crate) mod ledger_seal;
pub(crate) mod member;
pub(crate) mod member_department;
pub(crate) mod milestone;
pub(crate) mod page_session;
pub(crate) mod page_sign_in;
pub(crate) mod passkey_question;
pub(crate) mod policy_draft;
pub(crate) mod policy_version;
pub(crate) mod refresh_token;
pub(crate) mod retired_slug;
pub(crate) mod role_draft;
pub(crate) mod role_mapping;
pub(crate) mod statement;
pub(crate) mod suspension;
pub(crate) mod tenant;
pub(crate) mod tenant_app;
pub(crate) mod tenant_key;
pub(crate) mod upload_link;
pub(crate) mod usage_count;
pub(crate) mod usage_warning;

use sea_orm::{ColumnTrait, DeleteMany, EntityTrait, QueryFilter, Select, UpdateMany};

use crate::TenantTx;

/// An entity whose rows belong to a tenant.
pub(crate) trait TenantOwned: EntityTrait {
    /// The `tenant_id` column.
    const TENANT: Self::Column;
}

/// The rows of the transaction's tenant: the only way to begin a query.
pub(crate) fn within<E: TenantOwned>(tx: &TenantTx) -> Select<E> {
    E::find().filter(E::TENANT.eq(tx.tenant().uuid()))
}

/// An update of rows of the transaction's tenant.
pub(crate) fn update_within<E: TenantOwned>(tx: &TenantTx) -> UpdateMany<E> {
    E::update_many().filter(E::TENANT.eq(tx.tenant().uuid()))
}

/// A removal of rows of the transaction's tenant.
pub(crate) fn delete_within<E: TenantOwned>(tx: &TenantTx) -> DeleteMany<E> {
    E::delete_many().filter(E::TENANT.eq(tx.tenant().uuid()))
}
