//! One file per endpoint.

pub(crate) mod authorize;
pub(crate) mod callback;
pub(crate) mod client_auth;
pub(crate) mod consent;
pub(crate) mod introspect;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod sign_in;
pub(crate) mod token;
pub(crate) mod well_known;
