//! The authorization server against the sandbox, in process.

mod abuse;
mod clients;
mod flow;
mod pages;
mod refresh;
mod support;
