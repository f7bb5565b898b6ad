//! AES-256-CBC with PKCS#7 padding, as Feishu encrypts events: the key is the SHA-256 of the
//! encrypt key, the first 16 bytes are the IV.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const BLOCK: usize = 16;

/// Encrypts a text; the IV comes from the nonce, since this side only simulates.
pub(crate) fn encrypt(encrypt_key: &str, nonce: &str, plain: &str) -> String {
    let cipher = Aes256::new(&Sha256::digest(encrypt_key));
    let mut previous = [0_u8; BLOCK];
    previous.copy_from_slice(&Sha256::digest(nonce)[..BLOCK]);
    let mut out = previous.to_vec();
    let mut padded = plain.as_bytes().to_vec();
    let padding = BLOCK - padded.len() % BLOCK;
    padded.extend(std::iter::repeat_n(
        u8::try_from(padding).unwrap_or_default(),
        padding,
    ));
    for chunk in padded.chunks_exact(BLOCK) {
        let mut block = Block::<Aes256>::default();
        for (target, (byte, mask)) in block.iter_mut().zip(chunk.iter().zip(previous)) {
            *target = byte ^ mask;
        }
        cipher.encrypt_block(&mut block);
        previous.copy_from_slice(&block);
        out.extend_from_slice(&block);
    }
    STANDARD.encode(out)
}

/// Decrypts what [`encrypt`] or Feishu made; `None` when it does not fit the key.
#[cfg(test)]
pub(crate) fn decrypt(encrypt_key: &str, sealed: &str) -> Option<String> {
    use aes::cipher::BlockCipherDecrypt;
    let raw = STANDARD.decode(sealed).ok()?;
    let cipher = Aes256::new(&Sha256::digest(encrypt_key));
    let mut blocks = raw.chunks_exact(BLOCK);
    let mut previous = blocks.next()?;
    let mut plain = Vec::new();
    for chunk in blocks {
        let mut block = Block::<Aes256>::default();
        block.copy_from_slice(chunk);
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(previous).map(|(byte, mask)| byte ^ mask));
        previous = chunk;
    }
    let padding = usize::from(*plain.last()?);
    plain.truncate(plain.len().checked_sub(padding)?);
    String::from_utf8(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_decrypts() {
        let sealed = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";
        assert_eq!(decrypt("test key", sealed).as_deref(), Some("hello world"));
    }

    #[test]
    fn a_text_survives_whatever_its_length() {
        for length in [0, 15, 16, 17, 100] {
            let text = "x".repeat(length);
            assert_eq!(decrypt("k", &encrypt("k", "n", &text)), Some(text));
        }
    }
}
