//! The door of the sandbox: headers, envelopes and the order of checks.

mod access;
pub(crate) mod answer;
mod body;
mod call;
mod error;
mod page;
mod route;
pub(crate) mod scopes;
mod serve;
mod validate;

pub(crate) use answer::respond;
pub(crate) use body::BODY_MAX;
pub(crate) use call::{
    Call, Caller, CallerIdentity, Handler, Multipart, Part, PathParams, Query, Reply,
};
pub use error::{ApiError, Shape};
pub(crate) use page::Page;
pub(crate) use serve::{Dropped, serve};
