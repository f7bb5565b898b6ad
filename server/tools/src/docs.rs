//! Documents: reading, creating, comments.

pub(crate) mod comments;
pub(crate) mod create;
pub(crate) mod digest;
pub(crate) mod markdown;
pub(crate) mod outline;
pub(crate) mod read;
