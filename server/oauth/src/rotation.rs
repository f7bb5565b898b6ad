//! What to do with a refresh token that comes in: the rules of rotation with a bounded grace.
//!
//! Clients refresh in parallel bursts and lose answers, so a token that was exchanged a moment
//! ago is exchanged again, a few times. Later it is exchanged once more only if nobody ever used
//! what came of it, which is how a lost answer looks; otherwise two parties hold the same token,
//! and the whole family ends.

use std::time::Duration;

use model::Timestamp;

/// How long after its first exchange a token is exchanged again without question.
pub const GRACE: Duration = Duration::from_mins(1);
/// How often, within the grace.
pub const GRACE_USES: u32 = 5;
/// Most refresh tokens of one family that are neither used nor taken back.
pub const MAX_LIVE: u64 = 6;

/// What is known about a refresh token of a living grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Now.
    pub now: Timestamp,
    /// End unless used.
    pub expires_at: Timestamp,
    /// First exchange.
    pub used_at: Option<Timestamp>,
    /// Exchanges so far.
    pub uses: u32,
    /// Whether it was taken back by itself (a successor that was replaced).
    pub revoked: bool,
    /// Whether a successor was used.
    pub successor_used: bool,
    /// Refresh tokens of the family that are neither used nor taken back.
    pub live: u64,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Exchange it.
    Exchange,
    /// Take its unused successors back, then exchange it: the answer was lost.
    Reissue,
    /// Refuse without consequences: too many at once.
    Busy,
    /// Refuse without consequences: its time is over.
    Expired,
    /// Refuse and end the family: two parties hold this token.
    Theft,
}

/// Decides.
pub fn decide(facts: &Facts) -> Rotation {
    if facts.revoked {
        return Rotation::Theft;
    }
    let Some(first) = facts.used_at else {
        return if facts.now < facts.expires_at {
            Rotation::Exchange
        } else {
            Rotation::Expired
        };
    };
    if facts.now.since(first) <= GRACE {
        return if facts.uses <= GRACE_USES && facts.live < MAX_LIVE {
            Rotation::Exchange
        } else {
            Rotation::Busy
        };
    }
    if facts.successor_used {
        Rotation::Theft
    } else if facts.now < facts.expires_at {
        Rotation::Reissue
    } else {
        Rotation::Expired
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    const FRESH: Facts = Facts {
        now: at(100),
        expires_at: at(10_000),
        used_at: None,
        uses: 0,
        revoked: false,
        successor_used: false,
        live: 1,
    };

    #[test]
    fn the_grace_ends_by_time_and_by_number() {
        let used = Facts {
            used_at: Some(at(50)),
            uses: 1,
            ..FRESH
        };
        assert_eq!(decide(&FRESH), Rotation::Exchange);
        assert_eq!(decide(&used), Rotation::Exchange);
        assert_eq!(decide(&Facts { uses: 5, ..used }), Rotation::Exchange);
        assert_eq!(decide(&Facts { uses: 6, ..used }), Rotation::Busy);
        assert_eq!(decide(&Facts { live: 6, ..used }), Rotation::Busy);
        assert_eq!(
            decide(&Facts {
                now: at(110),
                ..used
            }),
            Rotation::Exchange
        );
    }

    #[test]
    fn reuse_after_the_grace_is_theft_once_a_successor_was_used() {
        let used = Facts {
            used_at: Some(at(10)),
            uses: 1,
            ..FRESH
        };
        assert_eq!(decide(&used), Rotation::Reissue);
        let stolen = Facts {
            successor_used: true,
            ..used
        };
        assert_eq!(decide(&stolen), Rotation::Theft);
    }

    #[test]
    fn a_successor_that_was_replaced_ends_the_family_when_it_appears() {
        assert_eq!(
            decide(&Facts {
                revoked: true,
                ..FRESH
            }),
            Rotation::Theft
        );
    }

    proptest! {
        #[test]
        fn no_token_is_exchanged_after_its_time_or_beyond_the_bound(
            now in 0..20_000_i64, used in prop::option::of(0..20_000_i64),
            uses in 0..10_u32, successor_used: bool, live in 0..10_u64,
        ) {
            let facts = Facts {
                now: at(now), used_at: used.map(at), uses, successor_used, live, ..FRESH
            };
            let rotation = decide(&facts);
            if used.is_none() && now >= 10_000 {
                prop_assert_eq!(rotation, Rotation::Expired);
            }
            if used.is_some() && rotation == Rotation::Exchange {
                prop_assert!(live < MAX_LIVE && uses <= GRACE_USES);
            }
        }
    }
}
