//! A local, stateful, strict simulator of the Feishu open platform.
//!
//! [`start`] it on a loopback port and point a client's base URL there: one listener plays the API
//! host and the accounts host. A request passes the gateway (route, token, app scope, person's
//! scope, rate limit, typed fields) before its family of endpoints sees it, so a client learns
//! the same refusals as from the real platform. What happens between requests is steered through
//! [`RunningSandbox`] or over HTTP under `/sandbox/admin/`: faults, clock, limits, tokens, apps.
//!
//! | module | concern |
//! |---|---|
//! | `facts` | what the platform publishes: endpoints, types, errors |
//! | `gateway` | order of checks, envelopes, headers, paging |
//! | `oauth` | the page where people approve, codes and tokens |
//! | `families` | what each endpoint does |
//! | `identity`, `apps`, `tokens` | tenants, people, groups; apps; what was issued |
//! | `control`, `admin`, `switches` | faults, limits, request log, and the ways to them |
//! | `events` | signed and encrypted pushes |
//! | `demo`, `seed` | the demo tenants and their content |
//! | `persist` | the state file |

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
pub use switches::Person;
mod tokens;

pub use apps::{App, AppBrand};
pub use control::{Fault, FaultKind};
pub use events::{ChangeKind, Delivery, Row};
pub use gateway::{ApiError, Shape};
pub use identity::{Department, Tenant, User, UserGroup, UserStatus};
pub use ids::IdSource;
pub use server::{RunningSandbox, SandboxOptions, start};
pub use shared::SharedState;
pub use state::State;
pub use tokens::TokenFilter;
