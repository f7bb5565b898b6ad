//! The harness: the real program as a child process, on either backend, and actors that use it.

pub mod actor;
pub mod program;
pub mod script;
pub mod services;

pub use actor::Actor;
pub use program::{Backend, Program};
