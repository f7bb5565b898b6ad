//! OAuth 2.1 authorization server for MCP clients; Feishu as upstream login.
//!
//! [`router`] serves the endpoints, [`protocol`] holds the pure rules, [`rotation`] decides on
//! refresh tokens, [`dev`] signs a member in
//! without a browser for the development command.

mod clients;
pub mod dev;
mod endpoints;
mod member;
mod page;
pub mod protocol;
mod reply;
pub mod rotation;
mod router;
mod state;
mod upstream;

pub use router::router;
pub use state::{Lifetimes, OAuthOptions, OAuthParts, OAuthState};
pub use upstream::{UpstreamFault, diagnosis};
