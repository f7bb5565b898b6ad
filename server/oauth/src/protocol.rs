//! The pure parts of the protocol: no I/O, no clock, so each rule is tested by itself.

pub mod fault;
pub mod form;
pub mod metadata;
pub mod pkce;
pub mod redirect;
pub mod registration;
