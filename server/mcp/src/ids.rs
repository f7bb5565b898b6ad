//! Random names.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Entropy;

/// 192 random bits as 32 characters of `[A-Za-z0-9_-]`.
pub(crate) fn random(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 24];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
