//! Typed identifiers.
//!
//! An [`Id`] is a UUIDv7 made from the injected clock and entropy, printed as
//! `<prefix>_<26 Crockford base32 characters>`. The kind is part of the type, and the prefix is
//! checked on parsing, so a member id in the place of a tenant id is an error, not a query.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{Clock, Entropy};

/// A kind of identifier and the prefix that it is printed with.
pub trait IdKind: 'static {
    /// Short lower-case prefix, without the underscore.
    const PREFIX: &'static str;
}

/// An identifier of kind `K`: 128 bits, sortable by the time of its making.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {expected}_…")]
pub struct IdParseError {
    /// The prefix that was expected.
    pub expected: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ENCODED_LEN: usize = 26;

impl<K: IdKind> Id<K> {
    /// Makes a fresh id from the current time and 74 random bits (RFC 9562, section 5.7).
    pub fn mint(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 10];
        entropy.fill(&mut random);
        let millis = u64::try_from(clock.now().millis()).unwrap_or_default();
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// Wraps a raw value that was stored before.
    pub const fn from_uuid(raw: Uuid) -> Self {
        Self(raw, PhantomData)
    }

    /// The raw value, for storage.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_", K::PREFIX)?;
        let value = self.0.as_u128();
        for place in (0..ENCODED_LEN).rev() {
            let digit = usize::try_from((value >> (place * 5)) & 31).unwrap_or_default();
            write!(f, "{}", char::from(ALPHABET[digit]))?;
        }
        Ok(())
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdParseError;

    fn from_str(text: &str) -> Result<Self, IdParseError> {
        let refused = || IdParseError {
            expected: K::PREFIX,
        };
        let digits = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|digits| digits.len() == ENCODED_LEN)
            .ok_or_else(refused)?;
        let mut value: u128 = 0;
        for (index, byte) in digits.bytes().enumerate() {
            let digit = ALPHABET
                .iter()
                .position(|known| *known == byte)
                .ok_or_else(refused)?;
            // 26 digits hold 130 bits: the first may only be 0 to 7.
            if index == 0 && digit > 7 {
                return Err(refused());
            }
            value = (value << 5) | digit as u128;
        }
        Ok(Self::from_uuid(Uuid::from_u128(value)))
    }
}

impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $kind:ident, $alias:ident, $prefix:literal;)*) => {
        /// Markers, one per kind of id.
        mod kind {
            $($(#[$doc])* #[derive(Debug)] pub enum $kind {})*
        }
        $(
            impl IdKind for kind::$kind {
                const PREFIX: &'static str = $prefix;
            }
            $(#[$doc])*
            pub type $alias = Id<kind::$kind>;
        )*
    };
}

id_kinds! {
    /// A tenant: one enterprise.
    Tenant, TenantId, "ten";
    /// A Feishu user seen in a tenant.
    Member, MemberId, "mem";
    /// An OAuth client registration.
    Client, ClientId, "cli";
    /// What a member granted a client: a token family.
    Grant, GrantId, "gra";
    /// A member's Feishu tokens.
    FeishuGrant, FeishuGrantId, "fsg";
    /// One attempt to refresh a Feishu grant.
    Attempt, AttemptId, "att";
    /// One pending authorization request.
    Authorization, AuthorizationId, "aut";
    /// A remembered consent.
    Consent, ConsentId, "con";
    /// One issued access token.
    AccessToken, AccessTokenId, "atk";
    /// An API key of a member.
    ApiKey, ApiKeyId, "key";
    /// One call of a tool, or another entry of the ledger.
    Call, CallId, "call";
    /// A question to a member about one call.
    Confirmation, ConfirmationId, "cnf";
    /// An MCP session or an open stream.
    Session, SessionId, "ses";
    /// A console sign-in.
    Account, AccountId, "acc";
    /// A passkey of an account.
    Passkey, PasskeyId, "pky";
    /// Where entries of the ledger are sent on to.
    Stream, StreamId, "str";
    /// An export of the ledger.
    Export, ExportId, "exp";
    /// A rule that acts on what happens.
    Rule, RuleId, "rul";
    /// What a rule did about one event.
    Run, RunId, "run";
    /// A replica of the platform.
    Node, NodeId, "node";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ManualClock, SeededEntropy, Timestamp};

    #[test]
    fn prints_and_parses_back() {
        let clock = ManualClock::at(Timestamp::from_millis(1_700_000_000_000));
        let id = TenantId::mint(&clock, &SeededEntropy::new(7));
        let text = id.to_string();
        assert!(text.starts_with("ten_0"), "{text}");
        assert_eq!(text.parse::<TenantId>(), Ok(id));
    }

    #[test]
    fn refuses_another_kind_and_overflow() {
        let clock = ManualClock::at(Timestamp::from_millis(1));
        let member = MemberId::mint(&clock, &SeededEntropy::new(7)).to_string();
        assert!(member.parse::<TenantId>().is_err());
        assert!(
            format!("ten_{}", "z".repeat(26))
                .parse::<TenantId>()
                .is_err()
        );
        assert!("ten_short".parse::<TenantId>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn every_value_survives_the_round_trip(raw: u128) {
            let id = GrantId::from_uuid(Uuid::from_u128(raw));
            proptest::prop_assert_eq!(id.to_string().parse::<GrantId>(), Ok(id));
        }

        #[test]
        fn any_text_is_parsed_without_panic(text in ".{0,40}") {
            let _outcome = text.parse::<GrantId>().is_ok();
        }
    }
}
