//! The edge as clients see it: two nodes on one bus, requests through the routers.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

mod confirm;
mod fuzz;
mod redis;
mod sessions;
mod stateless;
mod streams;
mod support;
mod tell;
mod watch;
