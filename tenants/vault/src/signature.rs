//! Signatures that outsiders can check: Ed25519 (RFC 8032).

use std::fmt;

use ed25519_dalek::{Signature as Raw, Signer as _, SigningKey, VerifyingKey};

use crate::{MasterKey, Vault};

/// A signature, with the key that it is checked with.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// Name of the master key that the signing key comes from.
    pub key_id: String,
    /// Public key.
    pub public_key: [u8; 32],
    /// The signature.
    pub bytes: [u8; 64],
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.key_id)
    }
}

/// Domain and message, so that a signature of one kind never passes as another.
fn framed(domain: &str, message: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(8 + domain.len() + message.len());
    framed.extend_from_slice(&(domain.len() as u64).to_be_bytes());
    framed.extend_from_slice(domain.as_bytes());
    framed.extend_from_slice(message);
    framed
}

impl Signature {
    /// Whether the signature fits the message and the key that it names. Whether that key is to
    /// be trusted is another question: see [`Vault::signed`].
    pub fn fits(&self, domain: &str, message: &[u8]) -> bool {
        VerifyingKey::from_bytes(&self.public_key).is_ok_and(|key| {
            key.verify_strict(&framed(domain, message), &Raw::from_bytes(&self.bytes))
                .is_ok()
        })
    }
}

impl MasterKey {
    fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(self.signing_seed())
    }

    /// The public key of this key's signatures.
    pub fn public_key(&self) -> [u8; 32] {
        self.signing_key().verifying_key().to_bytes()
    }
}

impl Vault {
    /// Signs with the primary key.
    pub fn sign(&self, domain: &str, message: &[u8]) -> Signature {
        let key = self.ring().primary();
        let signing = key.signing_key();
        Signature {
            key_id: key.id().to_owned(),
            public_key: signing.verifying_key().to_bytes(),
            bytes: signing.sign(&framed(domain, message)).to_bytes(),
        }
    }

    /// Whether a key of this ring signed the message.
    pub fn signed(&self, domain: &str, message: &[u8], signature: &Signature) -> bool {
        self.ring()
            .keys()
            .any(|key| key.public_key() == signature.public_key)
            && signature.fits(domain, message)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::SeededEntropy;

    use super::*;
    use crate::KeyRing;

    fn vault(passphrase: &str) -> Vault {
        let ring = KeyRing::new(MasterKey::derive(passphrase).unwrap(), vec![]).unwrap();
        Vault::new(ring, Arc::new(SeededEntropy::new(1)))
    }

    #[test]
    fn a_signature_holds_for_its_message_kind_and_key_only() {
        let (own, other) = (
            vault("a passphrase of ours"),
            vault("a passphrase of theirs"),
        );
        let signed = own.sign("checkpoint", b"seq 7");
        assert!(own.signed("checkpoint", b"seq 7", &signed));
        assert!(!own.signed("checkpoint", b"seq 8", &signed));
        assert!(!own.signed("export", b"seq 7", &signed));
        assert!(
            !other.signed("checkpoint", b"seq 7", &signed),
            "a stranger's key"
        );
        let mut bent = signed.clone();
        bent.bytes[3] ^= 1;
        assert!(!own.signed("checkpoint", b"seq 7", &bent));
        let forged = other.sign("checkpoint", b"seq 7");
        assert!(forged.fits("checkpoint", b"seq 7"));
        assert!(!own.signed("checkpoint", b"seq 7", &forged));
    }

    #[test]
    fn a_signature_can_be_checked_with_another_implementation() {
        // RFC 8032, section 7.1, test 2: the key and signature of the one byte 0x72.
        let public = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let bytes = hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        let key = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
        let raw = Raw::from_bytes(&bytes.try_into().unwrap());
        assert!(key.verify_strict(&[0x72], &raw).is_ok());
    }

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2)
            .map(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16).unwrap())
            .collect()
    }
}
