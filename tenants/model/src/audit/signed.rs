//! What is signed about a chain, so that whoever can write to the database cannot rewrite it
//! unseen.

use serde::{Deserialize, Serialize};

use crate::{ChainHash, TenantId};

/// Something that is signed; the domain keeps a signature of one kind from passing as another.
pub trait Signable: Serialize {
    /// What kind of statement it is.
    const DOMAIN: &'static str;

    /// The bytes that are signed: the fields as compact JSON, in their order.
    fn message(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// An Ed25519 signature (RFC 8032) as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureText {
    /// Name of the master key that the signing key comes from.
    pub key_id: String,
    /// Public key, hexadecimal.
    pub public_key: String,
    /// Signature, hexadecimal.
    pub value: String,
}

/// A statement with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed<T> {
    /// What is said.
    pub statement: T,
    /// By whom.
    pub signature: SignatureText,
}

/// The end of a chain at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Whose chain.
    pub tenant: TenantId,
    /// Place of the last entry.
    pub seq: u64,
    /// Its hash.
    pub hash: ChainHash,
    /// When, milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

impl Signable for Checkpoint {
    const DOMAIN: &'static str = "feishu-mcp audit checkpoint 1";
}

/// The beginning of a chain that was removed when its time was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Whose chain.
    pub tenant: TenantId,
    /// Place of the last removed entry.
    pub seq: u64,
    /// Its hash: the chain goes on from it.
    pub hash: ChainHash,
    /// Removed was what is older than this moment (milliseconds).
    pub cutoff: i64,
    /// When (milliseconds).
    pub at: i64,
}

impl Signable for Seal {
    const DOMAIN: &'static str = "feishu-mcp audit seal 1";
}

/// What an exported file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the file.
    pub file: String,
    /// `csv` or `jsonl`.
    pub format: String,
    /// Whose entries.
    pub tenant: TenantId,
    /// The filter as the page's address has it; empty for the whole log.
    pub filter: String,
    /// Whether every entry up to `through_seq` is in the file.
    pub complete: bool,
    /// Entries in the file.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Place of the first entry of the file.
    pub first_seq: Option<u64>,
    /// Hash before the first entry.
    pub first_prev: Option<ChainHash>,
    /// Place of the last entry of the file.
    pub last_seq: Option<u64>,
    /// Hash of the last entry.
    pub last_hash: Option<ChainHash>,
    /// The end of the chain when the export began.
    pub through_seq: u64,
    /// Its hash.
    pub through_hash: ChainHash,
    /// Who exported.
    pub by: String,
    /// When (milliseconds).
    pub at: i64,
}

impl Signable for Manifest {
    const DOMAIN: &'static str = "feishu-mcp audit export 1";
}
