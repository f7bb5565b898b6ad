//! State that a client keeps for us between two requests (2026-07-28): signed, for one
//! principal, one request and a short time. Nothing in it is secret from the client.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use model::{Principal, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::session::binding;

/// Time in which a client must come back.
const LIFE: Duration = Duration::from_mins(10);

#[derive(Serialize, Deserialize)]
struct Envelope {
    /// What the state belongs to, such as `tools/call test`.
    about: String,
    /// End, in milliseconds since the epoch.
    until: i64,
    /// The state.
    body: String,
}

/// Signs and checks states.
#[derive(Clone)]
pub struct StateSeal {
    key: [u8; 32],
}

impl std::fmt::Debug for StateSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StateSeal")
    }
}

impl StateSeal {
    /// With a key that all nodes share.
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Signs a state for this caller and this request.
    pub fn seal(&self, caller: &Principal, about: &str, body: &str, now: Timestamp) -> String {
        let envelope = Envelope {
            about: about.to_owned(),
            until: (now + LIFE).millis(),
            body: body.to_owned(),
        };
        let text = serde_json::to_vec(&envelope).unwrap_or_default();
        let signature = self
            .mac(caller, &text)
            .map(|mac| mac.finalize().into_bytes());
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(&text),
            signature.map_or_else(String::new, |bytes| URL_SAFE_NO_PAD.encode(bytes))
        )
    }

    /// The state, if it was signed for this caller and this request and is not too old.
    pub fn open(
        &self,
        caller: &Principal,
        about: &str,
        sealed: &str,
        now: Timestamp,
    ) -> Option<String> {
        let (text, signature) = sealed.split_once('.')?;
        let text = URL_SAFE_NO_PAD.decode(text).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(caller, &text)?.verify_slice(&signature).ok()?;
        let envelope: Envelope = serde_json::from_slice(&text).ok()?;
        (envelope.about == about && now.millis() <= envelope.until).then_some(envelope.body)
    }

    fn mac(&self, caller: &Principal, text: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let binding = binding(caller);
        mac.update(&u64::try_from(binding.len()).ok()?.to_be_bytes());
        mac.update(binding.as_bytes());
        mac.update(text);
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use model::{Purpose, TenantId};

    use super::*;

    #[test]
    fn a_state_is_good_for_one_caller_one_request_and_a_short_time() {
        let seal = StateSeal::new([7; 32]);
        let of = |raw: u128| {
            let tenant = TenantId::from_uuid(raw.into_uuid());
            Principal::platform(tenant, Purpose::Operator)
        };
        let (ann, bob) = (of(1), of(2));
        let now = Timestamp::from_millis(1_000);
        let state = seal.seal(&ann, "tools/call x", "step 2", now);
        let open = |who, about, text: &str, at| seal.open(who, about, text, at);
        assert_eq!(
            open(&ann, "tools/call x", &state, now).as_deref(),
            Some("step 2")
        );
        assert_eq!(open(&bob, "tools/call x", &state, now), None);
        assert_eq!(open(&ann, "tools/call y", &state, now), None);
        assert_eq!(open(&ann, "tools/call x", &state, now + LIFE + LIFE), None);
        let (text, signature) = state.split_once('.').unwrap();
        for forged in [
            format!("{text}."),
            format!("{text}A.{signature}"),
            "x".to_owned(),
        ] {
            assert_eq!(open(&ann, "tools/call x", &forged, now), None, "{forged}");
        }
    }

    trait IntoUuid {
        fn into_uuid(self) -> uuid::Uuid;
    }
    impl IntoUuid for u128 {
        fn into_uuid(self) -> uuid::Uuid {
            uuid::Uuid::from_u128(self)
        }
    }
}
