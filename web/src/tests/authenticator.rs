//! A device with one passkey, in software: it does what a browser and an authenticator do with
//! our questions (WebAuthn, sections 5 and 6), and what they would never do.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Somebody is there, and was verified.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HOLDS_KEY: u8 = 0x40;

/// The device.
#[derive(Clone)]
pub(super) struct Device {
    key: SigningKey,
    pub(super) credential: Vec<u8>,
    user: String,
    /// Signatures so far; one that never counts stays at 0.
    pub(super) counter: u32,
    /// Whether it verifies its user.
    pub(super) verifies: bool,
    /// Where the browser says that it is.
    pub(super) origin: String,
    /// The site that it signs for, if not the one of the question.
    pub(super) site: Option<String>,
}

impl Device {
    pub(super) fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_bytes(&[seed; 32]),
            credential: vec![seed; 16],
            user: String::new(),
            counter: 1,
            verifies: true,
            origin: "https://mcp.example.com".to_owned(),
            site: None,
        }
    }

    /// The same passkey with another key in it.
    pub(super) fn forged(&self) -> Self {
        Self {
            key: SigningKey::from_bytes(&[0xee; 32]),
            ..self.clone()
        }
    }

    /// Makes the passkey: `navigator.credentials.create`.
    pub(super) fn make(&mut self, asked: &Value) -> String {
        self.user = text(&asked["user"]["id"]);
        let mut data = self.data(&text(&asked["rp"]["id"]), HOLDS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        data.extend(&self.credential);
        // COSE: key type OKP, EdDSA, curve Ed25519, x.
        data.extend([0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20]);
        data.extend(self.key.verifying_key().as_bytes());
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client = self.client("webauthn.create", asked);
        self.answer(&json!({
            "clientDataJSON": BASE64.encode(client),
            "attestationObject": BASE64.encode(object),
            "transports": ["internal", "something-new"],
        }))
    }

    /// Signs: `navigator.credentials.get`.
    pub(super) fn prove(&mut self, asked: &Value) -> String {
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(&text(&asked["rpId"]), 0);
        let client = self.client("webauthn.get", asked);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        self.answer(&json!({
            "clientDataJSON": BASE64.encode(client),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(self.key.sign(&signed).to_bytes()),
            "userHandle": self.user,
        }))
    }

    fn answer(&self, response: &Value) -> String {
        let id = BASE64.encode(&self.credential);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn data(&self, site: &str, more: u8) -> Vec<u8> {
        let site = self.site.as_deref().unwrap_or(site);
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(site.as_bytes()).to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = &asked["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
