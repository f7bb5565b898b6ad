//! What can go wrong in the vault.

use model::{Fault, FaultClass};

/// Why a value could not be sealed or opened. Nothing here carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text is no key of 256 bits in base64.
    #[error("the master key '{id}' is not 32 bytes in base64")]
    BadKey {
        /// Name of the key.
        id: String,
    },
    /// A key's name has other characters than `A-Z a-z 0-9 . _ -`, or not 1 to 32 of them.
    #[error("a key's name has 1 to 32 characters of A-Z, a-z, 0-9, '.', '_' and '-'")]
    BadKeyName,
    /// Two keys of the ring have the same name.
    #[error("two master keys are named '{id}'")]
    DuplicateKey {
        /// The name.
        id: String,
    },
    /// The password cannot be hashed: it is longer than the algorithm takes.
    #[error("the password cannot be hashed")]
    Password,
    /// The passphrase is shorter than 16 bytes.
    #[error("the passphrase is shorter than 16 characters")]
    WeakPassphrase,
    /// The value was sealed with a key that is not in the ring.
    #[error("the value was sealed with the key '{id}', which this process does not have")]
    UnknownKey {
        /// Name of the missing key.
        id: String,
    },
    /// Not a sealed value of a format that we know.
    #[error("not a sealed value of a known format")]
    Malformed,
    /// The value was changed, or belongs to another place.
    #[error("the sealed value does not belong here, or was changed")]
    Tampered,
    /// The opened bytes are not UTF-8, though text was expected.
    #[error("the opened value is not text")]
    NotText,
    /// The key has sealed 2^32 values: random nonces are not safe beyond.
    #[error("the key has sealed too many values and must be replaced")]
    KeyExhausted,
}

impl Fault for VaultError {
    fn class(&self) -> FaultClass {
        FaultClass::Bug
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadKey { .. } => "vault_bad_key",
            Self::BadKeyName => "vault_bad_key_name",
            Self::DuplicateKey { .. } => "vault_duplicate_key",
            Self::Password => "vault_password",
            Self::WeakPassphrase => "vault_weak_passphrase",
            Self::UnknownKey { .. } => "vault_unknown_key",
            Self::Malformed => "vault_malformed",
            Self::Tampered => "vault_tampered",
            Self::NotText => "vault_not_text",
            Self::KeyExhausted => "vault_key_exhausted",
        }
    }
}
