//! Passwords of console accounts: argon2id, stored as PHC strings.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use model::Entropy;

use crate::{Secret, VaultError};

/// A password of an account, hashed with argon2id and the parameters that OWASP's password
/// storage page gives first (19 MiB, two passes, one lane). Hashing takes tens of milliseconds of
/// CPU: call it where it may block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordText(String);

impl PasswordText {
    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// [`VaultError::Password`] for one that is longer than the algorithm takes.
    pub fn hash(password: &Secret, entropy: &dyn Entropy) -> Result<Self, VaultError> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        let hash: PasswordHash = Argon2::default()
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .map_err(|_| VaultError::Password)?;
        Ok(Self(hash.to_string()))
    }

    /// Reads a stored PHC string.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The PHC string, to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of `password`. A stored text that is no PHC string fits nothing.
    pub fn fits(&self, password: &Secret) -> bool {
        PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.expose().as_bytes(), &hash)
                .is_ok()
        })
    }

    /// Spends the time of [`PasswordText::fits`] on nothing, so that an address without an account
    /// is not told by how fast it is refused.
    pub fn pretend(password: &Secret) {
        let mut out = [0; 32];
        // The outcome is of no interest.
        let _ = Argon2::default().hash_password_into(
            password.expose().as_bytes(),
            b"nobody's salt...",
            &mut out,
        );
    }
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn only_the_same_password_fits() {
        let entropy = SeededEntropy::new(1);
        let text = PasswordText::hash(&secret("a long passphrase"), &entropy).unwrap();
        assert!(text.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(text.fits(&secret("a long passphrase")));
        assert!(!text.fits(&secret("a long passphrase ")));
        assert!(!PasswordText::from_stored("plain".into()).fits(&secret("plain")));
    }

    #[test]
    fn equal_passwords_are_stored_differently() {
        let entropy = SeededEntropy::new(1);
        let first = PasswordText::hash(&secret("the same"), &entropy).unwrap();
        let second = PasswordText::hash(&secret("the same"), &entropy).unwrap();
        assert_ne!(first, second);
    }
}
