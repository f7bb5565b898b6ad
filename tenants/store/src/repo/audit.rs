//! What surrounds a tenant's ledger: how long it is kept, what is signed about it, where it is
//! sent.

pub(crate) mod checks;
pub(crate) mod exports;
pub(crate) mod proof;
pub(crate) mod settings;
pub(crate) mod streams;

use crate::TenantTx;

/// What surrounds the ledger of the transaction's tenant.
#[derive(Debug)]
pub struct Audit<'t>(pub(crate) &'t TenantTx);

impl TenantTx {
    /// What surrounds the tenant's ledger.
    pub const fn audit(&self) -> Audit<'_> {
        Audit(self)
    }
}
