//! How often somebody may try to sign in to the console.

use std::{net::IpAddr, time::Duration};

use bus::{BucketKey, BucketScope, Bus};
use model::{AccountId, Rate};
use sha2::{Digest, Sha256};

/// From one browser's address for one account.
const PAIR: Rate = Rate {
    burst: 5,
    per_minute: 5,
};
/// For one account, from anywhere: slows guessing from many places, and never locks for good.
const ACCOUNT: Rate = Rate {
    burst: 30,
    per_minute: 20,
};
/// From one address, for any account.
const ADDRESS: Rate = Rate {
    burst: 40,
    per_minute: 40,
};
/// Questions to browsers from one address: nothing can be guessed with one, but each is kept.
const QUESTIONS: Rate = Rate {
    burst: 60,
    per_minute: 60,
};

/// Codes of a second factor for one account, from anywhere. Three of a million codes are right at a
/// time: who has the password and tries day and night finds one with less than half a percent.
const CODE: Rate = Rate {
    burst: 10,
    per_minute: 1,
};

/// Counts attempts over all replicas. Cheap to clone.
#[derive(Clone)]
pub struct Attempts(Bus);

impl Attempts {
    /// Over one bus.
    pub const fn new(bus: Bus) -> Self {
        Self(bus)
    }

    /// Counts an attempt for an account (by its e-mail address) from an address, before anything
    /// is compared.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub async fn count(&self, address: &str, email: &str) -> Result<(), Duration> {
        let email = digest(&email.trim().to_lowercase());
        let place = digest(&network(address));
        self.take(format!("pair:{place}:{email}"), PAIR).await?;
        self.take(format!("account:{email}"), ACCOUNT).await?;
        self.take(format!("address:{place}"), ADDRESS).await
    }

    /// Counts an attempt at the second factor of an account, before the code is compared.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub async fn count_code(&self, account: AccountId) -> Result<(), Duration> {
        self.take(format!("code:{account}"), CODE).await
    }

    /// Counts a question that is put to the browser at an address, before it is kept.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub async fn count_question(&self, address: &str) -> Result<(), Duration> {
        let place = digest(&network(address));
        self.take(format!("question:{place}"), QUESTIONS).await
    }

    async fn take(&self, by: String, rate: Rate) -> Result<(), Duration> {
        let key = BucketKey {
            tenant: None,
            scope: BucketScope::SignIn(by),
        };
        let verdict = self.0.take(&key, rate, 1).await;
        if verdict.allowed {
            Ok(())
        } else {
            Err(verdict.retry_after)
        }
    }
}

/// One IPv6 subscriber holds a /64 (RFC 6177), so that is one place.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        _ => address.to_owned(),
    }
}

/// Keys on the bus say nothing about people.
fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..12])
}

#[cfg(test)]
mod tests {
    use model::{Id, ManualClock, SeededEntropy, Timestamp};

    use super::*;

    fn attempts() -> Attempts {
        let clock = ManualClock::at(Timestamp::from_millis(1));
        Attempts::new(Bus::local(Id::mint(&clock, &SeededEntropy::new(1))))
    }

    #[tokio::test]
    async fn guessing_at_one_account_from_one_place_is_slowed_first() {
        let attempts = attempts();
        for _ in 0..5 {
            attempts
                .count("192.0.2.1", "ann@example.com")
                .await
                .unwrap();
        }
        let wait = attempts.count("192.0.2.1", " ANN@example.com").await;
        assert!(wait.is_err_and(|wait| wait > Duration::ZERO && wait <= Duration::from_secs(12)));
        attempts
            .count("192.0.2.2", "ann@example.com")
            .await
            .unwrap();
        attempts
            .count("192.0.2.1", "ben@example.com")
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn guessing_from_many_places_is_slowed_too() {
        let attempts = attempts();
        let mut refused = 0;
        for host in 0..60 {
            let address = format!("2001:db8:0:{host:x}::1");
            refused += u32::from(attempts.count(&address, "ann@example.com").await.is_err());
        }
        assert!(refused >= 25, "{refused}");
    }

    #[tokio::test]
    async fn one_network_is_one_place() {
        let attempts = attempts();
        let mut refused = 0;
        for host in 0..10 {
            let address = format!("2001:db8::{host:x}");
            refused += u32::from(attempts.count(&address, "ann@example.com").await.is_err());
        }
        assert_eq!(refused, 5);
    }
}
