//! One classification of every error, so that status, log level and audit outcome are decided once.

use serde::{Deserialize, Serialize};

/// Whose problem an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultClass {
    /// The caller sent something that cannot be done as asked (400).
    Caller,
    /// The caller did not prove who it is (401).
    Unauthenticated,
    /// The caller may not do this (403).
    Denied,
    /// It does not exist, or the caller may not know that it does (404, same body).
    Missing,
    /// Too many, too much (429).
    Limit,
    /// A service that we depend on failed (502, 503, 504).
    Upstream,
    /// We failed (500).
    Bug,
}

impl FaultClass {
    /// The HTTP status of the class.
    pub const fn status(self) -> u16 {
        match self {
            Self::Caller => 400,
            Self::Unauthenticated => 401,
            Self::Denied => 403,
            Self::Missing => 404,
            Self::Limit => 429,
            Self::Upstream => 503,
            Self::Bug => 500,
        }
    }
}

/// An error that knows its class and has a stable code.
pub trait Fault: std::error::Error {
    /// Whose problem this is.
    fn class(&self) -> FaultClass;
    /// A stable snake_case code, for documents and tests.
    fn code(&self) -> &'static str;
}
