//! A local, stateful, strict simulator of the Feishu open platform.
#![expect(
    dead_code,
    unused_imports,
    reason = "the skeleton lands before what uses it"
)]

mod content;
pub mod demo;
mod facts;
mod families;
mod gateway;
mod identity;
mod ids;
mod server;
mod shared;
mod state;

pub use gateway::ApiError;
pub use identity::{Department, Tenant, User, UserGroup, UserStatus};
pub use ids::IdSource;
pub use server::{RunningSandbox, SandboxOptions, start};
pub use shared::SharedState;
pub use state::State;
