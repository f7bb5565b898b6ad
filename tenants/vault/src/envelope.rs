//! The sealed form: format, key name, nonce, ciphertext and tag, bound to a place.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use model::{Entropy, TenantId};
use zeroize::Zeroizing;

use crate::VaultError;

const FORMAT: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
/// Random 96-bit nonces are safe for this many values under one key (NIST SP 800-38D, 8.3).
const BUDGET: u64 = 1 << 32;

/// Where a sealed value lives. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The tenant.
    pub tenant: TenantId,
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's key, as text.
    pub row: &'a str,
}

/// A sealed value: `format · length of key name · key name · nonce · ciphertext · tag`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Wraps stored bytes. They are checked when they are opened.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Name of the key that opens it.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] when these are no sealed bytes.
    pub fn key_id(&self) -> Result<&str, VaultError> {
        self.parts().map(|(id, _, _)| id)
    }

    fn parts(&self) -> Result<(&str, &[u8; NONCE], &[u8]), VaultError> {
        let rest = self
            .0
            .strip_prefix(&[FORMAT])
            .ok_or(VaultError::Malformed)?;
        let (length, rest) = rest.split_first().ok_or(VaultError::Malformed)?;
        let (id, rest) = rest
            .split_at_checked(usize::from(*length))
            .ok_or(VaultError::Malformed)?;
        let (nonce, body) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(VaultError::Malformed)?;
        if id.is_empty() || body.len() < TAG {
            return Err(VaultError::Malformed);
        }
        let id = std::str::from_utf8(id).map_err(|_| VaultError::Malformed)?;
        Ok((id, nonce, body))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key_id().unwrap_or("?");
        write!(f, "Sealed(key={key}, {} bytes)", self.0.len())
    }
}

/// An opened value: wiped when dropped, never printed.
#[derive(Clone)]
pub struct Opened(Zeroizing<Vec<u8>>);

impl Opened {
    /// The bytes.
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    ///
    /// # Errors
    /// [`VaultError::NotText`] when the bytes are not UTF-8.
    pub fn expose_str(&self) -> Result<&str, VaultError> {
        std::str::from_utf8(&self.0).map_err(|_| VaultError::NotText)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(…)")
    }
}

/// Associated data: every part with its length, so that no two places share one.
pub(crate) fn context(tenant: Option<TenantId>, table: &str, column: &str, row: &str) -> Vec<u8> {
    let mut bytes = vec![FORMAT];
    let tenant = tenant.map(|id| *id.uuid().as_bytes());
    for part in [
        tenant.as_ref().map_or(&[][..], |id| &id[..]),
        table.as_bytes(),
        column.as_bytes(),
        row.as_bytes(),
    ] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl Place<'_> {
    pub(crate) fn context(&self) -> Vec<u8> {
        context(Some(self.tenant), self.table, self.column, self.row)
    }
}

/// AES-256-GCM under one named key, with its count of nonces.
#[derive(Clone)]
pub(crate) struct Cipher {
    id: String,
    key: Zeroizing<[u8; 32]>,
    sealed: Arc<AtomicU64>,
}

impl Cipher {
    pub(crate) fn new(id: &str, key: &[u8; 32]) -> Self {
        Self {
            id: id.to_owned(),
            key: Zeroizing::new(*key),
            sealed: Arc::default(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    fn bound(&self, context: &[u8]) -> Vec<u8> {
        let mut bytes = context.to_vec();
        bytes.extend_from_slice(&(self.id.len() as u64).to_be_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes
    }

    pub(crate) fn seal(
        &self,
        entropy: &dyn Entropy,
        context: &[u8],
        plaintext: &[u8],
    ) -> Result<Sealed, VaultError> {
        if self.sealed.fetch_add(1, Ordering::Relaxed) >= BUDGET {
            return Err(VaultError::KeyExhausted);
        }
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let payload = Payload {
            msg: plaintext,
            aad: &self.bound(context),
        };
        let body = Aes256Gcm::new(&(*self.key).into())
            .encrypt(&nonce.into(), payload)
            .map_err(|_| VaultError::Malformed)?;
        let length = u8::try_from(self.id.len()).map_err(|_| VaultError::BadKeyName)?;
        let mut bytes = Vec::with_capacity(2 + self.id.len() + NONCE + body.len());
        bytes.extend_from_slice(&[FORMAT, length]);
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&body);
        Ok(Sealed(bytes))
    }

    pub(crate) fn open(&self, context: &[u8], sealed: &Sealed) -> Result<Opened, VaultError> {
        let (id, nonce, body) = sealed.parts()?;
        if id != self.id {
            return Err(VaultError::UnknownKey { id: id.to_owned() });
        }
        let payload = Payload {
            msg: body,
            aad: &self.bound(context),
        };
        Aes256Gcm::new(&(*self.key).into())
            .decrypt(&(*nonce).into(), payload)
            .map(|bytes| Opened(Zeroizing::new(bytes)))
            .map_err(|_| VaultError::Tampered)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use model::SeededEntropy;

    use super::*;

    #[test]
    fn a_key_stops_sealing_when_its_nonces_are_used_up() {
        let cipher = Cipher::new("k", &[1; 32]);
        let entropy = SeededEntropy::new(1);
        cipher.sealed.store(BUDGET - 1, Ordering::Relaxed);
        assert!(cipher.seal(&entropy, b"", b"x").is_ok());
        assert_eq!(
            cipher.seal(&entropy, b"", b"x").unwrap_err(),
            VaultError::KeyExhausted
        );
    }

    #[test]
    fn parts_cannot_slide_into_each_other() {
        assert_ne!(context(None, "ab", "c", ""), context(None, "a", "bc", ""));
        assert_ne!(context(None, "a", "b", "c"), context(None, "a", "bc", ""));
    }
}
