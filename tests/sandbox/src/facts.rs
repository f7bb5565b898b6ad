//! What Feishu publishes about its endpoints, as compact data (see `facts/README.md`).

mod endpoint;
mod errors;

pub(crate) use endpoint::{Endpoint, Field, endpoints, named_type, response_fields};
pub(crate) use errors::error_fact;
