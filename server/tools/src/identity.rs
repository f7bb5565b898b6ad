//! Who the caller is.

pub(crate) mod whoami;
