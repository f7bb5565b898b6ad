//! The vault: the ring and a source of randomness.

use std::{fmt, sync::Arc};

use model::{Entropy, TenantId};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    DataKey, KeyRing, Opened, Sealed, VaultError, WrappedKey,
    data_key::wrap_context,
    envelope::{Cipher, context},
};

/// Makes and opens data keys, seals values that belong to no tenant, signs.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<KeyRing>,
    platform: Arc<Cipher>,
    entropy: Arc<dyn Entropy>,
}

impl Vault {
    /// A vault over a ring.
    pub fn new(ring: KeyRing, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            platform: Arc::new(ring.primary().platform()),
            ring: Arc::new(ring),
            entropy,
        }
    }

    /// The ring.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// A fresh data key for a tenant, wrapped with the primary master key.
    ///
    /// # Errors
    /// Fails only when the key could not be wrapped.
    pub fn create_data_key(&self, tenant: TenantId) -> Result<WrappedKey, VaultError> {
        let mut plain = Zeroizing::new([0_u8; 36]);
        self.entropy.fill(plain.as_mut_slice());
        self.wrap(tenant, plain.as_slice())
    }

    /// Opens a tenant's data key with whichever master key wrapped it.
    ///
    /// # Errors
    /// [`VaultError::UnknownKey`] when that master key is not in the ring,
    /// [`VaultError::Tampered`] when the wrapped key is another tenant's or was changed.
    pub fn open_data_key(
        &self,
        tenant: TenantId,
        wrapped: &WrappedKey,
    ) -> Result<DataKey, VaultError> {
        let plain = self.unwrap(tenant, wrapped)?;
        let (name, key) = plain
            .expose_bytes()
            .split_first_chunk::<4>()
            .ok_or(VaultError::Malformed)?;
        let key = Zeroizing::new(<[u8; 32]>::try_from(key).map_err(|_| VaultError::Malformed)?);
        let id = format!("d{:08x}", u32::from_be_bytes(*name));
        Ok(DataKey::new(
            tenant,
            Cipher::new(&id, &key),
            Arc::clone(&self.entropy),
        ))
    }

    /// The data key wrapped anew with the primary master key; `None` when it already is.
    ///
    /// # Errors
    /// As [`Vault::open_data_key`].
    pub fn rewrap(
        &self,
        tenant: TenantId,
        wrapped: &WrappedKey,
    ) -> Result<Option<WrappedKey>, VaultError> {
        if wrapped.master_id()? == self.ring.primary().id() {
            return Ok(None);
        }
        let plain = self.unwrap(tenant, wrapped)?;
        self.wrap(tenant, plain.expose_bytes()).map(Some)
    }

    fn wrap(&self, tenant: TenantId, plain: &[u8]) -> Result<WrappedKey, VaultError> {
        self.ring
            .primary()
            .wrapping()
            .seal(self.entropy.as_ref(), &wrap_context(tenant), plain)
            .map(WrappedKey)
    }

    fn unwrap(&self, tenant: TenantId, wrapped: &WrappedKey) -> Result<Opened, VaultError> {
        self.ring
            .find(wrapped.master_id()?)?
            .wrapping()
            .open(&wrap_context(tenant), &wrapped.0)
    }

    /// Seals a value that belongs to no tenant (a cookie, the state of a sign-in).
    ///
    /// # Errors
    /// [`VaultError::KeyExhausted`] after 2^32 values in one process.
    pub fn seal_platform(
        &self,
        table: &'static str,
        column: &'static str,
        row: &str,
        plaintext: &[u8],
    ) -> Result<Sealed, VaultError> {
        self.platform.seal(
            self.entropy.as_ref(),
            &context(None, table, column, row),
            plaintext,
        )
    }

    /// Opens what [`Vault::seal_platform`] sealed for the same place.
    ///
    /// # Errors
    /// As [`Vault::open_data_key`].
    pub fn open_platform(
        &self,
        table: &'static str,
        column: &'static str,
        row: &str,
        sealed: &Sealed,
    ) -> Result<Opened, VaultError> {
        self.ring
            .find(sealed.key_id()?)?
            .platform()
            .open(&context(None, table, column, row), sealed)
    }

    /// A keyed hash (HMAC-SHA-256) of `bytes` for one purpose, with the primary key.
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.ring.primary().sign(purpose, bytes)
    }

    /// Whether `mac` is what any key of the ring gives; in constant time.
    pub fn mac_matches(&self, purpose: &str, bytes: &[u8], mac: &[u8]) -> bool {
        self.ring.keys().fold(false, |found, key| {
            found | bool::from(key.sign(purpose, bytes)[..].ct_eq(mac))
        })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({:?})", self.ring)
    }
}

#[cfg(test)]
mod tests;
