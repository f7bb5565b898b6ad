//! PKCE (RFC 7636): S256 for every client, nothing else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A challenge of method S256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Reads the two parameters of an authorization request. An absent method means `plain` in
    /// the RFC, so it is refused like `plain` itself.
    pub fn read(challenge: Option<&str>, method: Option<&str>) -> Option<Self> {
        let challenge = challenge?;
        let digest = URL_SAFE_NO_PAD.decode(challenge).ok()?;
        (method == Some("S256") && digest.len() == 32).then(|| Self(challenge.to_owned()))
    }

    /// A challenge that was stored before.
    pub const fn stored(challenge: String) -> Self {
        Self(challenge)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `verifier` belongs to the challenge. An absent verifier never does.
    pub fn verify(&self, verifier: Option<&str>) -> bool {
        let Some(verifier) = verifier.filter(|text| well_formed(text)) else {
            return false;
        };
        let computed = of(verifier);
        bool::from(computed.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// The S256 challenge of a verifier.
pub fn of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// 43 to 128 unreserved characters (RFC 7636, section 4.1).
fn well_formed(verifier: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_verifies_and_others_do_not() {
        let challenge = Challenge::read(Some(CHALLENGE), Some("S256")).unwrap();
        assert!(challenge.verify(Some(VERIFIER)));
        assert!(!challenge.verify(None));
        assert!(!challenge.verify(Some("")));
        assert!(!challenge.verify(Some(CHALLENGE)));
        assert!(!challenge.verify(Some(&VERIFIER[1..])));
        assert!(!challenge.verify(Some(&format!("{VERIFIER} "))));
    }

    #[test]
    fn every_downgrade_is_refused() {
        for (challenge, method) in [
            (None, None),
            (None, Some("S256")),
            (Some(CHALLENGE), None),
            (Some(CHALLENGE), Some("plain")),
            (Some(CHALLENGE), Some("s256")),
            (Some(CHALLENGE), Some("S512")),
            (Some(""), Some("S256")),
            (Some(VERIFIER), Some("plain")),
            (Some("short"), Some("S256")),
            (
                Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
                Some("S256"),
            ),
        ] {
            assert_eq!(
                Challenge::read(challenge, method),
                None,
                "{challenge:?} {method:?}"
            );
        }
    }
}
