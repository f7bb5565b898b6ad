//! Identifiers shaped like Feishu's: derived ones (the same input gives the same id for ever)
//! and fresh ones from a counter mixed with a seed.

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hashes labelled parts; the length prefix keeps `("ab","c")` and `("a","bc")` apart.
fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

fn hex32(parts: &[&str]) -> String {
    let mut text = hex::encode(digest(parts));
    text.truncate(32);
    text
}

/// Characters of cloud-document tokens.
const TOKEN_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn alphabet(bytes: &[u8], length: usize) -> String {
    bytes
        .iter()
        .cycle()
        .take(length)
        .map(|byte| char::from(TOKEN_ALPHABET[usize::from(*byte) % TOKEN_ALPHABET.len()]))
        .collect()
}

/// `ou_…`: one per person and app.
pub(crate) fn open_id(app_id: &str, tenant_key: &str, user_key: &str) -> String {
    format!("ou_{}", hex32(&["open_id", app_id, tenant_key, user_key]))
}

/// `on_…`: one per person and developer (here: the tenant that owns the app).
pub(crate) fn union_id(developer: &str, tenant_key: &str, user_key: &str) -> String {
    format!(
        "on_{}",
        hex32(&["union_id", developer, tenant_key, user_key])
    )
}

/// What makes a download address hard to guess.
pub(crate) fn link_code(token: &str, until_ms: i64) -> String {
    hex32(&["link", token, &until_ms.to_string()])
}

/// Eight hexadecimal characters: the tenant-wide id a person gets by default.
pub(crate) fn user_id(tenant_key: &str, user_key: &str) -> String {
    hex32(&["user_id", tenant_key, user_key])[..8].to_owned()
}

/// `od-…`: open department id.
pub(crate) fn open_department_id(tenant_key: &str, department_key: &str) -> String {
    format!("od-{}", hex32(&["department", tenant_key, department_key]))
}

/// Fresh identifiers. Not a source of secrets: the sandbox guards nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdSource {
    seed: String,
    counter: u64,
}

impl IdSource {
    /// A source whose sequence differs from every other process's.
    pub(crate) fn fresh() -> IdSource {
        let (one, two) = (RandomState::new(), RandomState::new());
        let seed = format!(
            "{:016x}{:016x}",
            one.build_hasher().finish(),
            two.build_hasher().finish()
        );
        IdSource { seed, counter: 0 }
    }

    /// The same sequence every time, for tests.
    pub fn seeded(seed: &str) -> IdSource {
        IdSource {
            seed: seed.to_owned(),
            counter: 0,
        }
    }

    fn next(&mut self, purpose: &str) -> [u8; 32] {
        self.counter += 1;
        digest(&[purpose, &self.seed, &self.counter.to_string()])
    }

    /// 27 letters and digits: documents, blocks, folders, wiki nodes, files.
    pub(crate) fn token27(&mut self) -> String {
        alphabet(&self.next("token27"), 27)
    }

    /// `length` lower-case hexadecimal characters (at most 64).
    pub(crate) fn hex(&mut self, length: usize) -> String {
        let mut text = hex::encode(self.next("hex"));
        text.truncate(length);
        text
    }

    /// A decimal 64-bit number as text, 19 digits: comments, replies, spaces.
    pub(crate) fn number19(&mut self) -> String {
        let bytes = self.next("number");
        let mut raw = [0_u8; 8];
        raw.copy_from_slice(&bytes[..8]);
        let number = 7_000_000_000_000_000_000 + u64::from_be_bytes(raw) % 500_000_000_000_000_000;
        number.to_string()
    }

    /// A random-looking text of `[A-Za-z0-9_-]`, `blocks` × 43 characters.
    pub(crate) fn secret(&mut self, blocks: usize) -> String {
        (0..blocks)
            .map(|_| URL_SAFE_NO_PAD.encode(self.next("secret")))
            .collect()
    }

    /// A UUID-shaped text.
    pub(crate) fn uuid(&mut self) -> String {
        let text = self.hex(32);
        format!(
            "{}-{}-4{}-a{}-{}",
            &text[..8],
            &text[8..12],
            &text[13..16],
            &text[17..20],
            &text[20..32]
        )
    }
}
