//! What a tenant takes along, and what it gets when it leaves.

use serde::{Deserialize, Serialize};

use super::Signable;
use crate::{ChainHash, TenantId};

/// Rows of a table that were taken out or erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// Name of the table.
    pub table: String,
    /// How many.
    pub rows: u64,
}

/// What is kept of an erased tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What.
    pub what: String,
    /// How many.
    pub count: u64,
    /// Why.
    pub why: String,
    /// Until when (milliseconds).
    pub until: i64,
}

/// That a tenant was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which.
    pub tenant: TenantId,
    /// Its name in paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When (milliseconds).
    pub requested_at: i64,
    /// When the erasure began.
    pub begun_at: i64,
    /// When it was done.
    pub erased_at: i64,
    /// What became of the key that the tenant's secrets were sealed with. Copies of sealed values,
    /// as in backups, cannot be opened without it.
    pub data_key: String,
    /// Place of the last entry of the ledger.
    pub ledger_seq: u64,
    /// Its hash: an export of the ledger ends in it.
    pub ledger_hash: ChainHash,
    /// The rows that went, table by table.
    pub erased: Vec<TableRows>,
    /// What is kept, and why.
    pub kept: Vec<Kept>,
}

impl Signable for Receipt {
    const DOMAIN: &'static str = "feishu-mcp erasure receipt 1";
}

/// The end of a file with everything of a tenant: what stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenOut {
    /// Whose.
    pub tenant: TenantId,
    /// Its name in paths.
    pub slug: String,
    /// Who took it out.
    pub by: String,
    /// When (milliseconds).
    pub at: i64,
    /// The tables of the file, in order.
    pub tables: Vec<TableRows>,
    /// Tables that are left out, because they hold nothing but secrets.
    pub without: Vec<String>,
    /// The end of the ledger when the file was begun.
    pub ledger_seq: u64,
    /// Its hash.
    pub ledger_hash: ChainHash,
    /// Bytes of the file before this line.
    pub bytes: u64,
    /// SHA-256 of them, hexadecimal.
    pub sha256: String,
}

impl Signable for TakenOut {
    const DOMAIN: &'static str = "feishu-mcp tenant export 1";
}
