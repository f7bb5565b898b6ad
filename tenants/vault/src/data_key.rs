//! The data key of one tenant.

use std::{fmt, sync::Arc};

use model::{Entropy, TenantId};

use crate::{
    Opened, Place, Sealed, VaultError,
    envelope::{Cipher, context},
};

/// A data key as stored: sealed with a master key, bound to its tenant.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(pub(crate) Sealed);

impl WrappedKey {
    /// Wraps stored bytes. They are checked when the key is opened.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Sealed::from_bytes(bytes))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Name of the master key that opens it.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] when these are no sealed bytes.
    pub fn master_id(&self) -> Result<&str, VaultError> {
        self.0.key_id()
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({:?})", self.0)
    }
}

/// What a wrapped key is bound to.
pub(crate) fn wrap_context(tenant: TenantId) -> Vec<u8> {
    context(Some(tenant), "tenant_keys", "wrapped", "data key")
}

/// The opened data key of a tenant; cheap to clone, wiped with its last clone.
#[derive(Clone)]
pub struct DataKey {
    tenant: TenantId,
    cipher: Cipher,
    entropy: Arc<dyn Entropy>,
}

impl DataKey {
    pub(crate) fn new(tenant: TenantId, cipher: Cipher, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            tenant,
            cipher,
            entropy,
        }
    }

    /// The tenant whose values it seals.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Seals `plaintext` for one place.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] when the place is another tenant's, [`VaultError::KeyExhausted`]
    /// after 2^32 values.
    pub fn seal(&self, place: &Place<'_>, plaintext: &[u8]) -> Result<Sealed, VaultError> {
        self.check(place)?;
        self.cipher
            .seal(self.entropy.as_ref(), &place.context(), plaintext)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] when it was changed or belongs elsewhere,
    /// [`VaultError::UnknownKey`] when another key sealed it.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Opened, VaultError> {
        self.check(place)?;
        self.cipher.open(&place.context(), sealed)
    }

    fn check(&self, place: &Place<'_>) -> Result<(), VaultError> {
        if place.tenant == self.tenant {
            Ok(())
        } else {
            Err(VaultError::Tampered)
        }
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({}, {})", self.tenant, self.cipher.id())
    }
}
