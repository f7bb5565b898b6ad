//! The console of admins, and the employees' pages: how to connect a client, one's own
//! connections and keys.
//!
//! Reading order: [`WebState`] is what the handlers share, `visit` what each wants to know about
//! its request, `member` who is signed in, and `routes` holds one file per page or act.

mod console;
mod handover;
mod health;
mod member;
mod page;
mod routes;
mod state;
mod tenant;
mod visit;

#[cfg(test)]
mod tests;

pub use routes::{router, with_missing_page};
pub use state::{WebOptions, WebParts, WebState};
