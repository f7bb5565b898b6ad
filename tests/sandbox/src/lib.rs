//! A local, stateful, strict simulator of the Feishu open platform.
#![expect(
    dead_code,
    unused_imports,
    reason = "the skeleton lands before what uses it"
)]

mod admin;
mod apps;
mod clock;
mod content;
mod control;
pub mod demo;
mod events;
mod facts;
mod families;
mod gateway;
mod identity;
mod ids;
mod oauth;
mod persist;
mod seed;
mod server;
mod shared;
mod state;
mod switches;
mod tokens;

pub use apps::App;
pub use control::{Fault, FaultKind};
pub use gateway::{ApiError, Shape};
pub use identity::{Department, Tenant, User, UserGroup, UserStatus};
pub use ids::IdSource;
pub use server::{RunningSandbox, SandboxOptions, start};
pub use shared::SharedState;
pub use state::State;
pub use tokens::TokenFilter;
