//! The store over its real databases. PostgreSQL comes from `tests/services up`.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

mod audit;
mod billing;
mod confirmations;
mod directory;
mod events;
mod factors;
mod isolation;
mod leaving;
mod ledger;
mod onboarding;
mod passkeys;
mod postgres;
mod roles;
mod support;
mod tamper;
mod uploads;
mod usage;

/// Runs a scenario on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::support::Bench::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::support::Bench::postgres().await).await;
            })*
        }
    };
}
pub(crate) use on_both;
