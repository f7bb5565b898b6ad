//! The authorization server against the sandbox, in process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; the configuration excuses only test functions"
)]

mod abuse;
mod clients;
mod flow;
mod mutations;
mod pages;
mod refresh;
mod roles;
mod scopes;
mod support;
