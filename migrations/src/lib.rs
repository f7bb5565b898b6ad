//! Numbered migrations and the `tenant_table` helper.
//!
//! Each migration lists the tables that it makes as [`Table`] values; one call makes the columns,
//! keys, indexes, row-level security and grants. `migrations/README.md` tells the rules.

mod m0001_tenants;
mod m0002_members_and_ledger;
mod m0003_clients_and_grants;
mod m0004_feishu_grants;
mod m0005_accounts;
mod m0007_audit;
mod m0008_billing;
mod m0009_onboarding;
mod m0011_roles;
mod m0012_policy;
mod m0013_desk;
mod m0014_account_factors;
mod m0015_passkeys;
mod m0016_events;
mod m0018_uploads;
mod m0019_confirmations;
mod m0020_things;
mod m0022_automation;
mod run;
mod table;

pub use run::{MigrateError, RUNTIME_ROLE, pending, pending_at, up};
pub use table::{Backend, Column, Table, platform_table, tenant_table};

/// One step of the schema.
pub struct Migration {
    /// Number and name; never changed once released.
    pub name: &'static str,
    /// The tables that it makes, in order.
    pub tables: fn() -> Vec<Table>,
    /// Further statements, for changes of existing tables.
    pub statements: fn(Backend) -> Vec<String>,
}

/// All migrations, in order.
pub const ALL: &[Migration] = &[
    Migration {
        name: "m0001_tenants",
        tables: m0001_tenants::tables,
        statements: nothing,
    },
    Migration {
        name: "m0002_members_and_ledger",
        tables: m0002_members_and_ledger::tables,
        statements: nothing,
    },
    Migration {
        name: "m0003_clients_and_grants",
        tables: m0003_clients_and_grants::tables,
        statements: nothing,
    },
    Migration {
        name: "m0004_feishu_grants",
        tables: m0004_feishu_grants::tables,
        statements: nothing,
    },
    Migration {
        name: "m0005_accounts",
        tables: m0005_accounts::tables,
        statements: nothing,
    },
    Migration {
        name: "m0007_audit",
        tables: m0007_audit::tables,
        statements: m0007_audit::statements,
    },
    Migration {
        name: "m0008_billing",
        tables: m0008_billing::tables,
        statements: m0008_billing::statements,
    },
    Migration {
        name: "m0009_onboarding",
        tables: m0009_onboarding::tables,
        statements: nothing,
    },
    Migration {
        name: "m0011_roles",
        tables: m0011_roles::tables,
        statements: nothing,
    },
    Migration {
        name: "m0012_policy",
        tables: m0012_policy::tables,
        statements: nothing,
    },
    Migration {
        name: "m0013_desk",
        tables: m0013_desk::made,
        statements: m0013_desk::statements,
    },
    Migration {
        name: "m0014_account_factors",
        tables: m0014_account_factors::tables,
        statements: m0014_account_factors::statements,
    },
    Migration {
        name: "m0015_passkeys",
        tables: m0015_passkeys::tables,
        statements: nothing,
    },
    Migration {
        name: "m0016_events",
        tables: m0016_events::tables,
        statements: nothing,
    },
    Migration {
        name: "m0018_uploads",
        tables: m0018_uploads::tables,
        statements: nothing,
    },
    Migration {
        name: "m0019_confirmations",
        tables: m0019_confirmations::tables,
        statements: nothing,
    },
    Migration {
        name: "m0020_things",
        tables: Vec::new,
        statements: m0020_things::statements,
    },
    Migration {
        name: "m0022_automation",
        tables: m0022_automation::tables,
        statements: nothing,
    },
];

/// Every table that the migrations make.
pub fn tables() -> Vec<Table> {
    ALL.iter().flat_map(|step| (step.tables)()).collect()
}

fn nothing(_: Backend) -> Vec<String> {
    Vec::new()
}
