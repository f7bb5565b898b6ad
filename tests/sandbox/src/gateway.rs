//! The door of the sandbox: headers, envelopes and the order of checks.

mod call;
mod error;
mod page;
pub(crate) mod scopes;

pub(crate) use call::{
    Call, Caller, CallerIdentity, Handler, Multipart, Part, PathParams, Query, Reply,
};
pub use error::ApiError;
pub(crate) use page::Page;
