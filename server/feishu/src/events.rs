//! Events that Feishu pushes to the request URL of an app.
//!
//! Whoever knows the address can send something to it, so nothing is believed before it is
//! proven: the body is encrypted with the app's Encrypt Key, signed with it, recent, and names the
//! app's Verification Token, the app and its enterprise. An app without an Encrypt Key is not
//! listened to at all: its events come in the clear, and whoever once saw one could send others.
//!
//! The one exception is Feishu's: the question that it asks when the address is entered
//! (`url_verification`) is not reliably signed. It is encrypted and names the token all the same,
//! and its answer tells nothing but what was asked.

mod cipher;
mod envelope;
mod notice;
#[cfg(test)]
mod tests;
mod thing;

use std::{fmt, time::Duration};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use notice::{Gone, Notice, SUBSCRIBE};
pub use thing::{Change, How, Thing, Touched};

use self::envelope::{Envelope, Header};

/// Largest body in bytes. A change of the app's sight lists everybody whom it concerns.
pub const MAX_BODY: usize = 512 * 1024;
/// Largest body without a signature: the question about the address is short.
const MAX_UNSIGNED: usize = 4 * 1024;
/// Longest challenge that is repeated.
const MAX_CHALLENGE: usize = 1024;
/// Longest id or name in a header of an event.
const MAX_ID: usize = 128;
/// How far the time of a request may be from ours, in either direction.
pub const WINDOW: Duration = Duration::from_mins(10);

/// What an app's events are proven by. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct EventKeys {
    encrypt_key: Zeroizing<String>,
    token: Zeroizing<String>,
}

impl EventKeys {
    /// The app's Encrypt Key and Verification Token, as its developer console shows them.
    pub fn new(encrypt_key: &str, token: &str) -> Self {
        Self {
            encrypt_key: Zeroizing::new(encrypt_key.to_owned()),
            token: Zeroizing::new(token.to_owned()),
        }
    }

    /// Lower-case hexadecimal SHA-256 of timestamp, nonce, Encrypt Key and the body as it came.
    fn signature(&self, knock: &Knock<'_>) -> String {
        let mut hasher = Sha256::new();
        for part in [knock.timestamp, knock.nonce, &*self.encrypt_key] {
            hasher.update(part.as_bytes());
        }
        hasher.update(knock.body);
        hex::encode(hasher.finalize())
    }

    fn signed(&self, knock: &Knock<'_>) -> bool {
        same(&self.signature(knock), knock.signature)
    }
}

impl fmt::Debug for EventKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventKeys(…)")
    }
}

/// A request to the address of an app, as it came. Headers that are missing are empty.
#[derive(Debug, Clone, Copy)]
pub struct Knock<'a> {
    /// `X-Lark-Request-Timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `X-Lark-Request-Nonce`.
    pub nonce: &'a str,
    /// `X-Lark-Signature`.
    pub signature: &'a str,
    /// The bytes of the body.
    pub body: &'a [u8],
}

/// Whose events are taken.
#[derive(Debug, Clone, Copy)]
pub struct Addressee<'a> {
    /// The app.
    pub app_id: &'a str,
    /// Its enterprise; `None` while it is not known.
    pub tenant_key: Option<&'a str>,
}

/// What a proven request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knocked {
    /// Feishu asks whether the address is the app's: answer with this text.
    Challenge(String),
    /// Something happened.
    Event(Event),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same for every attempt to deliver it.
    pub id: String,
    /// Such as `contact.user.deleted_v3`.
    pub kind: String,
    /// When it happened, milliseconds since 1970; `None` when Feishu does not say.
    pub at_ms: Option<i64>,
    /// What it says, by its kind.
    body: Value,
}

impl Event {
    /// What it means to us.
    pub fn notice(&self) -> Notice {
        notice::of(&self.kind, &self.body)
    }
}

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// The body is larger than [`MAX_BODY`], or than a question needs.
    #[error("the body is too large")]
    TooLarge,
    /// The body is not encrypted: the app has no Encrypt Key at Feishu.
    #[error("the body is not encrypted")]
    InTheClear,
    /// An event without a signature.
    #[error("the signature is missing")]
    Unsigned,
    /// The signature is another: most often another Encrypt Key.
    #[error("the signature is wrong")]
    Signature,
    /// The time of the request is too far from ours.
    #[error("the request is too old")]
    Stale,
    /// The body cannot be decrypted: another Encrypt Key.
    #[error("the body cannot be decrypted")]
    Sealed,
    /// What was decrypted is no event.
    #[error("the body is no event")]
    Unreadable,
    /// Another Verification Token.
    #[error("the verification token is wrong")]
    Token,
    /// An event of another app.
    #[error("the event is another app's")]
    OtherApp,
    /// An event of another enterprise.
    #[error("the event is another enterprise's")]
    OtherTenant,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::TooLarge,
        Self::InTheClear,
        Self::Unsigned,
        Self::Signature,
        Self::Stale,
        Self::Sealed,
        Self::Unreadable,
        Self::Token,
        Self::OtherApp,
        Self::OtherTenant,
    ];

    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::InTheClear => "in_the_clear",
            Self::Unsigned => "unsigned",
            Self::Signature => "signature",
            Self::Stale => "stale",
            Self::Sealed => "sealed",
            Self::Unreadable => "unreadable",
            Self::Token => "token",
            Self::OtherApp => "other_app",
            Self::OtherTenant => "other_tenant",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Proves and reads a request. `keys` are those in force, first, and others that are still good
/// for a while.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn open(
    keys: &[EventKeys],
    whose: &Addressee<'_>,
    knock: &Knock<'_>,
    now_ms: i64,
) -> Result<Knocked, Refusal> {
    let signed = !knock.signature.is_empty();
    let most = if signed { MAX_BODY } else { MAX_UNSIGNED };
    if knock.body.len() > most {
        return Err(Refusal::TooLarge);
    }
    if signed {
        // Before anything of the body is looked at.
        let key = keys.iter().find(|key| key.signed(knock));
        let Some(key) = key else {
            return Err(envelope::sealed(knock.body)
                .err()
                .unwrap_or(Refusal::Signature));
        };
        if !recent(knock.timestamp, now_ms) {
            return Err(Refusal::Stale);
        }
        return read(key, whose, knock, true);
    }
    let mut first = None;
    for key in keys {
        match read(key, whose, knock, false) {
            Err(refusal) => first = first.or(Some(refusal)),
            taken => return taken,
        }
    }
    Err(first.unwrap_or(Refusal::Sealed))
}

fn read(
    keys: &EventKeys,
    whose: &Addressee<'_>,
    knock: &Knock<'_>,
    signed: bool,
) -> Result<Knocked, Refusal> {
    let sealed = envelope::sealed(knock.body)?;
    let plain = cipher::decrypt(&keys.encrypt_key, &sealed).ok_or(Refusal::Sealed)?;
    let envelope: Envelope = serde_json::from_slice(&plain).map_err(|_| Refusal::Unreadable)?;
    if !same(envelope.token(), &keys.token) {
        return Err(Refusal::Token);
    }
    match envelope {
        Envelope {
            kind: Some(kind),
            challenge: Some(challenge),
            ..
        } if kind == "url_verification" => {
            if challenge.len() > MAX_CHALLENGE {
                return Err(Refusal::TooLarge);
            }
            Ok(Knocked::Challenge(challenge))
        }
        _ if !signed => Err(Refusal::Unsigned),
        envelope => {
            let (header, body) = envelope.event().ok_or(Refusal::Unreadable)?;
            proven(header, body, whose).map(Knocked::Event)
        }
    }
}

/// The event, when it is the addressee's.
fn proven(header: Header, body: Value, whose: &Addressee<'_>) -> Result<Event, Refusal> {
    let fits = |text: &str| {
        !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if !fits(&header.event_id) || !fits(&header.event_type) {
        return Err(Refusal::Unreadable);
    }
    if !same(&header.app_id, whose.app_id) {
        return Err(Refusal::OtherApp);
    }
    if whose
        .tenant_key
        .is_some_and(|known| !same(&header.tenant_key, known))
    {
        return Err(Refusal::OtherTenant);
    }
    Ok(Event {
        id: header.event_id,
        kind: header.event_type,
        at_ms: header.at_ms,
        body,
    })
}

/// Compares what a stranger may be guessing at.
fn same(given: &str, known: &str) -> bool {
    bool::from(given.as_bytes().ct_eq(known.as_bytes()))
}

fn recent(timestamp: &str, now_ms: i64) -> bool {
    let Ok(seconds) = timestamp.parse::<i64>() else {
        return false;
    };
    let Some(at) = seconds.checked_mul(1000) else {
        return false;
    };
    now_ms.abs_diff(at) <= u64::try_from(WINDOW.as_millis()).unwrap_or(u64::MAX)
}
