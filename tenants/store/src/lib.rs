//! Tenant scope, repositories, ledger; Postgres and SQLite.
//!
//! # How a row is reached
//! A [`model::Principal`] opens a [`TenantScope`], that a [`TenantTx`], and only a transaction has
//! repositories: `store.scope(&principal).read().await?.members().get(id)`. Nobody outside this
//! crate sees an entity, a connection or SQL. Methods that change settings take a
//! [`model::policy::Permit`] and refuse one of another tenant. On Postgres forced row-level
//! security is the second wall; the tenant is set inside the transaction.
//!
//! Rows whose tenant is not known yet are found by a token's hash through [`Store::lookup`], which
//! shows the one row that carries the hash. What the platform itself does over tenants (list them,
//! add one) goes through [`Store::platform`] and a written reason.
//!
//! # Rules
//! - A transaction dropped without [`TenantTx::commit`] is rolled back.
//! - Never hold a transaction over a call to Feishu or another wait: SQLite has one writer.
//! - Times are epoch milliseconds, `tx.now()` is read once per transaction.
//! - [`StoreError::Contended`] means: run the whole transaction again ([`TenantScope::retrying`]).
//!
//! # Adding a table
//! 1. `migrations/src/mNNNN_<noun>.rs`: `tenant_table("nouns").column(…).key(&["id"])`, with
//!    `.lookup("hash")` if rows are found by a hash; list it in `migrations::ALL`.
//! 2. `entity/<noun>.rs`: a private sea-orm entity. `tenant_id` and the key columns carry
//!    `#[sea_orm(primary_key, auto_increment = false)]`. Implement [`entity::TenantOwned`].
//! 3. `repo/<noun>.rs`: `pub struct Nouns<'t>(pub(crate) &'t TenantTx)`. Read with
//!    `within::<Entity>(tx)`, never with `Entity::find()`; write rows whose `tenant_id` is
//!    `tx.tenant()`, and update or delete with a filter on it (`update_within`, `delete_within`).
//!    Methods over a hash go in `impl LookupTx`. Copy `repo/members.rs`.
//! 4. Add the accessor (`tx.nouns()`) beside the repository, in an `impl TenantTx` block.

mod attest;
mod directory;
mod engine;
mod entity;
mod error;
mod ledger;
mod lookup;
mod options;
mod page;
mod platform;
mod repo;
mod role;
mod scope;
mod store;

pub use directory::{Directory, TenantEntry};
pub use error::StoreError;
pub use ledger::Ledger;
pub use lookup::LookupTx;
pub use options::StoreOptions;
pub use page::{Page, Paged};
pub use platform::{PlatformScope, PlatformTx};
pub use repo::{
    account_factors::{AccountFactors, Proven, SecondFactor},
    account_links::{AccountLink, AccountLinks, LinkPurpose},
    account_sessions::{AccountSession, AccountSessions, NewAccountSession},
    accounts::{Account, Accounts, NewAccount},
    api_keys::{ApiKey, ApiKeys, NewApiKey},
    app::{App, AppSecrets},
    audit::{
        Audit,
        checks::{CheckNote, CheckState},
        exports::AuditExport,
        settings::AuditSettings,
        streams::{AuditStream, DeadLetter, NewStream, StreamKind},
    },
    authorizations::{Authorization, Authorizations, NewAuthorization, Stage},
    automation::{
        Automations, Claim, Held, Hook, Rule, RuleChange,
        runs::{Run, RunEnd, RunFilter, StepBegun, StepEnd, StepRow},
    },
    billing::{
        BilledCalls, Billing, CallCursor, CapTrial, Changed, ClosedStatement, CreditNote,
        CreditRefusal, NewCredit, UsageWarning,
    },
    clients::{Client, ClientKind, Clients, NewClient},
    confirmations::{Confirmations, NewConfirmation},
    connections::{AllConnections, ConnectionFilter},
    console_access::{AccessChange, AccountAccess, ConsoleAccess},
    departments::{Department, Departments},
    enterprise::{Enterprise, FeishuDepartment, FeishuGroup, KnownPerson, syncs::SyncState},
    erasure::{Begun, Erasure, Erasures, KeptReceipt},
    events::{Events, IntakeState, NewEvent, PendingEvent, ProofPair},
    feishu_grants::{FeishuGrant, FeishuGrants, FeishuTokens, Sealer, Successor},
    grants::{AccessToken, Grant, Grants, NewGrant, NewPair, RefreshToken, Successors},
    handovers::{Handover, Handovers},
    invites::{Accepted, Invitation, Invites, PendingInvite},
    job_rounds::{JobRound, JobRounds},
    ledger::{
        ChainHead, LedgerView, StoredEntry,
        export::Names,
        filter::{EntryFilter, Place},
        verify::{ChainBreak, ChainCheck, ChainReport},
    },
    members::{Members, NewMember},
    onboarding::{Onboarding, Sightings, StoredCheck},
    pages::{PageSession, PageSignIn, Pages},
    passkey_questions::{PasskeyPurpose, PasskeyQuestions},
    passkeys::{NewPasskey, Passkey, PasskeyRemoval, Passkeys},
    profile::{Naming, Profile},
    role_mappings::{CutOff, KeptMappings, RoleChange, RoleDraft, RoleMappingRepo},
    rules::{KeptRules, PolicyDraft, TenantRules},
    suspension::{Suspension, Suspensions},
    take_out::{Cursor, TakeOut},
    tenants::{MasterKeyUse, NewTenant, TenantCounts, Tenants},
    upload_links::{NewUploadLink, UploadLink, UploadLinks},
    usage::{
        DaysOf, DepartmentHistory, Dimension, Miscount, Recount, Usage, UsageFilter, UsageSum,
    },
};
pub use scope::{Contention, TenantScope, TenantTx, Work};
pub use store::{Store, StoreHealth, migrate, migrate_for, pending};
