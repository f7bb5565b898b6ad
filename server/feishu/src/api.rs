//! Typed modules of the open API, one file per family.
//!
//! They hold paths, parameters and shapes; retries, tokens and limits are the session's. Ids go
//! into paths only through `Request::path`, which checks them.

pub mod bitable;
pub mod board;
pub mod comments;
pub mod contact;
pub mod directory;
pub mod docx;
pub mod drive;
pub mod files;
pub mod media;
pub mod messages;
pub mod permissions;
pub mod search;
pub mod sheets;
pub mod subscriptions;
pub mod tasks;
pub mod versions;
pub mod wiki;

mod loose;

/// The most pages that a helper which reads a whole list follows: a list that never ends must not
/// hold a call for ever.
pub const MAX_PAGES: usize = 40;
