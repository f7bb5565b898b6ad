//! Proof, journey and interoperability tests over the real program (see `it/`), and what the tests
//! of several crates share.

#![expect(
    clippy::expect_used,
    reason = "a test ends where something unexpected happens"
)]

mod database;

pub use database::{Database, On};

/// Runs scenarios on both databases: functions that are told which one.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::On::Sqlite).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::On::Postgres).await;
            })*
        }
    };
}
