//! The words of the platform: ids, clock, entropy, principal, roles, policy, plans and the
//! vocabulary of the ledger.
//!
//! Everything here is pure: no async, no I/O, no global state. Time and randomness come in as
//! arguments ([`Clock`], [`Entropy`]), so that rows, tokens and tests agree about them.

mod access;
pub mod audit;
pub mod automation;
pub mod billing;
mod capability;
mod confirmation;
mod entropy;
mod fault;
mod feishu_grant;
mod id;
mod ledger;
mod locale;
mod member;
mod onboarding;
mod plan;
pub mod policy;
mod principal;
mod role;
pub mod role_mapping;
pub mod scopes;
mod tenant;
mod time;

pub use access::{Access, AccessParseError};
pub use billing::{Day, Month};
pub use capability::{Capability, ScopeSet};
pub use confirmation::{Bound, Confirmation, ConfirmationState, Unfit, digest};
pub use entropy::{Entropy, OsEntropy, SeededEntropy};
pub use fault::{Fault, FaultClass};
pub use feishu_grant::FeishuGrantState;
pub use id::{
    AccessTokenId, AccountId, ApiKeyId, AttemptId, AuthorizationId, CallId, ClientId,
    ConfirmationId, ConsentId, ExportId, FeishuGrantId, GrantId, Id, IdKind, IdParseError,
    MemberId, NodeId, PasskeyId, RuleId, RunId, SessionId, StreamId, TenantId,
};
pub use ledger::{ChainHash, ChainHashError, EntryKind, LedgerEntry, Outcome};
pub use locale::Locale;
pub use member::{Member, MemberStatus};
pub use onboarding::Milestone;
pub use plan::{Contract, Currency, Limits, MicroPrice, Period, Plan, Rate, Terms};
pub use principal::{Channel, ClientRef, Principal, PrincipalParts, Purpose, Subject};
pub use role::{CustomRole, Role, RoleParseError, RoleSet};
pub use tenant::{Brand, Slug, SlugError, Tenant, TenantStatus};
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
