//! Drive and wiki as one tree of places: what lies where, and who may open it.

pub(crate) mod files;
pub(crate) mod place;
pub(crate) mod refusal;
pub(crate) mod share;
pub(crate) mod source;
