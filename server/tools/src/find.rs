//! Finding things and telling what they are.

pub(crate) mod inspect;
pub(crate) mod search;
