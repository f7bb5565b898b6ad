//! The harness: the real program as a child process, on either backend, and actors that use it.

pub mod actor;
pub mod books;
pub mod oauth_flow;
pub mod program;
pub mod replica;
pub mod script;
pub mod wire;

pub use actor::Actor;
pub use books::Books;
pub use program::{Backend, Program};
