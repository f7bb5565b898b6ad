//! Typed client of the Feishu / Lark open platform. Knows nothing of tenants.
//!
//! [`Transport`] is the pool, [`Session`] is a token that calls are made with, [`api`] are the
//! families, [`app_check`] asks whether an app is set up, [`tokens`] are the token endpoints,
//! [`events`] opens what Feishu pushes, [`GuardedClient`] fetches what strangers name.

pub mod api;
pub mod app_check;
mod class;
mod diagnosis;
mod error;
pub mod events;
mod guard;
mod hosts;
mod identity;
mod meter;
mod request;
mod session;
pub mod tokens;
mod transport;

pub use app_check::user_scopes;
pub use class::class_of;
pub use diagnosis::Diagnosis;
pub use error::{ErrorClass, FeishuError, FieldViolation};
pub use guard::{Fetch, GuardError, GuardOptions, GuardedClient, GuardedReply, is_global};
pub use hosts::Hosts;
pub use identity::{AppScope, UserInfo, app_scopes, user_info};
pub use meter::Meter;
pub use request::Request;
pub use session::Session;
pub use tokens::{AppCredentials, AppToken, TokenFault, TokenFaultClass, UserTokens};
pub(crate) use transport::Exchange;
pub use transport::{Download, Reply, Transport, TransportError, TransportOptions};
