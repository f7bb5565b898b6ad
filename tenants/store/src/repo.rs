//! Repositories: the only way to rows.

pub(crate) mod app;
pub(crate) mod feishu_grants;
pub(crate) mod ledger;
pub(crate) mod members;
pub(crate) mod tenants;
