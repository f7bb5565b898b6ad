//! Authentication as the edge needs it, as a trait: tests bring their own credentials.

use edge::{Authenticator, BearerFault, ResourceRef};
use futures::future::BoxFuture;
use http::HeaderMap;
use model::Principal;

/// Lets callers in.
pub trait Doorman: Send + Sync + 'static {
    /// Authenticates a request at a door.
    fn admit<'a>(
        &'a self,
        headers: &'a HeaderMap,
        resource: &'a ResourceRef,
    ) -> BoxFuture<'a, Result<Principal, BearerFault>>;

    /// Whether the credential behind an open stream still holds.
    fn still_valid<'a>(&'a self, principal: &'a Principal) -> BoxFuture<'a, bool>;
}

impl Doorman for Authenticator {
    fn admit<'a>(
        &'a self,
        headers: &'a HeaderMap,
        resource: &'a ResourceRef,
    ) -> BoxFuture<'a, Result<Principal, BearerFault>> {
        Box::pin(self.bearer_at(headers, resource))
    }

    fn still_valid<'a>(&'a self, principal: &'a Principal) -> BoxFuture<'a, bool> {
        Box::pin(Self::still_valid(self, principal))
    }
}
