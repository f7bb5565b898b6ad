//! The value that proves a positive decision.

use std::marker::PhantomData;

use super::Action;
use crate::TenantId;

/// Proof that [`super::authorize`] allowed action `A` in one tenant. The fields are private, so a
/// permit can only come from there; writing repositories and the tool runner take one.
///
/// ```compile_fail,E0451
/// use model::policy::{Permit, CallTool};
/// let forged = Permit::<CallTool> { tenant: todo!(), _action: std::marker::PhantomData };
/// ```
#[derive(Debug)]
pub struct Permit<A> {
    tenant: TenantId,
    _action: PhantomData<fn() -> A>,
}

impl<A: Action> Permit<A> {
    pub(super) const fn grant(tenant: TenantId) -> Self {
        Self {
            tenant,
            _action: PhantomData,
        }
    }

    /// The tenant that the permit holds in. Repositories compare it with their own.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
}
