//! Passkeys (WebAuthn Level 3): what a browser is asked, and whether its answer holds.
//!
//! The steps of the standard are those of `passki`; nobody else in the workspace sees it. What is
//! chosen here: a passkey is discoverable, so nobody types an address; whoever holds it is always
//! verified by its device, so it stands for both factors; and the maker of the device is not
//! asked for, because any will do.

use model::{AccountId, Entropy};
use passki::{
    AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki, PasskiError,
    RegistrationCredential, RegistrationOptions, RegistrationState, ResidentKeyRequirement,
    StoredPasskey, UserVerificationRequirement,
};
use serde_json::Value;

/// How long a browser may ask its user, in milliseconds.
const TIMEOUT: u64 = 120_000;
/// Signatures that can be checked (COSE): EdDSA, ES256, ES384, RS256, RS384.
const ALGORITHMS: [i32; 5] = [-8, -7, -35, -257, -258];
/// Random bytes of a challenge (WebAuthn, section 13.4.3, asks for 16 at least).
const CHALLENGE: usize = 32;
/// Longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// Why the answer of a browser was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// Not an answer of a passkey, or one of a kind that we do not know.
    #[error("the answer is not that of a passkey")]
    Unreadable,
    /// The answer was made for another question, or on another site.
    #[error("the answer is to another question or site")]
    Elsewhere,
    /// The device did not verify who held it.
    #[error("the device did not verify who is there")]
    Unverified,
    /// The signatures were counted further than this one: there are two of the passkey.
    #[error("the counter of the passkey went back")]
    Copied,
    /// The signature is not the passkey's, or the passkey is another's.
    #[error("the signature does not hold")]
    Forged,
    /// The question could not be made, or what was kept of it cannot be read.
    #[error("the question could not be made")]
    Question,
}

impl From<PasskiError> for PasskeyError {
    fn from(error: PasskiError) -> Self {
        match error {
            PasskiError::ChallengeMismatch
            | PasskiError::OriginMismatch { .. }
            | PasskiError::CrossOriginNotAllowed
            | PasskiError::TopOriginMismatch { .. }
            | PasskiError::RpIdHashMismatch
            | PasskiError::ClientDataTypeMismatch { .. } => Self::Elsewhere,
            PasskiError::UserNotPresent | PasskiError::UserVerificationRequired => Self::Unverified,
            PasskiError::CounterRegression => Self::Copied,
            PasskiError::SignatureVerificationFailed | PasskiError::CredentialNotAllowed => {
                Self::Forged
            }
            _ => Self::Unreadable,
        }
    }
}

/// The public half of a passkey, as it is stored. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyKey {
    /// Chosen by the device; no two passkeys have the same.
    pub credential: Vec<u8>,
    /// Public key, algorithm and what the device said of itself, as JSON.
    pub text: String,
    /// Signatures so far. It stays 0 for passkeys that are synchronised between devices.
    pub counter: u32,
}

impl PasskeyKey {
    fn stored(&self) -> Result<StoredPasskey, PasskeyError> {
        let stored: Result<StoredPasskey, _> = serde_json::from_str(&self.text);
        let mut stored = stored.map_err(|_| PasskeyError::Question)?;
        stored.credential_id.clone_from(&self.credential);
        stored.counter = self.counter;
        Ok(stored)
    }
}

/// A question to a browser, and what has to be kept until it answers.
#[derive(Debug, Clone)]
pub struct PasskeyQuestion {
    /// For the browser: `PublicKeyCredentialCreationOptions` or `…RequestOptions` as JSON.
    pub asked: Value,
    /// For the one answer to it. Never leaves the server.
    pub kept: String,
}

/// An answer that names its passkey; nothing of it is checked yet.
pub struct PasskeyAnswer(AuthenticationCredential, Vec<u8>);

impl PasskeyAnswer {
    /// Reads an `AuthenticationResponseJSON`.
    pub fn read(text: &str) -> Result<Self, PasskeyError> {
        let answer: AuthenticationCredential = read(text)?;
        let credential = Passki::base64_decode(&answer.raw_id)?;
        Ok(Self(answer, credential))
    }

    /// Which passkey it says it is.
    pub fn credential(&self) -> &[u8] {
        &self.1
    }
}

/// Whose passkey is made.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyOwner<'a> {
    /// The account. Its id is what the device keeps as the user.
    pub account: AccountId,
    /// Its address: how the device lists the passkey.
    pub email: &'a str,
    /// Its display name.
    pub name: &'a str,
}

/// The site that passkeys belong to.
pub struct PasskeySite(Passki);

impl PasskeySite {
    /// A site by its domain (the RP ID) and its whole origin; passkeys of other origins are
    /// refused, those of subdomains too.
    pub fn new(domain: &str, origin: &str) -> Self {
        Self(Passki::new(domain, &[origin], domain))
    }

    /// Asks a browser to make a passkey, on a device that has none of `known`.
    ///
    /// # Errors
    /// [`PasskeyError::Question`] when `known` cannot be read.
    pub fn ask_to_make(
        &self,
        owner: PasskeyOwner<'_>,
        known: &[PasskeyKey],
        entropy: &dyn Entropy,
    ) -> Result<PasskeyQuestion, PasskeyError> {
        let known = all(known)?;
        let mut options = RegistrationOptions::default();
        options.timeout = TIMEOUT;
        options.resident_key = ResidentKeyRequirement::Required;
        options.user_verification = UserVerificationRequirement::Required;
        options.exclude_credentials = Some(&known);
        let user = owner.account.uuid();
        let (mut asked, mut kept) =
            self.0
                .start_passkey_registration(user.as_bytes(), owner.email, owner.name, options)?;
        kept.challenge = challenge(entropy);
        asked.challenge = Passki::base64_encode(&kept.challenge);
        question(&asked, &kept)
    }

    /// Checks a `RegistrationResponseJSON` against what was kept of the question.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn made(&self, kept: &str, answer: &str) -> Result<PasskeyKey, PasskeyError> {
        let kept: RegistrationState =
            serde_json::from_str(kept).map_err(|_| PasskeyError::Question)?;
        let answer: RegistrationCredential = read(answer)?;
        let made = self.0.finish_passkey_registration(&answer, &kept)?;
        if !ALGORITHMS.contains(&made.algorithm) {
            return Err(PasskeyError::Unreadable);
        }
        let text = serde_json::to_string(&made).map_err(|_| PasskeyError::Unreadable)?;
        Ok(PasskeyKey {
            credential: made.credential_id,
            text,
            counter: made.counter,
        })
    }

    /// Asks a browser for a proof by one of `known`, or by any passkey that it has for this site.
    ///
    /// # Errors
    /// [`PasskeyError::Question`] when `known` cannot be read.
    pub fn ask_for_proof(
        &self,
        known: &[PasskeyKey],
        entropy: &dyn Entropy,
    ) -> Result<PasskeyQuestion, PasskeyError> {
        let mut options = AuthenticationOptions::default();
        options.timeout = TIMEOUT;
        options.user_verification = UserVerificationRequirement::Required;
        let (mut asked, mut kept) = self.0.start_passkey_authentication(&all(known)?, options)?;
        kept.challenge = challenge(entropy);
        asked.challenge = Passki::base64_encode(&kept.challenge);
        question(&asked, &kept)
    }

    /// Checks a proof by `key`, which belongs to `owner`, against what was kept of the question.
    /// Returns the new count of signatures.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn proven(
        &self,
        kept: &str,
        answer: &PasskeyAnswer,
        key: &PasskeyKey,
        owner: AccountId,
    ) -> Result<u32, PasskeyError> {
        let kept: AuthenticationState =
            serde_json::from_str(kept).map_err(|_| PasskeyError::Question)?;
        let stored = key.stored()?;
        let proof = self
            .0
            .finish_passkey_authentication(&answer.0, &kept, &stored)?;
        // Section 7.2, step 6: who was not known before has to be named by the device.
        let named = match proof.user_handle {
            Some(user) => user == owner.uuid().as_bytes(),
            None => !kept.allowed_credentials.is_empty(),
        };
        if named && proof.credential_id == key.credential {
            Ok(proof.counter)
        } else {
            Err(PasskeyError::Forged)
        }
    }
}

fn all(known: &[PasskeyKey]) -> Result<Vec<StoredPasskey>, PasskeyError> {
    known.iter().map(PasskeyKey::stored).collect()
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PasskeyError> {
    if text.len() > LONGEST {
        return Err(PasskeyError::Unreadable);
    }
    serde_json::from_str(text).map_err(|_| PasskeyError::Unreadable)
}

fn challenge(entropy: &dyn Entropy) -> Vec<u8> {
    let mut bytes = vec![0; CHALLENGE];
    entropy.fill(&mut bytes);
    bytes
}

fn question(
    asked: &impl serde::Serialize,
    kept: &impl serde::Serialize,
) -> Result<PasskeyQuestion, PasskeyError> {
    let asked = serde_json::to_value(asked).map_err(|_| PasskeyError::Question)?;
    let kept = serde_json::to_string(kept).map_err(|_| PasskeyError::Question)?;
    Ok(PasskeyQuestion { asked, kept })
}
