//! Documents: reading, creating, comments.

pub(crate) mod blocks;
pub(crate) mod comments;
pub(crate) mod create;
pub(crate) mod digest;
pub(crate) mod edit;
pub(crate) mod history;
pub(crate) mod markdown;
pub(crate) mod outline;
pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod write;
