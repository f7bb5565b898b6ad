//! Master keys and their ring.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{VaultError, envelope::Cipher};

/// Rounds of PBKDF2 (RFC 8018) for keys from a passphrase.
const ROUNDS: u32 = 100_000;

/// A 256-bit key of the platform and its name. From it one key per use is derived, so that a
/// sealed row, a wrapped data key and a signed cookie never share one.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    wrap: Zeroizing<[u8; 32]>,
    platform: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
    sign: Zeroizing<[u8; 32]>,
}

impl MasterKey {
    /// A key from the 32 bytes that `text` holds in base64 (`openssl rand -base64 32`).
    ///
    /// # Errors
    /// [`VaultError::BadKey`] when the text holds anything but 32 bytes,
    /// [`VaultError::BadKeyName`] for a name that cannot be stored.
    pub fn from_base64(id: &str, text: &str) -> Result<Self, VaultError> {
        let bad = || VaultError::BadKey { id: id.to_owned() };
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| bad())?);
        let raw = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| bad())?);
        Self::from_raw(id, &raw)
    }

    /// A key from a passphrase of at least 16 characters; its name follows from the passphrase.
    /// For installations that configure one text only.
    ///
    /// # Errors
    /// [`VaultError::WeakPassphrase`] when it is too short.
    pub fn derive(passphrase: &str) -> Result<Self, VaultError> {
        if passphrase.len() < 16 {
            return Err(VaultError::WeakPassphrase);
        }
        let raw = pbkdf2(passphrase.as_bytes(), b"feishu-mcp master key v1", ROUNDS);
        let name = hmac(raw.as_slice(), b"name");
        let id = format!(
            "p{:02x}{:02x}{:02x}{:02x}",
            name[0], name[1], name[2], name[3]
        );
        Self::from_raw(&id, &raw)
    }

    fn from_raw(id: &str, raw: &[u8; 32]) -> Result<Self, VaultError> {
        let fits = (1..=32).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if !fits {
            return Err(VaultError::BadKeyName);
        }
        Ok(Self {
            id: id.to_owned(),
            wrap: hmac(raw, b"wrap data keys"),
            platform: hmac(raw, b"seal platform values"),
            mac: hmac(raw, b"sign values"),
            sign: hmac(raw, b"sign statements for outsiders"),
        })
    }

    /// The name.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn wrapping(&self) -> Cipher {
        Cipher::new(&self.id, &self.wrap)
    }

    pub(crate) fn platform(&self) -> Cipher {
        Cipher::new(&self.id, &self.platform)
    }

    pub(crate) fn signing_seed(&self) -> &[u8; 32] {
        &self.sign
    }

    pub(crate) fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut message = Vec::with_capacity(8 + purpose.len() + bytes.len());
        message.extend_from_slice(&(purpose.len() as u64).to_be_bytes());
        message.extend_from_slice(purpose.as_bytes());
        message.extend_from_slice(bytes);
        *hmac(self.mac.as_slice(), &message)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// The master keys: the first seals, all open.
#[derive(Debug, Clone)]
pub struct KeyRing {
    keys: Vec<MasterKey>,
}

impl KeyRing {
    /// A ring that seals with `primary` and still opens what `older` sealed.
    ///
    /// # Errors
    /// [`VaultError::DuplicateKey`] when two keys have one name.
    pub fn new(primary: MasterKey, older: Vec<MasterKey>) -> Result<Self, VaultError> {
        let mut keys = vec![primary];
        for key in older {
            if keys.iter().any(|known| known.id == key.id) {
                return Err(VaultError::DuplicateKey { id: key.id });
            }
            keys.push(key);
        }
        Ok(Self { keys })
    }

    /// The key that seals.
    pub fn primary(&self) -> &MasterKey {
        &self.keys[0]
    }

    /// All keys, the sealing one first.
    pub fn keys(&self) -> impl Iterator<Item = &MasterKey> {
        self.keys.iter()
    }

    /// The key of that name.
    pub(crate) fn find(&self, id: &str) -> Result<&MasterKey, VaultError> {
        self.keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| VaultError::UnknownKey { id: id.to_owned() })
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// PBKDF2-HMAC-SHA-256 for one block (RFC 8018, section 5.2).
fn pbkdf2(passphrase: &[u8], salt: &[u8], rounds: u32) -> Zeroizing<[u8; 32]> {
    let mut first = salt.to_vec();
    first.extend_from_slice(&1_u32.to_be_bytes());
    let mut block = hmac(passphrase, &first);
    let mut sum = block.clone();
    for _ in 1..rounds {
        block = hmac(passphrase, block.as_slice());
        for (to, from) in sum.iter_mut().zip(block.iter()) {
            *to ^= from;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> MasterKey {
        MasterKey::from_base64(id, &STANDARD.encode([7; 32])).unwrap()
    }

    #[test]
    fn pbkdf2_agrees_with_a_published_vector() {
        // RFC 7914, section 11: PBKDF2-HMAC-SHA-256 (P="passwd", S="salt", c=1).
        assert_eq!(
            pbkdf2(b"passwd", b"salt", 1)[..8],
            [0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f]
        );
    }

    #[test]
    fn a_passphrase_always_gives_the_same_named_key() {
        let one = MasterKey::derive("correct horse battery").unwrap();
        let two = MasterKey::derive("correct horse battery").unwrap();
        assert_eq!((one.id(), *one.mac), (two.id(), *two.mac));
        assert_eq!(
            MasterKey::derive("too short").unwrap_err(),
            VaultError::WeakPassphrase
        );
    }

    #[test]
    fn keys_of_a_wrong_length_are_refused() {
        for text in ["", "AAAA", "not base64!", &STANDARD.encode([1; 33])] {
            let refused = MasterKey::from_base64("k1", text).unwrap_err();
            assert_eq!(refused, VaultError::BadKey { id: "k1".into() });
        }
    }

    #[test]
    fn a_ring_refuses_two_keys_of_one_name() {
        let refused = KeyRing::new(key("a"), vec![key("b"), key("a")]).unwrap_err();
        assert_eq!(refused, VaultError::DuplicateKey { id: "a".into() });
    }

    #[test]
    fn debug_shows_names_only() {
        let ring = KeyRing::new(key("a"), vec![]).unwrap();
        assert_eq!(format!("{ring:?}"), "KeyRing { keys: [MasterKey(a)] }");
    }
}
