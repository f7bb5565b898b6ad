//! The second factor of console accounts: one-time codes (RFC 6238) from an authenticator app,
//! and recovery codes for when the app is lost.

use std::fmt;

use model::{Entropy, Timestamp};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::{Secret, TokenHash, VaultError};

/// Bytes of a secret: what RFC 4226, section 4 recommends for HMAC-SHA-1.
const SECRET: usize = 20;

/// What an authenticator app and we share. Six digits, thirty seconds, SHA-1: the one choice that
/// every app understands. The clocks may differ by one step.
pub struct TotpSecret(Zeroizing<[u8; SECRET]>);

impl TotpSecret {
    /// Makes one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; SECRET]);
        entropy.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Reads the stored form; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes
            .try_into()
            .ok()
            .map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The form to seal and store.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// What a person types into an app that cannot scan: base32.
    pub fn to_base32(&self) -> Secret {
        Secret::new(totp_rs::Secret::new_stack(*self.0).to_base32())
    }

    /// What an app scans: an `otpauth` address.
    ///
    /// # Errors
    /// [`VaultError::Malformed`] when a name holds a colon, which separates the two.
    pub fn address(&self, issuer: &str, account: &str) -> Result<Secret, VaultError> {
        let built = self.codes(issuer, account)?.to_url();
        built.map(Secret::new).map_err(|_| VaultError::Malformed)
    }

    /// The step of time that a code belongs to, if it is right about `now`. A step must be taken
    /// once only (RFC 6238, section 5.2): that is the caller's to keep.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.millis()).ok()? / 1_000;
        self.codes("-", "-").ok()?.check(&digits, seconds)
    }

    fn codes(&self, issuer: &str, account: &str) -> Result<Totp, VaultError> {
        Builder::new()
            .with_secret(totp_rs::Secret::new_stack(*self.0))
            .with_issuer(Some(issuer))
            .with_account_name(account)
            .build()
            .map_err(|_| VaultError::Malformed)
    }

    /// The code of a moment, as an app shows it; for tests.
    ///
    /// # Errors
    /// As [`TotpSecret::address`].
    pub fn code_at(&self, now: Timestamp) -> Result<String, VaultError> {
        let seconds = u64::try_from(now.millis()).map_err(|_| VaultError::Malformed)? / 1_000;
        Ok(self.codes("-", "-")?.generate(seconds).to_string())
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Signs that cannot be taken for one another (Crockford's base32).
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Signs of a recovery code: 80 random bits.
const LENGTH: usize = 16;

/// A code that proves who is there once, when the authenticator app is lost.
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// Makes one.
    pub fn mint(entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0_u8; LENGTH]);
        entropy.fill(random.as_mut_slice());
        let text = random
            .iter()
            .map(|byte| char::from(SIGNS[usize::from(byte % 32)]));
        Self(Secret::new(text.collect::<String>()))
    }

    /// The text to show, once: four groups of four.
    pub fn expose(&self) -> String {
        let text = self.0.expose();
        [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
    }

    /// What to store.
    pub fn hash(&self) -> TokenHash {
        TokenHash::digest("recovery code", self.0.expose())
    }

    /// The hash of a typed text; `None` when it cannot be a recovery code. Case, spaces and
    /// hyphens do not matter, and look-alikes are read as what was printed.
    pub fn hash_of(typed: &str) -> Option<TokenHash> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for sign in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let sign = match sign.to_ascii_lowercase() {
                'o' => '0',
                'i' | 'l' => '1',
                sign => sign,
            };
            let known = u8::try_from(sign).is_ok_and(|sign| SIGNS.contains(&sign));
            if !known || text.len() == LENGTH {
                return None;
            }
            text.push(sign);
        }
        (text.len() == LENGTH).then(|| TokenHash::digest("recovery code", &text))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits.
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(secret.code_at(at(seconds)).unwrap(), code);
            let step = u64::try_from(seconds).unwrap() / 30;
            assert_eq!(secret.step_of(code, at(seconds)), Some(step));
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_its_neighbours() {
        let secret = TotpSecret::generate(&SeededEntropy::new(1));
        let code = secret.code_at(at(1_000_000_000)).unwrap();
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        let step = secret.step_of(&spaced, at(1_000_000_000));
        assert!(step.is_some());
        assert_eq!(secret.step_of(&code, at(1_000_000_030)), step);
        assert_eq!(secret.step_of(&code, at(999_999_970)), step);
        assert_eq!(secret.step_of(&code, at(1_000_000_090)), None);
        assert_eq!(secret.step_of(&code, at(999_999_900)), None);
        for nonsense in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(secret.step_of(nonsense, at(1_000_000_000)), None);
        }
    }

    #[test]
    fn an_app_is_told_who_and_where() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let address = secret
            .address("mcp.example.com", "ann@example.com")
            .unwrap();
        let address = address.expose();
        assert!(address.starts_with("otpauth://totp/mcp.example.com:ann%40example.com?"));
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert!(address.contains("issuer=mcp.example.com"));
        assert!(secret.address("a:b", "ann").is_err());
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = RecoveryCode::mint(&SeededEntropy::new(1));
        let shown = code.expose();
        assert_eq!(shown.len(), 19);
        let typed = [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', " "),
            shown.replace('0', "O").replace('1', "l"),
        ];
        for typed in typed {
            assert_eq!(RecoveryCode::hash_of(&typed), Some(code.hash()), "{typed}");
        }
        assert_ne!(
            RecoveryCode::mint(&SeededEntropy::new(2)).hash(),
            code.hash()
        );
        for nonsense in ["", "123456", "uuuu-uuuu-uuuu-uuuu", &format!("{shown}0")] {
            assert_eq!(RecoveryCode::hash_of(nonsense), None, "{nonsense}");
        }
    }
}
