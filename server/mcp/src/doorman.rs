//! Authentication as the edge needs it, as a trait: tests bring their own credentials.

use std::future::ready;

use edge::{Authenticator, BearerFault, ResourceRef, UploadEnd, UploadFault, UploadPass};
use futures::future::BoxFuture;
use http::HeaderMap;
use model::{Principal, Slug};

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

    /// Looks at an upload link without taking it.
    fn upload<'a>(
        &'a self,
        _headers: &'a HeaderMap,
        _slug: &'a Slug,
        _secret: &'a str,
    ) -> BoxFuture<'a, Result<UploadPass, UploadFault>> {
        Box::pin(ready(Err(UploadFault::Unknown)))
    }

    /// Takes it for one upload.
    fn take_upload<'a>(&'a self, _pass: &'a UploadPass) -> BoxFuture<'a, Result<(), UploadFault>> {
        Box::pin(ready(Err(UploadFault::Unknown)))
    }

    /// Uses it up, or gives it back.
    fn settle_upload<'a>(&'a self, _pass: &'a UploadPass, _end: UploadEnd) -> BoxFuture<'a, ()> {
        Box::pin(ready(()))
    }
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

    fn upload<'a>(
        &'a self,
        headers: &'a HeaderMap,
        slug: &'a Slug,
        secret: &'a str,
    ) -> BoxFuture<'a, Result<UploadPass, UploadFault>> {
        Box::pin(Self::upload(self, headers, slug, secret))
    }

    fn take_upload<'a>(&'a self, pass: &'a UploadPass) -> BoxFuture<'a, Result<(), UploadFault>> {
        Box::pin(Self::take_upload(self, pass))
    }

    fn settle_upload<'a>(&'a self, pass: &'a UploadPass, end: UploadEnd) -> BoxFuture<'a, ()> {
        Box::pin(Self::settle_upload(self, pass, end))
    }
}
