//! How Feishu encrypts events: AES-256 in CBC mode with PKCS#7 padding. The key is the SHA-256 of
//! the Encrypt Key, the first 16 bytes are the initialisation vector.

use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Bytes of a block, and of the initialisation vector.
const BLOCK: usize = 16;

/// Decrypts; `None` when it does not fit the key. CBC proves nothing by itself: what comes out is
/// believed for the signature, or for the token in it.
pub(super) fn decrypt(encrypt_key: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, rest) = sealed.split_at_checked(BLOCK)?;
    if rest.is_empty() || !rest.len().is_multiple_of(BLOCK) {
        return None;
    }
    let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(encrypt_key.as_bytes())));
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&*key, iv).ok()?;
    let mut plain = Zeroizing::new(rest.to_vec());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut plain).ok()?.len();
    plain.truncate(length);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    /// From the platform's documentation of encrypted events.
    const PUBLISHED: &str = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";

    #[test]
    fn the_published_vector_decrypts() {
        let sealed = STANDARD.decode(PUBLISHED).unwrap();
        assert_eq!(&**decrypt("test key", &sealed).unwrap(), b"hello world");
    }

    #[test]
    fn what_does_not_fit_is_refused_without_a_panic() {
        let sealed = STANDARD.decode(PUBLISHED).unwrap();
        assert!(decrypt("another key", &sealed).is_none());
        for length in 0..sealed.len() {
            assert!(decrypt("test key", &sealed[..length]).is_none(), "{length}");
        }
    }
}
