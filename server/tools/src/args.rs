//! Arguments that several tools share.

pub(crate) mod kind;
pub(crate) mod people;
pub(crate) mod reference;
pub(crate) mod resolve;
