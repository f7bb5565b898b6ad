//! What can go wrong on the bus.

use model::{Fault, FaultClass};

/// Why the bus could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// Redis does not answer.
    #[error("the bus is away")]
    Away(#[source] Option<redis::RedisError>),
    /// The address is not one of Redis.
    #[error("not an address of Redis")]
    Address(#[source] redis::RedisError),
    /// A message could not be written.
    #[error("the message could not be written")]
    Message(#[from] serde_json::Error),
}

impl Fault for BusError {
    fn class(&self) -> FaultClass {
        match self {
            Self::Away(_) => FaultClass::Upstream,
            Self::Address(_) | Self::Message(_) => FaultClass::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Away(_) => "bus_away",
            Self::Address(_) => "bus_address",
            Self::Message(_) => "bus_message",
        }
    }
}
