//! Documents: reading, creating, comments.

pub(crate) mod comments;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod markdown;
pub(crate) mod outline;
pub(crate) mod read;
pub(crate) mod write;
