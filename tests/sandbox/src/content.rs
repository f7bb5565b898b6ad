//! The cloud documents: what is stored of each kind.

mod comments;
mod docx;
mod drive;
mod seed;
mod wiki;

pub(crate) use comments::Comments;
pub(crate) use docx::Docx;
pub(crate) use drive::Drive;
pub(crate) use seed::seed;
pub(crate) use wiki::Wiki;
